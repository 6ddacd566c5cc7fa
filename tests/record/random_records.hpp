#pragma once

#include <string>
#include <vector>

#include "property/dice.hpp"
#include "support/rows.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {

/// Few different values of each field, so that filters meet them; some are hostile.
inline const std::vector<std::string>& random_names() {
  static const std::vector<std::string> names = {
      "alice", "bob", "7", "k\xC3\xB6nig", "a \"b\", c", "\"peer\":{\"id\":7"};
  return names;
}

inline const std::vector<std::string>& random_interfaces() {
  static const std::vector<std::string> names = {"wg0", "wg1", "wg\"0", "w\x1b[2J", "w\\"};
  return names;
}

inline const std::vector<std::string>& random_endpoints() {
  static const std::vector<std::string> endpoints = {
      "10.1.0.7:40001",   "10.1.16.1:40001",     "10.2.0.7:1",         "203.0.113.7:51820",
      "[fe80::1%eth0]:5", "[2001:db8::7]:51820", "[2001:db8:1:2::]:9", "(none)"};
  return endpoints;
}

inline PublicKey random_key(Dice& dice) {
  PublicKey key;
  key.bytes.fill(static_cast<std::uint8_t>(dice.between(0, 5)));
  return key;
}

inline PeerFacts random_peer(Dice& dice) {
  PeerFacts peer;
  if (dice.chance(0.8)) peer.id = PeerId{static_cast<std::uint64_t>(dice.between(1, 80))};
  if (dice.chance(0.5)) peer.public_key = random_key(dice);
  if (dice.chance(0.3)) peer.name = dice.one_of(random_names());
  if (dice.chance(0.9)) {
    peer.identity = peer.public_key ? IdentityState::proven : IdentityState::unresolved;
  }
  if (dice.chance(0.1)) peer.candidates = {random_key(dice), random_key(dice)};
  return peer;
}

/// What an event and a record of the journal both have.
inline Record random_header(Dice& dice) {
  Record record;
  record.sequence = static_cast<std::uint64_t>(dice.between(1, 1000));
  record.created = story_start() + dice.between(secs(0), secs(5));
  if (dice.chance(0.9)) record.timestamp = record.created - millis(dice.between(0, 2));
  if (dice.chance(0.9)) record.interface = *parse_interface_name(dice.one_of(random_interfaces()));
  return record;
}

inline std::optional<Endpoint> random_endpoint(Dice& dice) {
  if (!dice.chance(0.7)) return std::nullopt;
  return parse_endpoint(dice.one_of(random_endpoints()));
}

inline Record random_event(Dice& dice) {
  Record event = random_header(dice);
  auto& body = event.body.emplace<EventBody>();
  KernelEvent& line = body.line;
  line.kind = static_cast<EventKind>(dice.between(0, static_cast<int>(event_kind_count) - 1));
  line.interface = event.interface;
  line.endpoint = random_endpoint(dice);
  if (dice.chance(0.8)) body.peer = random_peer(dice);
  if (body.peer) line.peer = body.peer->id;
  if (dice.chance(0.2)) line.keypair = KeypairId{9};
  if (dice.chance(0.2)) line.address = parse_ip_address("fd99::250");
  if (dice.chance(0.2)) line.nonce = 18'446'744'073'709'551'615U;
  if (dice.chance(0.2)) line.attempt = 20;
  if (dice.chance(0.2)) line.error = -101;
  if (dice.chance(0.1)) line.previous_interface = dice.one_of(random_interfaces());
  if (dice.chance(0.1)) line.text = dice.one_of(random_names());
  if (dice.chance(0.9)) body.stamp = millis(dice.between(0, 1'000'000));
  if (dice.chance(0.1)) body.repeated = 3;
  event.action = line.kind;
  return event;
}

inline Session random_session(Dice& dice, UtcTime since) {
  Session session;
  const auto used = parse_endpoint(dice.one_of(random_endpoints()));
  if (!used->is_none()) session.endpoints.push_back({*used, since});
  return session;
}

inline RecordBody random_body(Action action, UtcTime created, Dice& dice) {
  if (action == Action::identity_contradicted)
    return ContradictionFacts{{}, {PeerId{7}, PeerId{8}}};
  PeerFacts peer = random_peer(dice);
  const auto endpoint = random_endpoint(dice);
  if (action == Action::attempt) return AttemptBody{{}, peer, endpoint};
  peer.public_key = random_key(dice);
  const auto previous = parse_endpoint(dice.one_of(random_endpoints()));
  const Session session = random_session(dice, created);
  if (action == Action::peer_roamed) return PeerBody{peer, endpoint, previous, session};
  return SessionEndBody{peer, endpoint, previous, {session, created, secs(1)}};
}

/// A random record of one of the kinds that random_body makes bodies for.
inline Record random_conclusion(Dice& dice) {
  Record record = random_header(dice);
  const Action action = dice.one_of(std::vector<Action>{
      Action::attempt, Action::identity_contradicted, Action::session_ended, Action::peer_roamed});
  record.action = action;
  record.body = random_body(action, record.created, dice);
  record.message = "said";
  return record;
}

}  // namespace wgaudit
