// Which interface of a dump is which of the dump before.

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "presence/roster_rules.hpp"

namespace wgaudit {
namespace {

const DumpInterface* find_interface(const Dump& dump, const InterfaceName& name) {
  const auto found = std::find_if(dump.begin(), dump.end(), [&](const DumpInterface& interface) {
    return interface.name == name;
  });
  return found == dump.end() ? nullptr : &*found;
}

/// A new object can have shaken hands in the same second only if it was created in it.
bool is_same_object(const DumpPeer& before, const DumpPeer& row) {
  return has_handshake(row) && row.latest_handshake == before.latest_handshake &&
         row.rx_bytes >= before.rx_bytes && row.tx_bytes >= before.tx_bytes;
}

using Rows = std::unordered_map<PublicKey, const DumpPeer*>;

Rows rows_by_key(const DumpInterface& interface) {
  Rows rows;
  for (const DumpPeer& row : interface.peers) rows.emplace(row.public_key, &row);
  return rows;
}

}  // namespace

void Roster::follow_renames(const Dump& dump, std::span<const InterfaceName> unreadable) {
  const auto stays = [&](const Interface& state) {
    if (state.gone || !state.settings) return true;
    const DumpInterface* const listed = find_interface(dump, state.name);
    if (listed != nullptr) return listed->public_key == state.settings->public_key;
    return std::find(unreadable.begin(), unreadable.end(), state.name) != unreadable.end();
  };
  std::vector<Rename> renames;
  const auto is_free = [&](const InterfaceName& name) {
    return std::none_of(renames.begin(), renames.end(),
                        [&](const Rename& rename) { return rename.to == name; }) &&
           std::none_of(interfaces_.begin(), interfaces_.end(), [&](const Interface& state) {
             return state.name == name && !state.gone && stays(state);
           });
  };
  for (Interface& state : interfaces_) {
    if (stays(state)) continue;
    const auto found = std::find_if(dump.begin(), dump.end(), [&](const DumpInterface& to) {
      return goes_on_as(state, to) && is_free(to.name);
    });
    if (found != dump.end()) renames.push_back({&state, found->name});
  }
  if (!renames.empty()) rename(renames);
}

bool Roster::goes_on_as(const Interface& state, const DumpInterface& interface) const {
  const InterfaceSettings& settings = *state.settings;
  if (state.name == interface.name || settings.public_key != interface.public_key ||
      settings.listen_port != interface.listen_port) {
    return false;
  }
  const Rows rows = rows_by_key(interface);
  bool fell = false;
  for (const PeerState& peer : state.peers) {
    const auto row = rows.find(peer.row.public_key);
    if (row == rows.end()) continue;
    if (is_same_object(peer.row, *row->second)) return true;
    fell = fell || counts_less(state, peer.row, *row->second);
  }
  const SteadyTime since = state.seen ? state.seen->steady : SteadyTime::min();
  return !fell && lines_.was_renamed(state.name, interface.name, since);
}

/// All at once: two can exchange their names.
void Roster::rename(const std::vector<Rename>& renames) {
  for (Interface& state : interfaces_) {
    const auto moves = [&](const Rename& rename) { return rename.state == &state; };
    const auto takes_name = [&](const Rename& rename) { return rename.to == state.name; };
    const bool is_overtaken = std::any_of(renames.begin(), renames.end(), takes_name);
    if (is_overtaken && std::none_of(renames.begin(), renames.end(), moves)) give_up_name(state);
  }
  for (const auto& [state, to] : renames) {
    const InterfaceName from = std::exchange(state->name, to);
    for (auto* const peers : {&state->peers, &state->parked}) {
      for (PeerState& peer : *peers) {
        if (peer.session && peer.session->began_on.empty()) peer.session->began_on = from;
      }
    }
    state->missing = false;
    note_config(ConfigField::interface, *state, {}, std::string(from.view()),
                std::string(to.view()));
  }
}

/// Another interface has its name now: nobody of it comes back under that. Dropped with the dump.
void Roster::give_up_name(Interface& state) {
  if (!state.gone) vanish(state);
  for (const PeerState& peer : std::exchange(state.parked, {})) remove(state, peer);
  state.name = {};
}

bool Roster::is_created_anew(const Interface& state, const DumpInterface& interface) const {
  if (state.gone || !state.settings || !state.seen) return false;
  if (!lines_.was_created_anew(state.name, state.seen->steady)) return false;
  const Rows rows = rows_by_key(interface);
  bool is_another = state.settings->public_key != interface.public_key;
  for (const PeerState& peer : state.peers) {
    const auto row = rows.find(peer.row.public_key);
    if (row != rows.end() && is_same_object(peer.row, *row->second)) return false;
    is_another = is_another || row == rows.end() || counts_less(state, peer.row, *row->second);
  }
  return is_another;
}

}  // namespace wgaudit
