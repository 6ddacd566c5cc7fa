#include "audit/peer_records.hpp"

#include <fmt/format.h>

#include "wgaudit/record/message.hpp"

namespace wgaudit {
namespace {

PeerFacts facts_of(const PeerState& peer, const PeerNames& names) {
  const DumpPeer& row = peer.row;
  PeerFacts facts;
  facts.public_key = row.public_key;
  facts.name = name_of(names, row.public_key);
  facts.presence = peer.presence;
  facts.since = peer.since;
  facts.allowed_ips = row.allowed_ips;
  facts.latest_handshake = row.latest_handshake;
  facts.rx_bytes = row.rx_bytes;
  facts.tx_bytes = row.tx_bytes;
  facts.persistent_keepalive = row.persistent_keepalive;
  return facts;
}

PeerFacts facts_of(const PublicKey& key, const PeerNames& names) {
  PeerFacts facts;
  facts.public_key = key;
  facts.name = name_of(names, key);
  return facts;
}

/// The session's name stays when its interface is renamed.
std::string session_of(const InterfaceName& interface, const PublicKey& key, UtcTime began,
                       const Session* session) {
  const bool is_renamed = session != nullptr && !session->began_on.empty();
  return session_id(is_renamed ? session->began_on : interface, key, began);
}

const Session* accounts_of(const PeerChange& change) {
  if (change.ended) return &change.ended->session;
  return change.peer.session ? &*change.peer.session : nullptr;
}

/// Whether the record is to say where the peer was before.
bool has_moved(const PeerChange& change) {
  if (change.kind == PeerChange::Kind::roamed) return true;
  return change.kind == PeerChange::Kind::online &&
         change.reason != PeerChange::Reason::first_seen &&
         change.previous_endpoint != change.peer.row.endpoint;
}

}  // namespace

Action action_of(PeerChange::Kind kind) {
  switch (kind) {
    case PeerChange::Kind::added:
      return Action::peer_added;
    case PeerChange::Kind::online:
      return Action::peer_online;
    case PeerChange::Kind::offline:
      return Action::peer_offline;
    case PeerChange::Kind::roamed:
      return Action::peer_roamed;
    case PeerChange::Kind::removed:
      return Action::peer_removed;
  }
  __builtin_unreachable();
}

void describe(const PeerChange& change, const PeerNames& names, Record& record) {
  const PublicKey& key = change.peer.row.public_key;
  record.reason = to_text(change.reason);
  record.interface = change.interface;
  if (change.session_began) {
    record.session_id =
        session_of(change.interface, key, *change.session_began, accounts_of(change));
  }
  auto& body = record.body.emplace<PeerBody>();
  body.peer = facts_of(change.peer, names);
  body.endpoint = change.peer.row.endpoint;
  if (has_moved(change)) body.previous_endpoint = change.previous_endpoint;
  const bool goes_on =
      change.kind == PeerChange::Kind::online || change.kind == PeerChange::Kind::roamed;
  if (goes_on) body.session = change.peer.session;
  record.message = message_for(change, label_of(names, key));
}

void describe_end(const PeerChange& change, const PeerNames& names, Record& record) {
  const PublicKey& key = change.peer.row.public_key;
  record.action = Action::session_ended;
  // Without a presence: who is removed is not restored by this.
  record.body = SessionEndBody{facts_of(key, names), record.endpoint(), record.previous_endpoint(),
                               *change.ended};
  record.message =
      message_for(change.interface, label_of(names, key), *change.ended, record.reason);
}

void describe(const ConfigChange& change, const PeerNames& names, Record& record) {
  record.reason = to_text(change.field);
  record.interface = change.interface;
  record.witness = Witness::dump;
  auto& body = record.body.emplace<ConfigBody>();
  body.change = {std::string(to_text(change.field)), change.before, change.after};
  if (change.peer) body.peer = facts_of(*change.peer, names);
  record.message = message_for(change, change.peer ? label_of(names, *change.peer) : "");
}

void describe(const Attempt& attempt, const PeerNames& names, Record& record) {
  const AttemptSource& source = attempt.source;
  record.reason = to_text(source.cause);
  record.interface = source.interface;
  record.witness = witness_of(source.cause);
  auto& body = record.body.emplace<AttemptBody>();
  body.facts = attempt.facts;
  body.endpoint = source.endpoint;
  std::string label;
  if (source.peer) {
    const auto& key = attempt.peer.public_key;
    body.peer = key ? facts_of(*key, names) : PeerFacts{};
    body.peer->id = source.peer;
    body.peer->identity = attempt.peer.identity;
    label = key ? label_of(names, *key)
                : fmt::format("peer {}", static_cast<std::uint64_t>(*source.peer));
  }
  record.message = message_for(attempt, label);
}

void describe(const InterfaceName& interface, const PeerState& peer, const PeerNames& names,
              Record& record) {
  record.interface = interface;
  auto& body = record.body.emplace<PeerBody>();
  body.peer = facts_of(peer, names);
  body.endpoint = peer.row.endpoint;
  if (peer.presence == Presence::online) {
    record.session_id = session_of(interface, peer.row.public_key, peer.since,
                                   peer.session ? &*peer.session : nullptr);
    body.session = peer.session;
  }
  record.message = message_for(interface, label_of(names, peer.row.public_key), peer);
}

void describe(const InterfaceState& interface, Record& record) {
  record.interface = interface.name;
  record.body = interface.settings;
  record.message = message_for(interface);
}

}  // namespace wgaudit
