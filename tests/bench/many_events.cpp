// many_events FOLDER COUNT: a journal of so many events, as a busy gateway's daemon records them,
// in FOLDER, for follow.py.

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "property/dice.hpp"
#include "shell/journal/segments.hpp"
#include "support/rows.hpp"
#include "wgaudit/record/record_encoder.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t segment_size = 64U << 20U;
constexpr int peers = 100;

/// What peers that are connected cause, by how often.
const std::vector<EventKind> kinds = {EventKind::keepalive_received,
                                      EventKind::keepalive_received,
                                      EventKind::keepalive_received,
                                      EventKind::keepalive_sent,
                                      EventKind::keepalive_sent,
                                      EventKind::handshake_initiation_received,
                                      EventKind::handshake_response_sent,
                                      EventKind::keypair_created,
                                      EventKind::handshake_initiation_received,
                                      EventKind::keypair_destroyed};

Record event(Dice& dice, std::uint64_t number) {
  const auto peer = static_cast<std::uint64_t>(dice.between(1, peers));
  Record event;
  event.sequence = number;
  event.created = story_start() + std::chrono::microseconds(700 * number);
  event.timestamp = event.created - std::chrono::microseconds(dice.between(50, 900));
  auto& body = event.body.emplace<EventBody>();
  KernelEvent& line = body.line;
  line.kind = dice.chance(0.0001) ? EventKind::mac_invalid : dice.one_of(kinds);
  event.action = line.kind;
  event.interface = line.interface = *parse_interface_name(dice.chance(0.2) ? "wg1" : "wg0");
  line.endpoint = parse_endpoint(fmt::format("203.0.113.{}:51820", peer));
  if (line.kind == EventKind::keypair_created || line.kind == EventKind::keypair_destroyed) {
    line.endpoint.reset();
    line.keypair = KeypairId{number / 8};
  }
  if (line.kind != EventKind::mac_invalid) {
    line.peer = PeerId{peer};
    PeerFacts& facts = body.peer.emplace();
    facts.id = line.peer;
    facts.identity = dice.chance(0.95) ? IdentityState::proven : IdentityState::unresolved;
    if (facts.identity == IdentityState::proven) {
      facts.public_key.emplace().bytes.fill(static_cast<std::uint8_t>(peer));
      if (peer % 2 == 0) facts.name = fmt::format("peer-{}", peer);
    }
  }
  body.stamp = std::chrono::microseconds(12'345'678 + 700 * number);
  return event;
}

void write_events(const std::filesystem::path& folder, std::uint64_t count) {
  Dice dice(1);
  RecordEncoder encoder({"gw1", "6b9f1c5e-7d1a-4c3e-9a55-0c8f3e1d2b4a"});
  std::string lines;
  std::uint64_t first = 1;
  for (std::uint64_t number = 1; number <= count; ++number) {
    encoder.append(event(dice, number), lines);
    lines += '\n';
    if (lines.size() < segment_size && number != count) continue;
    std::ofstream(segment_path(folder, Stream::events, first), std::ios::binary) << lines;
    lines.clear();
    first = number + 1;
  }
}

/// Without it a folder holds no journal.
void write_journal(const std::filesystem::path& folder) {
  Record start;
  start.sequence = 1;
  start.created = story_start();
  start.action = Action::monitor_started;
  start.body = MonitorFacts{};
  std::ofstream(segment_path(folder, Stream::journal, 1)) << to_json(start, {}) << '\n';
}

}  // namespace
}  // namespace wgaudit

int main(int argc, char** argv) {
  if (argc != 3) return EXIT_FAILURE;
  wgaudit::write_journal(argv[1]);
  wgaudit::write_events(argv[1], std::strtoull(argv[2], nullptr, 10));
}
