#include "wgaudit/record/record_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "record/finding_json.hpp"
#include "record/json_fields.hpp"
#include "record/peer_json.hpp"
#include "record/session_json.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

InterfaceSettings read_settings(const ParsedJson& json) {
  InterfaceSettings settings;
  const ParsedJson& key = json.at("interface_key");
  if (!key.is_null()) {
    settings.public_key =
        required(parse_public_key(key.get<std::string>()), "a public key is malformed");
  }
  settings.listen_port = number_at<std::uint16_t>(json, "listen_port");
  settings.fwmark = number_at<std::uint32_t>(json, "fwmark");
  return settings;
}

std::variant<Action, EventKind> read_action(const std::string& text) {
  if (const auto action = parse_action(text)) return *action;
  return required(parse_event_kind(text), "event.action is unknown");
}

KernelEvent read_line(const ParsedJson& wireguard, const Record& record) {
  KernelEvent line;
  line.kind = std::get<EventKind>(record.action);
  line.interface = record.interface;
  if (wireguard.contains("keypair")) {
    line.keypair = KeypairId{number_at<std::uint64_t>(wireguard, "keypair")};
  }
  if (wireguard.contains("address")) {
    line.address = required(parse_ip_address(wireguard.at("address").get<std::string>()),
                            "an address is malformed");
  }
  read_number(wireguard, "nonce", line.nonce);
  read_number(wireguard, "nonce_max", line.nonce_max);
  read_number(wireguard, "count", line.count);
  read_number(wireguard, "attempt", line.attempt);
  read_number(wireguard, "seconds", line.seconds);
  read_number(wireguard, "error", line.error);
  read_text(wireguard, "previous_interface", line.previous_interface);
  line.previous_interface = from_printable(line.previous_interface);
  read_text(wireguard, "text", line.text);
  line.text = from_printable(line.text);
  return line;
}

void read_subject(const ParsedJson& wireguard, Record& record) {
  std::string interface;
  read_text(wireguard, "interface", interface);
  if (!interface.empty()) {
    record.interface =
        required(parse_interface_name(from_printable(interface)), "an interface name is malformed");
  }
  read_text(wireguard, "session", record.session_id);
  if (wireguard.contains("witness")) {
    record.witness =
        required(parse_witness(wireguard.at("witness").get<std::string>()), "a witness is unknown");
  }
}

/// The JSON of a record, for the functions that read its body.
struct RecordJson {
  const ParsedJson& all;
  const ParsedJson& event;
  const ParsedJson& wireguard;
};

std::optional<Endpoint> read_endpoint(const RecordJson& json) {
  if (json.wireguard.contains("endpoint")) return Endpoint{};
  if (json.all.contains("source")) return read_place(json.all.at("source"));
  return std::nullopt;
}

std::optional<Endpoint> read_previous_endpoint(const RecordJson& json) {
  if (!json.wireguard.contains("previous_endpoint")) return std::nullopt;
  const ParsedJson& previous = json.wireguard.at("previous_endpoint");
  return previous.is_null() ? Endpoint{} : read_place(previous);
}

std::optional<PeerFacts> read_peer_of(const RecordJson& json) {
  if (!json.wireguard.contains("peer")) return std::nullopt;
  return read_peer(json.wireguard.at("peer"));
}

/// Reads a peer that has a public key, on which all users of such records rely.
PeerFacts read_known_peer(const RecordJson& json) {
  PeerFacts peer = required(read_peer_of(json), "a peer's record names no peer");
  if (!peer.public_key) throw BadRecord{"a peer's record has no public key"};
  return peer;
}

EventBody read_event(const RecordJson& json, const Record& record) {
  EventBody body;
  body.line = read_line(json.wireguard, record);
  body.line.endpoint = read_endpoint(json);
  body.peer = read_peer_of(json);
  if (body.peer) body.line.peer = body.peer->id;
  read_duration(json.wireguard, "printk_microseconds", body.stamp);
  if (json.wireguard.contains("repeated")) {
    body.repeated = number_at<std::uint32_t>(json.wireguard, "repeated");
  }
  return body;
}

PeerBody read_peer_body(PeerFacts peer, const RecordJson& json) {
  PeerBody body{std::move(peer), read_endpoint(json), read_previous_endpoint(json), {}};
  if (json.wireguard.contains("session_summary")) {
    body.session = read_session(json.wireguard.at("session_summary"), json.event);
  }
  return body;
}

SessionEndBody read_session_end(const RecordJson& json) {
  const Session session = read_session(json.wireguard.at("session_summary"), json.event);
  return {read_known_peer(json), read_endpoint(json), read_previous_endpoint(json),
          read_ended(session, json.event)};
}

IdentifiedBody read_identified(const RecordJson& json) {
  IdentifiedBody body{read_known_peer(json), {}};
  if (json.wireguard.contains("events")) {
    const ParsedJson& events = json.wireguard.at("events");
    body.events = EventRange{number_at<std::uint64_t>(events, "first"),
                             number_at<std::uint64_t>(events, "last")};
  }
  return body;
}

/// Reads a snapshot, which shows a peer or an interface.
RecordBody read_snapshot(const RecordJson& json) {
  if (auto peer = read_peer_of(json)) return read_peer_body(*std::move(peer), json);
  if (json.wireguard.contains("listen_port")) return read_settings(json.wireguard);
  return {};
}

/// Reads the member `name` by `read`; nothing where the record does not have it.
template <typename Read>
RecordBody read_part(const RecordJson& json, const char* name, Read read) {
  if (!json.wireguard.contains(name)) return {};
  return read(json.wireguard.at(name));
}

RecordBody read_body(Action action, const RecordJson& json) {
  switch (action) {
    case Action::monitor_started:
    case Action::monitor_stopped:
      if (!json.wireguard.contains("monitor")) {
        throw BadRecord{"a monitor's record does not say how it was set"};
      }
      return read_monitor(json.wireguard.at("monitor"));
    case Action::snapshot:
      return read_snapshot(json);
    case Action::peer_added:
    case Action::peer_online:
    case Action::peer_offline:
    case Action::peer_roamed:
    case Action::peer_removed:
      return read_peer_body(read_known_peer(json), json);
    case Action::session_ended:
      return read_session_end(json);
    case Action::attempt:
      return read_part(json, "attempts", [&](const ParsedJson& part) {
        return AttemptBody{read_attempts(part), read_peer_of(json), read_endpoint(json)};
      });
    case Action::peer_identified:
      return read_identified(json);
    case Action::identity_contradicted:
      return read_part(json, "contradiction", read_contradiction);
    case Action::config_changed:
      return read_part(json, "change", [&](const ParsedJson& part) {
        return ConfigBody{read_change(part), read_peer_of(json)};
      });
    case Action::evidence_lost:
      return read_part(json, "loss", read_loss);
    case Action::clock_stepped:
      return read_part(json, "clock", read_clock);
    case Action::forged_input:
      return read_part(json, "forgery", [&](const ParsedJson& part) {
        return ForgeryBody{read_forgery(part), read_endpoint(json)};
      });
    case Action::checkpoint:
      return read_part(json, "completeness", read_completeness);
  }
  __builtin_unreachable();
}

Record read_record(const ParsedJson& json) {
  if (number_at<int>(json, "v") != 1) throw BadRecord{"the version is not 1"};
  Record record;
  const ParsedJson& event = json.at("event");
  const ParsedJson& wireguard = json.at("wireguard");
  record.sequence = sequence_at(event, "sequence");
  read_time(json, "@timestamp", record.timestamp);
  record.created =
      required(parse_rfc3339(event.at("created").get<std::string>()), "a time is malformed");
  record.action = read_action(event.at("action").get<std::string>());
  read_text(event, "reason", record.reason);
  read_subject(wireguard, record);
  read_duration(wireguard, "uptime_microseconds", record.uptime);
  const RecordJson parts{json, event, wireguard};
  if (const auto* const action = std::get_if<Action>(&record.action)) {
    record.body = read_body(*action, parts);
  } else {
    record.body = read_event(parts, record);
  }
  read_text(json, "message", record.message);
  if (json.contains("observer")) read_text(json.at("observer"), "boot_id", record.boot_id);
  return record;
}

}  // namespace

std::optional<std::uint64_t> sequence_of(std::string_view line) {
  constexpr std::string_view before = R"("event":{"sequence":)";
  const bool is_plain =
      std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20; });
  if (!is_plain || !line.starts_with(R"({"v":)") || !line.ends_with('}')) return std::nullopt;
  const auto found = line.find(before);
  if (found == std::string_view::npos) return std::nullopt;
  line.remove_prefix(found + before.size());
  const auto sequence = parse_number<std::uint64_t>(take_until(line, ','));
  return sequence && *sequence <= max_sequence ? sequence : std::nullopt;
}

tl::expected<Record, std::string> parse_record(std::string_view line) {
  const ParsedJson json = ParsedJson::parse(line, nullptr, false);
  if (json.is_discarded()) return tl::unexpected(std::string("not JSON"));
  return record_from(json);
}

tl::expected<Record, std::string> record_from(const nlohmann::json& json) {
  try {
    return read_record(json);
  } catch (const BadRecord& error) {
    return tl::unexpected(std::string(error.what));
  } catch (const ParsedJson::exception& error) {
    return tl::unexpected(fmt::format("a field is missing or of the wrong type ({})", error.id));
  }
}

}  // namespace wgaudit
