#include "wgaudit/audit/restored_state.hpp"

#include <algorithm>
#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

DumpPeer row_of(const PeerBody& body) {
  const PeerFacts& facts = body.peer;
  DumpPeer row;
  row.public_key = *facts.public_key;
  row.endpoint = body.endpoint.value_or(Endpoint{});
  row.allowed_ips = facts.allowed_ips;
  row.latest_handshake = facts.latest_handshake.value_or(std::chrono::sys_seconds{});
  row.rx_bytes = facts.rx_bytes.value_or(0);
  row.tx_bytes = facts.tx_bytes.value_or(0);
  row.persistent_keepalive = facts.persistent_keepalive.value_or(std::chrono::seconds(0));
  return row;
}

PeerState peer_state_of(const PeerBody& body, UtcTime created) {
  PeerState peer;
  peer.row = row_of(body);
  peer.presence = *body.peer.presence;
  peer.since = body.peer.since.value_or(created);
  if (peer.presence != Presence::online) return peer;
  peer.session = body.session.value_or(Session{});
  if (!body.session) {
    peer.session->complete = false;
    note_endpoint(*peer.session, peer.row.endpoint, peer.since);
  }
  peer.session->began = peer.since;
  return peer;
}

/// The same key as a new object of the kernel, which counts from 0.
void come_back(PeerState& peer) {
  peer.absence.reset();
  peer.row.latest_handshake = {};
  peer.row.rx_bytes = peer.row.tx_bytes = 0;
}

bool is_of_field(const ConfigBody& config, ConfigField field) {
  return config.change.field == to_text(field);
}

bool is_rename(const ConfigBody& config) {
  return is_of_field(config, ConfigField::interface) && config.change.before && config.change.after;
}

}  // namespace

bool RestoredState::may_lack_events() const {
  const bool is_another = !last_boot_id_.empty() && !boot_id_.empty() && last_boot_id_ != boot_id_;
  return is_another && (!has_ended_ || lacks_sync_);
}

void RestoredState::take(const Record& record) {
  last_boot_id_ = record.boot_id;
  // Behind the end, the run is sealed.
  const bool is_seal = record.is(Action::checkpoint) && record.reason == seal_reason;
  has_ended_ = record.is(Action::monitor_stopped) || (has_ended_ && is_seal);
  if (record.is(Action::monitor_started)) lacks_sync_ = false;
  // A loss with numbers is recorded at a start, and is of the run before.
  const auto* const loss = record.as<Loss>();
  if (loss != nullptr && record.reason == to_text(LossReason::events_unsynced) && !loss->numbers)
    lacks_sync_ = true;
  const auto* const config = record.as<ConfigBody>();
  if (config != nullptr && is_rename(*config)) return take_rename(record, config->change);
  take_renamed();
  take_peer(record);
  if (const auto* const settings = record.as<InterfaceSettings>()) {
    interfaces_[record.interface] = *settings;
  }
  if (config != nullptr) take_config(record, *config);
  take_identity(record);
  if (const auto* const monitor = record.as<MonitorFacts>()) module_load_ = monitor->module_load;
  last_recorded_ = record.created;
}

void RestoredState::take_rename(const Record& record, const FieldChange& change) {
  const auto from = parse_interface_name(*change.before);
  if (!from) return;
  Renamed renamed{record.interface, {}, {}, {}};
  if (const auto node = interfaces_.extract(*from)) renamed.settings = node.mapped();
  if (auto node = peers_.extract(*from)) renamed.peers = std::move(node.mapped());
  for (auto& [key, peer] : renamed.peers) {
    if (peer.session && peer.session->began_on.empty()) peer.session->began_on = *from;
  }
  std::erase_if(ids_, [&](const auto& binding) {
    const auto& [place, id] = binding;
    if (place.first == *from) renamed.ids.emplace(place.second, id);
    return place.first == *from;
  });
  renamed_.push_back(std::move(renamed));
}

/// After the last of the renames that one dump showed.
void RestoredState::take_renamed() {
  for (Renamed& renamed : std::exchange(renamed_, {})) {
    if (renamed.settings) interfaces_[renamed.to] = *renamed.settings;
    peers_[renamed.to] = std::move(renamed.peers);
    for (const auto& [key, id] : renamed.ids) ids_[{renamed.to, key}] = id;
  }
}

void RestoredState::take_config(const Record& record, const ConfigBody& config) {
  const bool is_interface = is_of_field(config, ConfigField::interface);
  if (is_interface && !config.change.after) interfaces_.erase(record.interface);
  take_coming_or_going(record, config);
  take_row(record, config);
}

/// That a peer or its interface went is recorded at once, that the session ended when the grace has
/// passed: a run can end between.
void RestoredState::take_coming_or_going(const Record& record, const ConfigBody& config) {
  const bool is_interface = is_of_field(config, ConfigField::interface);
  const bool is_peer =
      is_of_field(config, ConfigField::peer) || is_of_field(config, ConfigField::kernel_peer);
  if (!is_interface && !(is_peer && config.peer)) return;
  const bool went = config.change.before && !config.change.after;
  const Absence absence{
      {SteadyTime{}, record.timestamp.value_or(record.created)},
      is_interface ? ChangeReason::interface_removed : ChangeReason::peer_removed};
  for (auto& [key, peer] : peers_[record.interface]) {
    if (is_peer && key != config.peer->public_key) continue;
    if (went && !peer.absence) peer.absence = absence;
    if (!went) come_back(peer);
  }
}

/// The next record of a peer has what changed of it too, but a run can end before that.
void RestoredState::take_row(const Record& record, const ConfigBody& config) {
  const auto& [field, before, after] = config.change;
  if (!after || !config.peer || !config.peer->public_key) return;
  auto& peers = peers_[record.interface];
  const auto peer = peers.find(*config.peer->public_key);
  if (peer == peers.end()) return;
  DumpPeer& row = peer->second.row;
  if (field == to_text(ConfigField::allowed_ips)) row.allowed_ips = *after;
  if (field == to_text(ConfigField::persistent_keepalive)) {
    row.persistent_keepalive =
        std::chrono::seconds(parse_number<std::uint16_t>(*after).value_or(0));
  }
}

void RestoredState::take_peer(const Record& record) {
  const auto* const body = record.as<PeerBody>();
  if (body == nullptr || !body->peer.public_key || !body->peer.presence) return;
  auto& peers = peers_[record.interface];
  if (record.is(Action::peer_removed)) {
    peers.erase(*body->peer.public_key);
  } else {
    PeerState peer = peer_state_of(*body, record.created);
    // The steady clock of another boot means nothing here.
    if (peer.session && !is_of_this_boot(record)) peer.session->began_steady = SteadyTime::min();
    peers.insert_or_assign(*body->peer.public_key, std::move(peer));
  }
}

/// A binding dies with its boot, its peer and its interface. What an attempt says was so when its
/// lines came, and need not be so any more.
void RestoredState::take_identity(const Record& record) {
  if (!is_of_this_boot(record)) return;
  if (const auto* const contradiction = record.as<ContradictionFacts>()) {
    const auto& ids = contradiction->ids;
    std::erase_if(ids_, [&](const auto& binding) {
      return std::find(ids.begin(), ids.end(), binding.second) != ids.end();
    });
  }
  const PeerFacts* const peer = record.peer();
  if (peer == nullptr || !peer->public_key) return;
  const Place place{record.interface, *peer->public_key};
  const auto* const config = record.as<ConfigBody>();
  const bool is_anew = config != nullptr && is_of_field(*config, ConfigField::kernel_peer);
  if (record.is(Action::peer_removed) || is_anew) {
    ids_.erase(place);
  } else if (peer->id && !record.is(Action::attempt) && is_there(place)) {
    PeerId& id = ids_[place];
    id = std::max(id, *peer->id);
  }
}

/// Whose an id was can be recorded when its peer has gone, or has another already: no proof for
/// now.
bool RestoredState::is_there(const Place& place) const {
  const auto peers = peers_.find(place.first);
  return peers != peers_.end() && peers->second.contains(place.second);
}

bool RestoredState::is_of_this_boot(const Record& record) const {
  return !record.boot_id.empty() && record.boot_id == boot_id_;
}

/// Places a time of the journal on the steady clock. The last record was not in the future: where
/// it seems so, the machine was booted since and its wall clock is behind.
SteadyTime RestoredState::steady_time(UtcTime time, Instant now,
                                      const WallClock& wall_clock) const {
  const SteadyTime last = wall_clock.when(last_recorded_.value_or(now.utc));
  const auto behind = std::max(last - now.steady, SteadyTime::duration(0));
  return std::min(wall_clock.when(time) - behind, now.steady);
}

std::vector<Contradiction> RestoredState::drop_identities() {
  std::map<InterfaceName, std::vector<PeerId>> dropped;
  for (const auto& [place, id] : std::exchange(ids_, {})) dropped[place.first].push_back(id);
  std::vector<Contradiction> contradictions;
  for (auto& [interface, ids] : dropped) {
    contradictions.push_back({interface, ContradictionCause::module_loaded, std::move(ids)});
  }
  return contradictions;
}

std::vector<Contradiction> RestoredState::hand_over(std::optional<std::uint64_t> module_load,
                                                    Instant now, const WallClock& wall_clock,
                                                    Roster& roster, Registry& registry) {
  take_renamed();
  for (const auto& [name, settings] : std::exchange(interfaces_, {})) {
    roster.restore({name, settings});
  }
  for (auto& [interface, peers] : std::exchange(peers_, {})) {
    for (auto& [key, peer] : peers) {
      if (peer.session) {
        peer.session->continued = true;
        SteadyTime& began = peer.session->began_steady;
        if (began == SteadyTime::min()) began = steady_time(peer.session->began, now, wall_clock);
      }
      if (peer.absence)
        peer.absence->since.steady = steady_time(peer.absence->since.utc, now, wall_clock);
      roster.restore(interface, std::move(peer));
    }
  }
  if (module_load != module_load_) return drop_identities();
  for (const auto& [place, id] : std::exchange(ids_, {})) {
    registry.restore(place.first, id, place.second);
  }
  return {};
}

}  // namespace wgaudit
