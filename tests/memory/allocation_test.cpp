// What a line costs in allocations once its peer, its place and its kind are known.

#include <gtest/gtest.h>

#include "bench/ingest/lines.hpp"
#include "support/counting_new.hpp"
#include "support/way.hpp"

namespace wgaudit {
namespace {

// So many that as many lines wait to be put in order as ever do.
constexpr std::size_t first_batches = 1200;

constexpr std::size_t batches = 100;

// What is known of a peer, of attempts and of sources grows now and then.
constexpr std::size_t few = batches * Way::batch / 256;

std::vector<std::string> datagrams(unsigned firewall_percent) {
  Lines lines(10, firewall_percent);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < (first_batches + batches) * Way::batch; ++i)
    all.push_back(lines.next());
  return all;
}

/// How much the batches of these lines allocate, when all lines are known.
std::size_t allocated(const std::vector<std::string>& lines) {
  Way way;
  way.take(lines, first_batches);
  const std::size_t bytes = way.bytes();
  const std::size_t before = allocations;
  way.take(lines, batches);
  const std::size_t count = allocations - before;
  EXPECT_GT(way.bytes(), bytes);
  return count;
}

TEST(Allocation, ALineOfWireGuardTakesNone) {
  EXPECT_LE(allocated(datagrams(0)), few);
}

TEST(Allocation, ALineOfTheFirewallTakesNone) {
  EXPECT_LE(allocated(datagrams(80)), few);
}

}  // namespace
}  // namespace wgaudit
