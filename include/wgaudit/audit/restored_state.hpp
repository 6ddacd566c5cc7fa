#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "wgaudit/audit/record.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/peers/registry.hpp"
#include "wgaudit/presence/roster.hpp"

namespace wgaudit {

/// What the journal of an earlier run says of how things stood at its end.
class RestoredState {
 public:
  /// Of this machine's boot now: a proof dies with the boot in which it was made.
  explicit RestoredState(std::string boot_id) : boot_id_(std::move(boot_id)) {}

  /// Takes the next record of the journal.
  void take(const Record& record);

  /// Takes up where that run ended; nothing is left here.
  void hand_over(Instant now, Roster& roster, Registry& registry);

 private:
  void take_interface(const Record& record);
  void take_peer(const Record& record);
  void take_config(const Record& record);
  void take_identity(const Record& record);

  std::string boot_id_;
  std::map<InterfaceName, InterfaceSettings> interfaces_;
  std::unordered_map<InterfaceName, std::unordered_map<PublicKey, PeerState>> peers_;
  Registry::Bindings ids_;
};

}  // namespace wgaudit
