// What lines cost in memory that anybody can forge.

#include <gtest/gtest.h>

#include "bench/ingest/lines.hpp"
#include "support/counting_new.hpp"
#include "support/way.hpp"

namespace wgaudit {
namespace {

/// Each of another peer at another place.
std::vector<std::string> hostile_datagrams(unsigned first, unsigned count,
                                           unsigned lines_of_an_interface) {
  const char* const texts[] = {"Receiving handshake initiation from peer {} ({}.{}.{}.7:{})",
                               "Receiving keepalive packet from peer {} ({}.{}.{}.7:{})",
                               "Sending handshake initiation to peer {} ({}.{}.{}.7:{})",
                               "Peer {} ({}.{}.{}.7:{}) destroyed"};
  std::vector<std::string> all;
  for (unsigned i = first; i < first + count; ++i) {
    all.push_back(fmt::format("<7>Nov 21 07:00:00 gw kernel: [{:5}.{:06}] wireguard: wg{}: ",
                              10 + i / 1'000'000, i % 1'000'000, i / lines_of_an_interface));
    all.back() += fmt::format(fmt::runtime(texts[i % 4]), i, 1 + i / 65536, i / 256 % 256, i % 256,
                              1024 + i % 60000);
  }
  return all;
}

TEST(Memory, IsBoundedWhateverAMillionLinesName) {
  constexpr unsigned part = 64 * Way::batch;
  for (const unsigned lines_of_an_interface : {1U, 64U, 1024U}) {
    Way way;
    const auto take = [&](unsigned from, unsigned to) {
      for (; from < to; from += part) {
        way.take(hostile_datagrams(from, part, lines_of_an_interface), part / Way::batch);
      }
      return allocated_bytes;
    };
    const std::size_t before = take(0, 128 * part);
    const std::size_t after = take(128 * part, 256 * part);
    EXPECT_LT(after, before + before / 20) << lines_of_an_interface << ", of " << before;
    EXPECT_LT(after, 150U << 20U) << lines_of_an_interface;
  }
}

}  // namespace
}  // namespace wgaudit
