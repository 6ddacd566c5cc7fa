#include "record/peer_json.hpp"

#include <string>
#include <string_view>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

Json split_list(std::string_view list) {
  Json items = Json::array();
  if (list == "(none)") return items;
  while (!list.empty()) items.push_back(take_until(list, ','));
  return items;
}

std::string join_list(const ParsedJson& items) {
  if (items.empty()) return "(none)";
  std::string list;
  for (const auto& item : items) list += (list.empty() ? "" : ",") + item.get<std::string>();
  return list;
}

/// Who it is.
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

Json peer_json(const PeerFacts& facts) {
  Json peer = Json::object();
  if (facts.id) peer["id"] = static_cast<std::uint64_t>(*facts.id);
  if (facts.public_key) peer["public_key"] = to_text(*facts.public_key);
  if (!facts.name.empty()) peer["name"] = facts.name;
  if (facts.identity) peer["identity"] = to_text(*facts.identity);
  for (const PublicKey& key : facts.candidates) peer["candidates"].push_back(to_text(key));
  for (const Evidence one : facts.evidence) peer["evidence"].push_back(to_text(one));
  if (facts.presence) peer["presence"] = to_text(*facts.presence);
  if (facts.since) peer["since"] = to_rfc3339(*facts.since);
  if (!facts.allowed_ips.empty()) peer["allowed_ips"] = split_list(facts.allowed_ips);
  if (facts.latest_handshake) {
    const bool never = facts.latest_handshake->time_since_epoch().count() == 0;
    peer["latest_handshake"] = never ? Json(nullptr) : Json(to_rfc3339(*facts.latest_handshake));
  }
  if (facts.rx_bytes) peer["rx_bytes"] = *facts.rx_bytes;
  if (facts.tx_bytes) peer["tx_bytes"] = *facts.tx_bytes;
  if (facts.persistent_keepalive) {
    peer["persistent_keepalive_seconds"] = facts.persistent_keepalive->count();
  }
  return peer;
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
