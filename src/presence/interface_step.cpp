#include "presence/interface_step.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "presence/absences.hpp"
#include "presence/row_rules.hpp"
#include "presence/row_step.hpp"

namespace wgaudit {
namespace {

/// Returns the first row that is a new object by its place: rows are in the order of creation.
/// `old_places`: by row, the place of its peer before, SIZE_MAX where it had none.
std::size_t first_out_of_order(const std::vector<std::size_t>& old_places) {
  std::size_t row = 0;
  while (row < old_places.size() && old_places[row] != SIZE_MAX &&
         (row == 0 || old_places[row] > old_places[row - 1])) {
    ++row;
  }
  return row;
}

}  // namespace

void InterfaceStep::take(bool knows_interfaces) {
  take_settings(knows_interfaces);
  take_rows();
  interface_.seen = context_.started;
  interface_.is_known = true;
}

void InterfaceStep::take_settings(bool knows_interfaces) {
  const InterfaceSettings settings{listed_.public_key, listed_.listen_port, listed_.fwmark};
  if (knows_interfaces && !interface_.is_known) {
    context_.add_config(ConfigField::interface, interface_.name, {}, {},
                        std::string(interface_.name.view()));
  } else if (interface_.settings) {
    compare_settings(interface_.name, *interface_.settings, settings, context_.finished.utc,
                     context_.changes.config);
  }
  // Also where it was restored without settings: the record of the state has to have them.
  if (interface_.settings != settings) {
    context_.changes.interfaces.push_back({interface_.name, settings});
  }
  interface_.settings = settings;
  interface_.is_listed = true;
  interface_.is_missing = false;
  interface_.is_gone = false;
}

void InterfaceStep::take_rows() {
  const std::size_t unchanged = count_unchanged();
  std::size_t first_new = is_in_order(unchanged) ? rows_.size() : reorder();
  for (std::size_t i = unchanged; i < rows_.size(); ++i) {
    PeerState& peer = interface_.peers[i];
    // Without an earlier dump (peers were restored) nothing follows from the order.
    const bool is_after_new = interface_.seen && i >= first_new;
    if (!is_after_new && is_unchanged(peer, rows_[i])) continue;
    const bool known = peer.presence != Presence::unknown;
    // A peer that no dump listed before has nothing to be compared with.
    const bool fell = known && context_.counts_less(interface_.seen, peer.row, rows_[i]);
    // All rows after a new object were created after it.
    if (fell && interface_.seen) first_new = std::min(first_new, i);
    const bool is_new_object =
        known && (fell || is_removal(peer.absence) || (interface_.seen && i >= first_new));
    RowStep(context_, interface_, peer, rows_[i], is_new_object).take();
    context_.note_expiry(peer);
  }
}

/// Most dumps change nothing, and then one pass over the peers is all.
std::size_t InterfaceStep::count_unchanged() {
  const std::size_t count = std::min(interface_.peers.size(), rows_.size());
  std::size_t same = 0;
  while (same < count && is_unchanged(interface_.peers[same], rows_[same])) ++same;
  return same;
}

/// Returns whether the row leaves the peer as it is, and so does the time; when that ends is noted.
bool InterfaceStep::is_unchanged(const PeerState& peer, const DumpPeer& row) {
  // A grace that runs has to be looked at, and so has a handshake that grows too old.
  if (peer.presence == Presence::unknown || peer.absence) return false;
  if (peer.presence == Presence::online && !context_.is_alive(peer)) return false;
  if (peer.row != row) return false;
  context_.note_expiry(peer);
  return true;
}

bool InterfaceStep::is_in_order(std::size_t from) const {
  const auto offset = static_cast<std::ptrdiff_t>(from);
  return std::equal(interface_.peers.begin() + offset, interface_.peers.end(),
                    rows_.begin() + offset, rows_.end(),
                    [](const PeerState& peer, const DumpPeer& row) {
                      return peer.row.public_key == row.public_key;
                    });
}

/// Brings the peers into the order of the rows, with an unknown peer for a new row. Returns the
/// first row that is a new object by its place.
std::size_t InterfaceStep::reorder() {
  RowNumbers numbers;
  for (std::size_t i = 0; i < rows_.size(); ++i) numbers.emplace(rows_[i].public_key, i);
  std::vector<PeerState> ordered(rows_.size());
  const std::size_t first_new = place_listed(numbers, ordered);
  place_returned(numbers, ordered);
  interface_.peers = std::move(ordered);
  return first_new;
}

std::size_t InterfaceStep::place_listed(const RowNumbers& numbers,
                                        std::vector<PeerState>& ordered) {
  std::vector<std::size_t> old_places(ordered.size(), SIZE_MAX);
  std::size_t old_place = 0;
  for (PeerState& peer : std::exchange(interface_.peers, {})) {
    const auto number = numbers.find(peer.row.public_key);
    if (number == numbers.end()) {
      Absences(context_).remove_peer(interface_, std::move(peer), ChangeReason::peer_removed);
    } else {
      old_places[number->second] = old_place++;
      ordered[number->second] = std::move(peer);
    }
  }
  return first_out_of_order(old_places);
}

/// Peers that are listed again within their grace. That such a peer was removed is a change of the
/// configuration without a grace, and so is that it was added again.
void InterfaceStep::place_returned(const RowNumbers& numbers, std::vector<PeerState>& ordered) {
  std::erase_if(interface_.in_grace, [&](PeerState& peer) {
    const PublicKey& key = peer.row.public_key;
    const auto number = numbers.find(key);
    if (number == numbers.end()) return false;
    if (peer.absence->reason == ChangeReason::peer_removed) {
      context_.add_config(ConfigField::peer, interface_.name, key, {}, to_text(key));
    }
    ordered[number->second] = std::move(peer);
    return true;
  });
}

}  // namespace wgaudit
