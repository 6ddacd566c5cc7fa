#pragma once

#include <chrono>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "wgaudit/audit/heard_line.hpp"
#include "wgaudit/audit/ledger.hpp"
#include "wgaudit/audit/witnesses.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/identity/registry.hpp"
#include "wgaudit/presence/roster.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// When a dump was taken: `started` before `wg` was, `finished` when its output was complete.
struct DumpTimes {
  Instant started;
  Instant finished;
};

/// Keeps the roster of peers, and records what dumps change in it. Owned by the auditor.
class PresenceRecorder {
 public:
  /// With `tells_all_at_start`, a snapshot of every peer follows the first dump.
  PresenceRecorder(std::chrono::seconds threshold, std::chrono::seconds grace,
                   bool tells_all_at_start)
      : roster_(threshold, grace), has_told_all_(!tells_all_at_start) {}

  Roster& roster() { return roster_; }
  const Roster& roster() const { return roster_; }

  void on_line(const HeardLine& line);

  /// Records what the dump changed. Returns the handshakes that it showed.
  std::vector<ShownHandshake> on_dump(const Dump& dump, std::span<const InterfaceName> unreadable,
                                      DumpTimes times, const Registry& registry, Ledger& ledger,
                                      Records& records);

  /// Adds a record for each interface and each peer, as they are now. None has a number.
  void add_current_state(const Registry& registry, const Ledger& ledger, Instant now,
                         Records& records) const;

 private:
  using PeerKeys = std::set<std::pair<InterfaceName, PublicKey>>;

  void record(const RosterChanges& changes, Instant now, Ledger& ledger, Records& records);
  static void record(const PeerChange& change, Witness witness, Instant now, Ledger& ledger,
                     Records& records);
  void record_start(const std::vector<PeerChange>& changes, const Registry& registry, Instant now,
                    Ledger& ledger, Records& records);
  void add_peers(const PeerKeys& but, const Registry& registry, const Ledger& ledger, Instant now,
                 Records& records) const;

  Roster roster_;
  Witnesses witnesses_;
  bool has_told_all_;  ///< The peers at the start are recorded, or need not be.
};

}  // namespace wgaudit
