#pragma once

#include "audit/story.hpp"

namespace wgaudit {

/// A record of a kind with every field that can stand in it.
inline Record full_event(EventKind kind) {
  Record record;
  record.sequence = max_sequence;
  record.timestamp = story_start();
  record.created = story_start() + std::chrono::microseconds(1);
  record.action = kind;
  record.interface = *parse_interface_name("we\\ird\xC3");
  auto& body = record.body.emplace<EventBody>();
  body.stamp = std::chrono::microseconds(12'345'678);
  body.repeated = 3;
  PeerFacts& peer = body.peer.emplace();
  peer.id = PeerId{18'446'744'073'709'551'615U};
  peer.identity = IdentityState::unresolved;
  KernelEvent& line = body.line;
  line.kind = kind;
  line.interface = record.interface;
  line.peer = peer.id;
  line.endpoint = parse_endpoint("[fe80::1]:40001/0%2");
  line.keypair = KeypairId{9};
  line.address = parse_ip_address("fd99::250");
  line.nonce = 7;
  line.nonce_max = 8;
  line.count = 34;
  line.attempt = 20;
  line.seconds = 540;
  line.error = -101;
  line.previous_interface = "wg\t0";
  line.text = "text \x1b[31m\xFF \"quoted\" \\ back";
  record.message = "said";
  return record;
}

inline Session full_session() {
  Session session;
  session.began_on = *parse_interface_name("wg\x01\xff");
  session.began = story_start();
  session.complete = false;
  session.continued = true;
  session.rx_bytes = 18'446'744'073'709'551'615U;
  session.tx_bytes = 2;
  session.handshakes = 3;
  session.initiator = Initiator::gateway;
  session.last_activity = {story_start() + std::chrono::seconds(1),
                           story_start() + std::chrono::seconds(31)};
  session.keepalive = story_start() + std::chrono::seconds(2);
  session.endpoints = {{*parse_endpoint("203.0.113.7:51820"), story_start()},
                       {*parse_endpoint("[fe80::1%eth0]:40001"), story_start()}};
  session.endpoints_dropped = 4;
  return session;
}

inline PeerFacts full_peer() {
  PeerFacts peer;
  peer.public_key = key_of("alice");
  peer.name = "Älice \"A\"";
  peer.presence = Presence::online;
  peer.since = story_start();
  peer.allowed_ips = "10.0.0.2/32,fd00::/64";
  peer.latest_handshake = std::chrono::floor<std::chrono::seconds>(story_start());
  peer.rx_bytes = 1;
  peer.tx_bytes = 18'446'744'073'709'551'615U;
  peer.persistent_keepalive = std::chrono::seconds(25);
  return peer;
}

inline PeerFacts identified_peer() {
  PeerFacts peer;
  peer.id = PeerId{5'000'000'000};
  peer.public_key = key_of("alice");
  peer.identity = IdentityState::proven;
  peer.evidence = {Evidence::order, Evidence::count};
  return peer;
}

inline Loss full_loss() {
  return {3,
          story_start(),
          story_start() + std::chrono::seconds(1),
          "tab\there",
          std::chrono::milliseconds(3761),
          MissingNumbers{Stream::events, 1, 500}};
}

inline MonitorFacts full_monitor() {
  MonitorFacts monitor{"0.1.0",
                       std::chrono::seconds(30),
                       std::chrono::seconds(180),
                       std::chrono::seconds(3600),
                       "wg0",
                       15};
  monitor.grace = std::chrono::seconds(5);
  monitor.module_load = 12'345;
  monitor.dynamic_debug = DynamicDebug::partial;
  monitor.dumps = DumpCosts{4, std::chrono::microseconds(5)};
  monitor.datagrams = DatagramCounts{18'446'744'073'709'551'615U, 1, 2, 3};
  return monitor;
}

/// The body of such a record with every field that can stand in it.
inline RecordBody full_body(Action action) {
  const auto endpoint = parse_endpoint("203.0.113.7:51820");
  const UtcTime end = story_start() + std::chrono::seconds(180);
  switch (action) {
    case Action::monitor_started:
    case Action::monitor_stopped:
      return full_monitor();
    case Action::snapshot:
    case Action::peer_added:
    case Action::peer_online:
    case Action::peer_offline:
    case Action::peer_roamed:
    case Action::peer_removed:
      return PeerBody{full_peer(), endpoint, Endpoint{}, full_session()};
    case Action::session_ended:
      return SessionEndBody{
          full_peer(), endpoint, Endpoint{}, {full_session(), end, std::chrono::seconds(180)}};
    case Action::attempt:
      return AttemptBody{{3, story_start(), end, 20, -101, true}, full_peer(), endpoint};
    case Action::peer_identified:
      return IdentifiedBody{identified_peer(), EventRange{3, 7}};
    case Action::identity_contradicted:
      return ContradictionFacts{ContradictionCause::other_key, {PeerId{1}, PeerId{2}}};
    case Action::config_changed:
      return ConfigBody{{"allowed_ips", "10.0.0.2/32", {}}, full_peer()};
    case Action::evidence_lost:
      return full_loss();
    case Action::clock_stepped:
      return ClockStep{story_start(), end};
    case Action::forged_input:
      return ForgeryBody{{3, story_start(), end, 1000, "<7>\x1b"}, endpoint};
    case Action::checkpoint:
      return CompletenessFacts{
          std::chrono::floor<std::chrono::days>(story_start()), story_start(), {7, 5}};
  }
  __builtin_unreachable();
}

inline Record full_record(Action action) {
  Record record;
  record.sequence = 42;
  record.timestamp = story_start();
  record.created = story_start() + std::chrono::milliseconds(21);
  record.action = action;
  record.reason = "handshake";
  record.interface = *parse_interface_name("wg0");
  record.session_id = "wg0-YWxpY2UA-1795244400";
  record.witness = Witness::both;
  record.body = full_body(action);
  record.message = "ONLINE wg0 alice";
  return record;
}

}  // namespace wgaudit
