// What a line costs in allocations once its peer, its place and its kind are known.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "bench/ingest/lines.hpp"
#include "support/way.hpp"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace wgaudit {
namespace {

std::vector<std::string> datagrams(unsigned firewall_percent) {
  Lines lines(10, firewall_percent);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < 300 * Way::batch; ++i) all.push_back(lines.next());
  return all;
}

std::vector<std::string> without_stamps(std::vector<std::string> lines) {
  for (std::string& line : lines) {
    const auto begin = line.find('[');
    line.erase(begin, line.find("] ") + 2 - begin);
  }
  return lines;
}

/// Of a hundred batches, when a hundred came before and all lines are known.
std::size_t allocated(const std::vector<std::string>& lines) {
  Way way;
  way.take(lines, 100);
  const std::size_t bytes = way.bytes();
  const std::size_t before = allocations;
  way.take(lines, 100);
  const std::size_t count = allocations - before;
  EXPECT_GT(way.bytes(), bytes);
  return count;
}

TEST(Allocation, ALineOfWireGuardTakesNone) {
  EXPECT_EQ(allocated(without_stamps(datagrams(0))), 0U);
}

TEST(Allocation, ALineOfTheFirewallTakesNone) {
  EXPECT_EQ(allocated(without_stamps(datagrams(80))), 0U);
}

TEST(Allocation, AStampedLineTakesOneForThePlaceWhereItWaitsToBePutInOrder) {
  EXPECT_EQ(allocated(datagrams(0)), 100 * Way::batch);
  EXPECT_LT(allocated(datagrams(80)), 100 * Way::batch / 4) << "one in five, and few of the others";
}

}  // namespace
}  // namespace wgaudit
