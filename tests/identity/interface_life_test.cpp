#include "wgaudit/identity/interface_life.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wgaudit::interface_life_test {
namespace {

using std::chrono::seconds;

std::string name_at(const InterfaceLife& life, int second) {
  const auto name = life.name_at(seconds(second));
  return name ? std::string(name->view()) : "?";
}

// Created at 10 s, renamed at 20 s, moved under another name after 30 s, which a line shows at 40
// s.
TEST(InterfaceLife, HasTheNameOfTheMomentAndNoneWhileThatIsNotSure) {
  InterfaceLife life;
  life.names = {{seconds(10), seconds(10), *parse_interface_name("wg0")},
                {seconds(20), seconds(20), *parse_interface_name("office")},
                {seconds(30), seconds(40), *parse_interface_name("wg1")}};
  const struct {
    int second;
    const char* name;
  } rows[] = {{9, "?"},  {10, "wg0"}, {19, "wg0"}, {20, "office"}, {29, "office"},
              {30, "?"}, {39, "?"},   {40, "wg1"}, {1000, "wg1"}};
  for (const auto& row : rows) EXPECT_EQ(name_at(life, row.second), row.name) << row.second;
  EXPECT_EQ(life.name().view(), "wg1");
}

TEST(InterfaceLife, OneThatIsOlderThanTheLogAlwaysHadItsName) {
  InterfaceLife life;
  life.names = {{never_before, never_before, *parse_interface_name("wg0")}};
  EXPECT_EQ(name_at(life, 0), "wg0");
  EXPECT_TRUE(life.is_live());
}

TEST(InterfaceLife, IsAbsentFromDumpsWhenTwoInARowDoNotHaveIt) {
  InterfaceLife life;
  for (const std::size_t dumps : {0U, 1U, 2U, 3U}) {
    life.dumps_without = dumps;
    EXPECT_EQ(life.is_absent_from_dumps(), dumps >= 2) << dumps;
  }
}

// What is stamped at a bound of the dump can be before or after it.
TEST(DumpSpan, MayContainWhatIsStampedBetweenItsBounds) {
  const DumpSpan dump{seconds(10), seconds(12), {}};
  const struct {
    int second;
    bool may;
  } rows[] = {{9, false}, {10, true}, {11, true}, {12, true}, {13, false}};
  for (const auto& row : rows) EXPECT_EQ(dump.may_contain(seconds(row.second)), row.may);
}

}  // namespace
}  // namespace wgaudit::interface_life_test
