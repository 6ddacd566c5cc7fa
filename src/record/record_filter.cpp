#include "wgaudit/record/record_filter.hpp"

#include <algorithm>
#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

bool is_settled(const Record& record, const PeerFacts& peer, const SettledEvents& events) {
  return peer.id == events.id && !peer.public_key && record.sequence >= events.range.first &&
         record.sequence <= events.range.last;
}

bool is_of_peer(const Record& record, const RecordFilter& filter) {
  const PeerSelector& wanted = *filter.peer;
  if (const auto* const facts = record.as<ContradictionFacts>(); facts && wanted.id()) {
    const auto& ids = facts->ids;
    if (std::find(ids.begin(), ids.end(), *wanted.id()) != ids.end()) return true;
  }
  const PeerFacts* const peer = record.peer();
  if (peer == nullptr) return false;
  if (wanted.names(*peer)) return true;
  return record.stream() == Stream::events &&
         std::any_of(
             filter.settled.begin(), filter.settled.end(),
             [&](const SettledEvents& events) { return is_settled(record, *peer, events); });
}

bool is_of_interface(const Record& record, const InterfaceName& wanted) {
  if (record.interface == wanted) return true;
  const auto* const event = record.as<EventBody>();
  return event != nullptr && event->line.previous_interface == wanted.view();
}

bool is_from(const Record& record, const Network& wanted) {
  const auto is_in = [&](const std::optional<Endpoint>& endpoint) {
    return endpoint && wanted.contains(endpoint->address);
  };
  if (is_in(record.endpoint()) || is_in(record.previous_endpoint())) return true;
  const auto* const end = record.as<SessionEndBody>();
  if (end == nullptr) return false;
  const auto& used = end->ended.session.endpoints;
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
  const auto* const body = identified.as<IdentifiedBody>();
  if (body == nullptr || !body->events || !peer) return;
  if (body->peer.id && peer->names(body->peer)) settled.push_back({*body->peer.id, *body->events});
}

}  // namespace wgaudit
