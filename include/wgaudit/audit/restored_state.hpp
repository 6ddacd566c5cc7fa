#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/identity/registry.hpp"
#include "wgaudit/presence/roster.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// What the journal of an earlier run says of how things stood at its end.
class RestoredState {
 public:
  /// Takes this machine's boot now: a proof dies with the boot in which it was made.
  explicit RestoredState(std::string boot_id) : boot_id_(std::move(boot_id)) {}

  /// Takes the next record of the journal.
  void take(const Record& record);

  /// Whether that run did not end by itself, or did not see its events synced, and the machine was
  /// booted since: the last of them may never have come to the disk.
  bool may_lack_events() const;

  /// Takes up where that run ended; nothing is left here. A proof dies with the load of the module
  /// in which it was made: what is dropped for that.
  std::vector<Contradiction> hand_over(std::optional<std::uint64_t> module_load, Instant now,
                                       const WallClock& wall_clock, Roster& roster,
                                       Registry& registry);

 private:
  using Place = std::pair<InterfaceName, PublicKey>;

  void take_rename(const Record& record, const FieldChange& change);
  void take_renamed();
  void take_peer(const Record& record);
  void take_config(const Record& record, const ConfigBody& config);
  void take_coming_or_going(const Record& record, const ConfigBody& config);
  void take_row(const Record& record, const ConfigBody& config);
  void take_identity(const Record& record);
  bool is_there(const Place& place) const;
  bool is_of_this_boot(const Record& record) const;
  SteadyTime steady_time(UtcTime time, Instant now, const WallClock& wall_clock) const;
  std::vector<Contradiction> drop_identities();

  using Peers = std::unordered_map<PublicKey, PeerState>;

  /// An interface that has another name since the last record.
  struct Renamed {
    InterfaceName to;
    std::optional<InterfaceSettings> settings;
    Peers peers;
    std::map<PublicKey, PeerId> ids;
  };

  std::string boot_id_;
  std::map<InterfaceName, InterfaceSettings> interfaces_;
  std::unordered_map<InterfaceName, Peers> peers_;
  std::map<Place, PeerId> ids_;
  std::vector<Renamed> renamed_;  ///< Records of one dump: two can have exchanged their names.
  std::optional<std::uint64_t> module_load_;
  std::optional<UtcTime> last_recorded_;
  std::string last_boot_id_;
  bool has_ended_ = false;
  bool lacks_sync_ = false;
};

}  // namespace wgaudit
