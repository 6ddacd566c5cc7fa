#include "presence/interface_match.hpp"

#include <algorithm>
#include <unordered_map>

#include "presence/row_rules.hpp"

namespace wgaudit {
namespace {

/// A new object can have had its handshake in the same second only if it was created in it.
bool is_same_object(const DumpPeer& before, const DumpPeer& row) {
  return has_handshake(row) && row.latest_handshake == before.latest_handshake &&
         row.rx_bytes >= before.rx_bytes && row.tx_bytes >= before.tx_bytes;
}

using RowsByKey = std::unordered_map<PublicKey, const DumpPeer*>;

RowsByKey rows_by_key(const DumpInterface& interface) {
  RowsByKey rows;
  for (const DumpPeer& row : interface.peers) rows.emplace(row.public_key, &row);
  return rows;
}

}  // namespace

std::vector<InterfaceRename> InterfaceMatch::renames() const {
  std::vector<InterfaceRename> renames;
  const auto is_free = [&](const InterfaceName& name) {
    const auto is_taken = [&](const InterfaceRename& rename) { return rename.to == name; };
    const auto has_it = [&](const RosterInterface& interface) {
      return interface.name == name && !interface.is_gone && keeps_name(interface);
    };
    return std::none_of(renames.begin(), renames.end(), is_taken) &&
           std::none_of(state_.interfaces.begin(), state_.interfaces.end(), has_it);
  };
  for (RosterInterface& interface : state_.interfaces) {
    if (keeps_name(interface)) continue;
    const auto found = std::find_if(dump_.begin(), dump_.end(), [&](const DumpInterface& listed) {
      return goes_on_as(interface, listed) && is_free(listed.name);
    });
    if (found != dump_.end()) renames.push_back({&interface, found->name});
  }
  return renames;
}

const DumpInterface* InterfaceMatch::find_listed(const InterfaceName& name) const {
  const auto found = std::find_if(dump_.begin(), dump_.end(), [&](const DumpInterface& interface) {
    return interface.name == name;
  });
  return found == dump_.end() ? nullptr : &*found;
}

/// Returns whether there is no reason to look for the interface under another name.
bool InterfaceMatch::keeps_name(const RosterInterface& interface) const {
  if (interface.is_gone || !interface.settings) return true;
  const DumpInterface* const listed = find_listed(interface.name);
  if (listed != nullptr) return listed->public_key == interface.settings->public_key;
  return std::find(unreadable_.begin(), unreadable_.end(), interface.name) != unreadable_.end();
}

bool InterfaceMatch::goes_on_as(const RosterInterface& before, const DumpInterface& listed) const {
  const InterfaceSettings& settings = *before.settings;
  if (before.name == listed.name || settings.public_key != listed.public_key ||
      settings.listen_port != listed.listen_port) {
    return false;
  }
  const RowsByKey rows = rows_by_key(listed);
  bool fell = false;
  for (const PeerState& peer : before.peers) {
    const auto row = rows.find(peer.row.public_key);
    // A peer can have been removed along with the rename.
    if (row == rows.end()) continue;
    if (is_same_object(peer.row, *row->second)) return true;
    fell = fell || context_.counts_less(before.seen, peer.row, *row->second);
  }
  // Lines can be forged: they decide only where no row does.
  const SteadyTime since = before.seen ? before.seen->steady : SteadyTime::min();
  return !fell && state_.lines.was_renamed(before.name, listed.name, since);
}

bool InterfaceMatch::is_created_anew(const RosterInterface& before,
                                     const DumpInterface& listed) const {
  if (before.is_gone || !before.settings || !before.seen) return false;
  if (!state_.lines.was_created_anew(before.name, before.seen->steady)) return false;
  const RowsByKey rows = rows_by_key(listed);
  // The lines can be forged: something of the interface must be another, too.
  bool is_another = before.settings->public_key != listed.public_key;
  for (const PeerState& peer : before.peers) {
    const auto row = rows.find(peer.row.public_key);
    if (row != rows.end() && is_same_object(peer.row, *row->second)) return false;
    is_another = is_another || row == rows.end() ||
                 context_.counts_less(before.seen, peer.row, *row->second);
  }
  return is_another;
}

}  // namespace wgaudit
