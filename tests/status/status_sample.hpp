#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/status/status_json.hpp"
#include "support/rows.hpp"

namespace wgaudit {

inline const Observer gw1 = {"gw1", "b"};

/// Two hours and four minutes after story_start.
inline Instant status_time() {
  const auto since = std::chrono::minutes(124);
  return {SteadyTime(std::chrono::seconds(1000) + since), story_start() + since};
}

struct ShownPeer {
  std::string_view name;
  std::string_view endpoint = "203.0.113.7:51820";
  Presence presence = Presence::online;
  std::chrono::seconds handshake_age{12};
  std::optional<PeerId> id = {};
  std::vector<Evidence> evidence = {};
  std::string_view interface = "wg0";
};

/// As Auditor::current_state makes it.
inline Record picture_of(const ShownPeer& shown) {
  const Instant now = status_time();
  Record record;
  record.action = Action::snapshot;
  record.timestamp = record.created = now.utc;
  record.uptime = now.steady.time_since_epoch();
  record.interface = *parse_interface_name(shown.interface);
  auto& body = record.body.emplace<PeerBody>();
  body.endpoint = *parse_endpoint(shown.endpoint);
  PeerFacts& peer = body.peer;
  peer.id = shown.id;
  if (shown.id) peer.identity = IdentityState::proven;
  peer.evidence = shown.evidence;
  peer.public_key = key_of(shown.name);
  peer.name = shown.name;
  peer.presence = shown.presence;
  peer.since = now.utc - std::chrono::minutes(63);
  peer.allowed_ips = "10.0.0.2/32,fd00::2/128";
  peer.latest_handshake = std::chrono::floor<std::chrono::seconds>(now.utc - shown.handshake_age);
  peer.rx_bytes = 5000;
  peer.tx_bytes = 6000;
  peer.persistent_keepalive = std::chrono::seconds(25);
  record.message = "as it is";
  if (shown.presence != Presence::online) return record;
  Session session;
  session.began = *peer.since;
  session.began_steady = now.steady - std::chrono::minutes(63);
  session.rx_bytes = 1'260'000;
  session.tx_bytes = 3'650'722'201;
  session.last_activity = {now.utc, now.utc};
  record.session_id = "wg0-x-1";
  body.session = session;
  return record;
}

inline Record picture_of_wg0() {
  Record record;
  record.action = Action::snapshot;
  record.timestamp = record.created = status_time().utc;
  record.interface = *parse_interface_name("wg0");
  record.body = InterfaceSettings{key_of("gateway"), 51820, 7};
  record.message = "as it is";
  return record;
}

/// A daemon that all is well with.
inline Status sample_status(const std::vector<ShownPeer>& peers) {
  Status status;
  status.now = status_time();
  status.started = story_start();
  status.monitor.version = "0.1.0";
  status.counters.dumps = 248;
  status.counters.dump_failures = 2;
  status.datagrams = {1204, 1100, 104, 0};
  status.interfaces.push_back(picture_of_wg0());
  for (const ShownPeer& peer : peers) status.peers.push_back(picture_of(peer));
  status.today = {40, 39};
  status.last_dump = status.now.utc - std::chrono::seconds(3);
  status.readers = {{"text_log", 401, 0}, {"hooks", 401, 0}};
  status.journal_sequence = 400;
  status.events_sequence = 1100;
  return status;
}

/// What a client is told.
inline std::string answer_of(Status status, Observer observer = gw1) {
  StatusJson json(std::move(status), std::move(observer));
  std::string answer;
  for (std::size_t i = 0; const std::string* const piece = json.piece(i); ++i) answer += *piece;
  return answer;
}

}  // namespace wgaudit
