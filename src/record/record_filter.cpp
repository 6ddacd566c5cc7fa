#include "wgaudit/record/record_filter.hpp"

#include <algorithm>
#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

bool is_settled(const Record& record, const SettledEvents& events) {
  return record.peer->id == events.id && !record.peer->public_key &&
         record.sequence >= events.range.first && record.sequence <= events.range.last;
}

bool is_of_peer(const Record& record, const RecordFilter& filter) {
  const PeerSelector& wanted = *filter.peer;
  if (record.contradiction && wanted.id()) {
    const auto& ids = record.contradiction->ids;
    if (std::find(ids.begin(), ids.end(), *wanted.id()) != ids.end()) return true;
  }
  if (!record.peer) return false;
  if (wanted.names(*record.peer)) return true;
  return record.stream() == Stream::events &&
         std::any_of(filter.settled.begin(), filter.settled.end(),
                     [&](const SettledEvents& events) { return is_settled(record, events); });
}

bool is_of_interface(const Record& record, const InterfaceName& wanted) {
  return record.interface == wanted ||
         (record.line && record.line->previous_interface == wanted.view());
}

bool is_from(const Record& record, const Network& wanted) {
  const auto is_in = [&](const Endpoint& endpoint) { return wanted.contains(endpoint.address); };
  if (record.endpoint && is_in(*record.endpoint)) return true;
  if (record.previous_endpoint && is_in(*record.previous_endpoint)) return true;
  if (!record.is(Action::session_ended) || !record.accounts) return false;
  const auto& used = record.accounts->endpoints;
  return std::any_of(used.begin(), used.end(),
                     [&](const EndpointUse& use) { return is_in(use.endpoint); });
}

}  // namespace

std::optional<RecordKind> parse_record_kind(std::string_view text) {
  if (const auto action = parse_action(text)) return *action;
  if (const auto kind = parse_event_kind(text)) return *kind;
  return std::nullopt;
}

PeerSelector::PeerSelector(std::string text) : text_(std::move(text)) {
  if (const auto number = parse_number<std::uint64_t>(text_)) id_ = PeerId{*number};
}

bool PeerSelector::may_be_key() const {
  const auto is_base64 = [](char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' ||
           c == '/' || c == '=';
  };
  return !id_ && text_.size() >= shortest_key && std::ranges::all_of(text_, is_base64);
}

bool PeerSelector::names(const PeerFacts& peer) const {
  if (id_ && peer.id == id_) return true;
  if (peer.name == text_) return true;
  return may_be_key() && peer.public_key && to_text(*peer.public_key).starts_with(text_);
}

bool RecordFilter::selects(const Record& record) const {
  const bool is_kind =
      kinds.empty() || std::find(kinds.begin(), kinds.end(), record.action) != kinds.end();
  return is_kind && (interface.empty() || is_of_interface(record, interface)) &&
         (!source || is_from(record, *source)) && (!peer || is_of_peer(record, *this));
}

bool RecordFilter::covers(std::optional<UtcTime> time) const {
  if (!since && !until) return true;
  return time && (!since || *time >= *since) && (!until || *time < *until);
}

void RecordFilter::learn(const Record& identified) {
  const bool is_ours = identified.is(Action::peer_identified) && identified.events && peer &&
                       identified.peer && identified.peer->id && peer->names(*identified.peer);
  if (is_ours) settled.push_back({*identified.peer->id, *identified.events});
}

}  // namespace wgaudit
