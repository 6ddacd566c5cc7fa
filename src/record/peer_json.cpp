#include "record/peer_json.hpp"

#include <string>
#include <string_view>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

void write_list(std::string_view list, JsonWriter& json) {
  JsonArray items(json);
  if (list == "(none)") return;
  while (!list.empty()) items.next().value(take_until(list, ','));
}

std::string join_list(const ParsedJson& items) {
  if (items.empty()) return "(none)";
  std::string list;
  for (const auto& item : items) list += (list.empty() ? "" : ",") + item.get<std::string>();
  return list;
}

/// Adds what a dump shows of the peer.
void add_state(const PeerFacts& facts, JsonObject& peer) {
  if (facts.presence) peer.at("presence").plain(to_text(*facts.presence));
  peer.add_known("since", facts.since);
  if (!facts.allowed_ips.empty()) write_list(facts.allowed_ips, peer.at("allowed_ips"));
  if (facts.latest_handshake) {
    const bool never = facts.latest_handshake->time_since_epoch().count() == 0;
    JsonWriter& json = peer.at("latest_handshake");
    never ? json.null() : json.value(UtcTime(*facts.latest_handshake));
  }
  peer.add_known("rx_bytes", facts.rx_bytes);
  peer.add_known("tx_bytes", facts.tx_bytes);
  if (facts.persistent_keepalive) {
    peer.add("persistent_keepalive_seconds", facts.persistent_keepalive->count());
  }
}

/// Reads the fields of the identity.
void read_identity(const ParsedJson& json, PeerFacts& facts) {
  if (json.contains("id")) facts.id = PeerId{number_at<std::uint64_t>(json, "id")};
  if (json.contains("public_key")) {
    facts.public_key = required(parse_public_key(json.at("public_key").get<std::string>()),
                                "a public key is malformed");
  }
  read_text(json, "name", facts.name);
  if (json.contains("identity")) {
    facts.identity = required(parse_identity_state(json.at("identity").get<std::string>()),
                              "an identity is unknown");
  }
  if (json.contains("candidates")) {
    for (const auto& key : json.at("candidates")) {
      facts.candidates.push_back(
          required(parse_public_key(key.get<std::string>()), "a public key is malformed"));
    }
  }
  if (json.contains("evidence")) {
    for (const auto& one : json.at("evidence")) {
      // A later version may know more kinds.
      const auto evidence = parse_evidence(one.get<std::string>());
      if (evidence) facts.evidence.push_back(*evidence);
    }
  }
}

}  // namespace

void write_peer(const PeerFacts& facts, JsonWriter& json) {
  JsonObject peer(json);
  if (facts.id) peer.add("id", static_cast<std::uint64_t>(*facts.id));
  if (facts.public_key) peer.at("public_key").text_of(*facts.public_key);
  if (!facts.name.empty()) peer.add("name", facts.name);
  if (facts.identity) peer.at("identity").plain(to_text(*facts.identity));
  if (!facts.candidates.empty()) {
    JsonArray items(peer.at("candidates"));
    for (const PublicKey& key : facts.candidates) items.next().text_of(key);
  }
  if (!facts.evidence.empty()) {
    JsonArray items(peer.at("evidence"));
    for (const Evidence one : facts.evidence) items.next().plain(to_text(one));
  }
  add_state(facts, peer);
}

PeerFacts read_peer(const ParsedJson& json) {
  PeerFacts facts;
  read_identity(json, facts);
  if (json.contains("presence")) {
    facts.presence =
        required(parse_presence(json.at("presence").get<std::string>()), "a presence is unknown");
  }
  read_time(json, "since", facts.since);
  if (json.contains("allowed_ips")) facts.allowed_ips = join_list(json.at("allowed_ips"));
  if (json.contains("latest_handshake")) {
    std::optional<UtcTime> time;
    read_time(json, "latest_handshake", time);
    facts.latest_handshake = std::chrono::floor<seconds>(time.value_or(UtcTime{}));
  }
  read_number(json, "rx_bytes", facts.rx_bytes);
  read_number(json, "tx_bytes", facts.tx_bytes);
  if (json.contains("persistent_keepalive_seconds")) {
    facts.persistent_keepalive = seconds(number_at<int>(json, "persistent_keepalive_seconds"));
  }
  return facts;
}

}  // namespace wgaudit
