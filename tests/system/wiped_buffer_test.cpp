#include "shell/system/wiped_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace wgaudit::wiped_buffer_test {
namespace {

TEST(WipedBuffer, GrowsAndMovesWithItsBytes) {
  WipedBuffer buffer;
  EXPECT_EQ(buffer.view(), "");
  std::string expected;
  while (expected.size() < 100000) {
    const auto room = buffer.room();
    ASSERT_FALSE(room.empty());
    const std::string piece = std::to_string(expected.size()).substr(0, room.size());
    std::copy(piece.begin(), piece.end(), room.begin());
    buffer.commit(piece.size());
    expected += piece;
  }
  EXPECT_EQ(buffer.view(), expected);

  WipedBuffer moved(std::move(buffer));
  EXPECT_EQ(moved.view(), expected);
  WipedBuffer assigned;
  assigned.room()[0] = 'x';
  assigned.commit(1);
  assigned = std::move(moved);
  EXPECT_EQ(assigned.view(), expected);
  assigned = WipedBuffer();
  EXPECT_EQ(assigned.view(), "");
}

}  // namespace
}  // namespace wgaudit::wiped_buffer_test
