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
  if (record.settings) return {{"configuration"}, "info"};
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
  if (!record.session.empty()) wireguard["session"] = record.session;
  if (record.witness) wireguard["witness"] = to_text(*record.witness);
  if (record.peer) wireguard["peer"] = peer_json(*record.peer);
  // That there is no endpoint is a statement too, which `source` cannot make.
  if (record.endpoint && record.endpoint->is_none()) wireguard["endpoint"] = nullptr;
  if (record.previous_endpoint) {
    const Endpoint& previous = *record.previous_endpoint;
    wireguard["previous_endpoint"] = previous.is_none() ? Json(nullptr) : place_json(previous);
  }
}

/// What the auditor found.
void add_findings(const Record& record, Json& wireguard) {
  if (record.accounts) {
    wireguard["session_summary"] = session_json(*record.accounts, record.uptime.has_value());
  }
  if (record.attempts) wireguard["attempts"] = attempts_json(*record.attempts);
  if (record.change) wireguard["change"] = change_json(*record.change);
  if (record.settings) add_settings(*record.settings, wireguard);
  if (record.events) {
    wireguard["events"] = {{"first", record.events->first}, {"last", record.events->last}};
  }
  if (record.contradiction) wireguard["contradiction"] = contradiction_json(*record.contradiction);
  if (record.loss) wireguard["loss"] = loss_json(*record.loss);
  if (record.forgery) wireguard["forgery"] = forgery_json(*record.forgery);
  if (record.clock) wireguard["clock"] = clock_json(*record.clock);
  if (record.completeness) wireguard["completeness"] = completeness_json(*record.completeness);
  if (record.monitor) wireguard["monitor"] = monitor_json(*record.monitor);
}

Json wireguard_json(const Record& record) {
  Json wireguard = Json::object();
  add_subject(record, wireguard);
  if (record.line) add_line(*record.line, wireguard);
  if (record.stamp) wireguard["printk_microseconds"] = record.stamp->count();
  if (record.repeated != 1) wireguard["repeated"] = record.repeated;
  add_findings(record, wireguard);
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
  line.endpoint = record.endpoint;
  if (record.peer) line.peer = record.peer->id;
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
  read_text(wireguard, "session", record.session);
  if (wireguard.contains("witness")) {
    record.witness =
        required(parse_witness(wireguard.at("witness").get<std::string>()), "a witness is unknown");
  }
  if (wireguard.contains("peer")) record.peer = read_peer(wireguard.at("peer"));
  if (wireguard.contains("endpoint")) record.endpoint = Endpoint{};
  if (wireguard.contains("previous_endpoint")) {
    const ParsedJson& previous = wireguard.at("previous_endpoint");
    record.previous_endpoint = previous.is_null() ? Endpoint{} : read_place(previous);
  }
}

void read_findings(const ParsedJson& wireguard, Record& record) {
  if (wireguard.contains("session_summary")) {
    record.accounts = read_session(wireguard.at("session_summary"));
  }
  if (wireguard.contains("attempts")) record.attempts = read_attempts(wireguard.at("attempts"));
  if (wireguard.contains("listen_port")) record.settings = read_settings(wireguard);
  if (wireguard.contains("change")) record.change = read_change(wireguard.at("change"));
  if (wireguard.contains("events")) {
    const ParsedJson& events = wireguard.at("events");
    record.events = EventRange{number_at<std::uint64_t>(events, "first"),
                               number_at<std::uint64_t>(events, "last")};
  }
  if (wireguard.contains("contradiction")) {
    record.contradiction = read_contradiction(wireguard.at("contradiction"));
  }
  if (wireguard.contains("loss")) record.loss = read_loss(wireguard.at("loss"));
  if (wireguard.contains("forgery")) record.forgery = read_forgery(wireguard.at("forgery"));
  if (wireguard.contains("clock")) record.clock = read_clock(wireguard.at("clock"));
  if (wireguard.contains("completeness")) {
    record.completeness = read_completeness(wireguard.at("completeness"));
  }
  if (wireguard.contains("monitor")) record.monitor = read_monitor(wireguard.at("monitor"));
}

void read_wireguard(const ParsedJson& wireguard, Record& record) {
  read_subject(wireguard, record);
  if (record.stream() == Stream::events) record.line = read_line(wireguard, record);
  read_duration(wireguard, "printk_microseconds", record.stamp);
  read_duration(wireguard, "uptime_microseconds", record.uptime);
  if (wireguard.contains("repeated")) {
    record.repeated = number_at<std::uint32_t>(wireguard, "repeated");
  }
  read_findings(wireguard, record);
}

/// Whoever reads a record relies on the parts that its action has.
void check_parts(const Record& record) {
  const auto* const action = std::get_if<Action>(&record.action);
  if (action == nullptr) return;
  switch (*action) {
    case Action::monitor_started:
    case Action::monitor_stopped:
      if (!record.monitor) throw BadRecord{"a monitor's record does not say how it was set"};
      return;
    case Action::peer_added:
    case Action::peer_online:
    case Action::peer_offline:
    case Action::peer_roamed:
    case Action::peer_removed:
    case Action::session_ended:
    case Action::peer_identified:
      if (!record.peer) throw BadRecord{"a peer's record names no peer"};
      if (!record.peer->public_key) throw BadRecord{"a peer's record has no public key"};
      return;
    case Action::snapshot:
    case Action::attempt:
    case Action::identity_contradicted:
    case Action::config_changed:
    case Action::evidence_lost:
    case Action::clock_stepped:
    case Action::forged_input:
    case Action::checkpoint:
      return;
  }
}

Record read_record(const ParsedJson& json) {
  if (number_at<int>(json, "v") != 1) throw BadRecord{"the version is not 1"};
  Record record;
  const ParsedJson& event = json.at("event");
  record.sequence = sequence_at(event, "sequence");
  read_time(json, "@timestamp", record.timestamp);
  record.created =
      required(parse_rfc3339(event.at("created").get<std::string>()), "a time is malformed");
  record.action = read_action(event.at("action").get<std::string>());
  read_text(event, "reason", record.reason);
  if (json.contains("source")) record.endpoint = read_place(json.at("source"));
  read_wireguard(json.at("wireguard"), record);
  read_span(event, record);
  read_text(json, "message", record.message);
  if (json.contains("observer")) read_text(json.at("observer"), "boot_id", record.boot_id);
  check_parts(record);
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
  if (record.endpoint && !record.endpoint->is_none()) {
    json["source"] = place_json(*record.endpoint);
  }
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
