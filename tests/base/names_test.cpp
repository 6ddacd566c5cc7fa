#include "wgaudit/base/names.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace wgaudit::names_test {
namespace {

enum class Colour : std::uint8_t { red, green };

constexpr std::array<std::string_view, 2> names = {"red", "green"};

TEST(FindName, IsTheValueOfTheWholeName) {
  EXPECT_EQ(find_name<Colour>(names, "red"), Colour::red);
  EXPECT_EQ(find_name<Colour>(names, "green"), Colour::green);
  for (const std::string_view text : {"", "re", "reds", "Red", " red"}) {
    EXPECT_EQ(find_name<Colour>(names, text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace wgaudit::names_test
