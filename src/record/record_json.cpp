#include "wgaudit/record/record_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "record/finding_json.hpp"
#include "record/json_fields.hpp"
#include "record/peer_json.hpp"
#include "record/session_json.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/words.hpp"

namespace wgaudit {
namespace {

/// ECS's categories and type for an action (ECS field reference, event.category and event.type).
struct Category {
  std::vector<std::string_view> categories;
  std::string_view type;
};

Category category_of(Action action) {
  switch (action) {
    case Action::peer_online:
      return {{"session", "network"}, "start"};
    case Action::peer_offline:
    case Action::peer_removed:
    case Action::session_ended:
      return {{"session", "network"}, "end"};
    case Action::snapshot:
    case Action::peer_added:
    case Action::peer_roamed:
    case Action::peer_identified:
      return {{"session", "network"}, "info"};
    case Action::attempt:
      return {{"authentication", "network"}, "info"};
    case Action::config_changed:
      return {{"configuration"}, "change"};
    case Action::forged_input:
      return {{"intrusion_detection"}, "info"};
    case Action::identity_contradicted:
      return {{"network"}, "error"};
    case Action::monitor_started:
      return {{"process"}, "start"};
    case Action::monitor_stopped:
      return {{"process"}, "end"};
    case Action::evidence_lost:
      return {{"process"}, "error"};
    case Action::clock_stepped:
    case Action::checkpoint:
      return {{"process"}, "info"};
  }
  __builtin_unreachable();
}

Category category_of(EventKind /*kind*/) {
  return {{"network"}, "info"};
}

Category category_of(const Record& record) {
  // The snapshot of an interface has no peer.
  if (record.as<InterfaceSettings>() != nullptr) return {{"configuration"}, "info"};
  return std::visit([](auto kind) { return category_of(kind); }, record.action);
}

Json time_or_null(const std::optional<UtcTime>& time) {
  return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

Json event_json(const Record& record) {
  const Category category = category_of(record);
  Json event = {{"sequence", record.sequence},
                {"created", to_rfc3339(record.created)},
                {"kind", "event"},
                {"category", category.categories},
                {"type", Json::array({category.type})},
                {"action", to_text(record.action)}};
  if (!record.reason.empty()) event["reason"] = record.reason;
  add_span(record, event);
  return event;
}

/// The fields of a kernel line that have no place elsewhere in the record.
void add_line(const KernelEvent& line, Json& wireguard) {
  if (line.keypair) wireguard["keypair"] = static_cast<std::uint64_t>(*line.keypair);
  if (line.address) wireguard["address"] = to_text(*line.address);
  if (line.nonce) wireguard["nonce"] = *line.nonce;
  if (line.nonce_max) wireguard["nonce_max"] = *line.nonce_max;
  if (line.count) wireguard["count"] = *line.count;
  if (line.attempt) wireguard["attempt"] = *line.attempt;
  if (line.seconds) wireguard["seconds"] = *line.seconds;
  if (line.error) wireguard["error"] = *line.error;
  if (!line.previous_interface.empty()) {
    wireguard["previous_interface"] = to_printable(line.previous_interface);
  }
  if (!line.text.empty()) wireguard["text"] = to_printable(line.text);
}

void add_settings(const InterfaceSettings& settings, Json& wireguard) {
  const bool has_key = settings.public_key != PublicKey{};
  wireguard["interface_key"] = has_key ? Json(to_text(settings.public_key)) : Json(nullptr);
  wireguard["listen_port"] = settings.listen_port;
  wireguard["fwmark"] = settings.fwmark;
}

/// Who and where.
void add_subject(const Record& record, Json& wireguard) {
  if (!record.interface.empty()) wireguard["interface"] = to_printable(record.interface.view());
  if (!record.session_id.empty()) wireguard["session"] = record.session_id;
  if (record.witness) wireguard["witness"] = to_text(*record.witness);
  if (const auto* const peer = record.peer()) wireguard["peer"] = peer_json(*peer);
  // That there is no endpoint is a statement too, which `source` cannot make.
  const auto endpoint = record.endpoint();
  if (endpoint && endpoint->is_none()) wireguard["endpoint"] = nullptr;
  if (const auto previous = record.previous_endpoint()) {
    wireguard["previous_endpoint"] = previous->is_none() ? Json(nullptr) : place_json(*previous);
  }
}

/// Adds what the body says beside its peer and its endpoints.
class BodyWriter {
 public:
  BodyWriter(const Record& record, Json& wireguard) : record_(record), wireguard_(wireguard) {}

  void operator()(std::monostate) const {}
  void operator()(const EventBody& body) const {
    add_line(body.line, wireguard_);
    if (body.stamp) wireguard_["printk_microseconds"] = body.stamp->count();
    if (body.repeated != 1) wireguard_["repeated"] = body.repeated;
  }
  void operator()(const PeerBody& body) const {
    if (body.session) add_session(*body.session);
  }
  void operator()(const SessionEndBody& body) const { add_session(body.ended.session); }
  void operator()(const AttemptBody& body) const {
    wireguard_["attempts"] = attempts_json(body.facts);
  }
  void operator()(const IdentifiedBody& body) const {
    if (body.events) {
      wireguard_["events"] = {{"first", body.events->first}, {"last", body.events->last}};
    }
  }
  void operator()(const ContradictionFacts& facts) const {
    wireguard_["contradiction"] = contradiction_json(facts);
  }
  void operator()(const ConfigBody& body) const { wireguard_["change"] = change_json(body.change); }
  void operator()(const InterfaceSettings& settings) const { add_settings(settings, wireguard_); }
  void operator()(const Loss& loss) const { wireguard_["loss"] = loss_json(loss); }
  void operator()(const ForgeryBody& body) const {
    wireguard_["forgery"] = forgery_json(body.facts);
  }
  void operator()(const ClockStep& step) const { wireguard_["clock"] = clock_json(step); }
  void operator()(const CompletenessFacts& facts) const {
    wireguard_["completeness"] = completeness_json(facts);
  }
  void operator()(const MonitorFacts& facts) const { wireguard_["monitor"] = monitor_json(facts); }

 private:
  void add_session(const Session& session) const {
    wireguard_["session_summary"] = session_json(session, record_.uptime.has_value());
  }

  const Record& record_;
  Json& wireguard_;
};

Json wireguard_json(const Record& record) {
  Json wireguard = Json::object();
  add_subject(record, wireguard);
  std::visit(BodyWriter(record, wireguard), record.body);
  if (record.uptime) wireguard["uptime_microseconds"] = record.uptime->count();
  return wireguard;
}

// ---- Reading ------------------------------------------------------------------------------------

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

/// A record that was parsed to JSON, for those who read its body.
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

/// A peer that has a public key, as whoever reads the record of a peer relies on.
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

PeerBody read_peer_body(const RecordJson& json) {
  PeerBody body{read_known_peer(json), read_endpoint(json), read_previous_endpoint(json), {}};
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

/// A snapshot shows a peer or an interface.
RecordBody read_snapshot(const RecordJson& json) {
  if (json.wireguard.contains("peer")) return read_peer_body(json);
  if (json.wireguard.contains("listen_port")) return read_settings(json.wireguard);
  return {};
}

/// The part of this name by `read`; nothing where the record has it not.
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
      return read_peer_body(json);
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

std::string to_json(const Record& record, const Observer& observer) {
  Json observer_json = {{"hostname", to_printable(observer.hostname)}};
  if (!observer.boot_id.empty()) observer_json["boot_id"] = observer.boot_id;
  Json json = {{"v", 1},
               {"@timestamp", time_or_null(record.timestamp)},
               {"event", event_json(record)},
               {"observer", std::move(observer_json)}};
  const auto endpoint = record.endpoint();
  if (endpoint && !endpoint->is_none()) json["source"] = place_json(*endpoint);
  json["wireguard"] = wireguard_json(record);
  json["message"] = message_of(record);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

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
