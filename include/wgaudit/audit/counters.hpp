#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "wgaudit/presence/peer_state.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Records of evidence_lost of one reason.
struct LossCount {
  std::uint64_t records = 0;
  std::uint64_t lost = 0;  ///< The sum of Loss::count, where that is known.

  friend bool operator==(const LossCount&, const LossCount&) = default;
};

/// What the auditor has seen since it started. For datagrams, received = recorded + ignored + the
/// sum of rejected.
struct Counters {
  std::uint64_t received = 0;
  std::uint64_t recorded = 0;
  std::uint64_t ignored = 0;                             ///< Well-formed, and none of ours.
  std::map<std::string_view, std::uint64_t> rejected;    ///< By the name of the reason.
  std::array<std::uint64_t, event_kind_count> events{};  ///< Lines by kind, repeats counted.
  std::uint64_t dumps = 0;
  std::uint64_t dump_failures = 0;
  std::chrono::microseconds dump_cpu{0};  ///< The processor's time that all of them took.
  std::uint64_t changes = 0;  ///< peer_online, peer_offline and peer_removed after the first sight.
  std::array<std::uint64_t, action_count> actions{};  ///< Records made for the journal.
  /// By the reason of the record. Reasons are names of this program's, never text from outside.
  std::map<std::string, LossCount, std::less<>> losses;
  std::map<ChangeReason, std::uint64_t> sessions_ended;
};

}  // namespace wgaudit
