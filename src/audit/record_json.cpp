#include "wgaudit/audit/record_json.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "json_fields.hpp"
#include "peer_json.hpp"
#include "session_json.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

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

Json loss_json(const Loss& loss) {
  Json json = Json::object();
  if (loss.count) json["count"] = *loss.count;
  if (loss.from) json["from"] = to_rfc3339(*loss.from);
  if (loss.to) json["to"] = to_rfc3339(*loss.to);
  if (!loss.detail.empty()) json["detail"] = to_printable(loss.detail);
  if (loss.delay) json["delay_milliseconds"] = loss.delay->count();
  if (loss.numbers) {
    json["numbers"] = {{"stream", to_text(loss.numbers->stream)},
                       {"first", loss.numbers->first},
                       {"last", loss.numbers->last}};
  }
  return json;
}

Json completeness_json(const CompletenessFacts& facts) {
  return {{"day", to_date(facts.day)},
          {"since", to_rfc3339(facts.since)},
          {"handshakes_proven", facts.handshakes.proven},
          {"handshakes_printed", facts.handshakes.printed}};
}

Json monitor_json(const MonitorFacts& facts) {
  Json json = {{"version", facts.version},
               {"interval_seconds", facts.interval.count()},
               {"threshold_seconds", facts.threshold.count()},
               {"stats_interval_seconds", facts.stats_interval.count()}};
  if (facts.grace.count() != 0) json["grace_seconds"] = facts.grace.count();
  if (!facts.only_interface.empty()) json["interface"] = to_printable(facts.only_interface);
  if (facts.module_load) json["module_load"] = *facts.module_load;
  if (facts.dynamic_debug) json["dynamic_debug"] = to_text(*facts.dynamic_debug);
  if (facts.signal) json["signal"] = *facts.signal;
  if (facts.datagrams) {
    json["datagrams"] = {{"received", facts.datagrams->received},
                         {"recorded", facts.datagrams->recorded},
                         {"ignored", facts.datagrams->ignored},
                         {"rejected", facts.datagrams->rejected}};
  }
  if (facts.dumps) {
    json["dumps"] = {{"count", facts.dumps->count}, {"cpu_microseconds", facts.dumps->cpu.count()}};
  }
  return json;
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
  if (record.accounts) wireguard["session_summary"] = session_json(*record.accounts);
  if (record.attempts) wireguard["attempts"] = attempts_json(*record.attempts);
  if (record.change) wireguard["change"] = change_json(*record.change);
  if (record.settings) add_settings(*record.settings, wireguard);
  if (record.events) {
    wireguard["events"] = {{"first", record.events->first}, {"last", record.events->last}};
  }
  if (record.contradiction) {
    wireguard["contradiction"] = {{"cause", to_text(record.contradiction->cause)},
                                  {"ids", record.contradiction->ids}};
  }
  if (record.loss) wireguard["loss"] = loss_json(*record.loss);
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
  return wireguard;
}

// ---- Reading ------------------------------------------------------------------------------------

InterfaceSettings read_settings(const Json& json) {
  InterfaceSettings settings;
  const Json& key = json.at("interface_key");
  if (!key.is_null()) {
    settings.public_key =
        required(parse_public_key(key.get<std::string>()), "a public key is malformed");
  }
  settings.listen_port = json.at("listen_port").get<std::uint16_t>();
  settings.fwmark = json.at("fwmark").get<std::uint32_t>();
  return settings;
}

ContradictionFacts read_contradiction(const Json& json) {
  ContradictionFacts facts;
  facts.cause = required(parse_contradiction_cause(json.at("cause").get<std::string>()),
                         "a contradiction's cause is unknown");
  for (const auto& id : json.at("ids")) facts.ids.push_back(PeerId{id.get<std::uint64_t>()});
  return facts;
}

Loss read_loss(const Json& json) {
  Loss loss;
  read_number(json, "count", loss.count);
  read_time(json, "from", loss.from);
  read_time(json, "to", loss.to);
  read_text(json, "detail", loss.detail);
  loss.detail = from_printable(loss.detail);
  if (json.contains("delay_milliseconds")) {
    loss.delay = std::chrono::milliseconds(json.at("delay_milliseconds").get<std::int64_t>());
  }
  if (!json.contains("numbers")) return loss;
  const Json& numbers = json.at("numbers");
  loss.numbers = {required(parse_stream(numbers.at("stream").get<std::string>()),
                           "a loss is of an unknown stream"),
                  numbers.at("first").get<std::uint64_t>(),
                  numbers.at("last").get<std::uint64_t>()};
  return loss;
}

CompletenessFacts read_completeness(const Json& json) {
  CompletenessFacts facts;
  const auto day = parse_rfc3339(json.at("day").get<std::string>() + "T00:00:00Z");
  facts.day = std::chrono::floor<std::chrono::days>(required(day, "a day is malformed"));
  facts.since = required(parse_rfc3339(json.at("since").get<std::string>()), "a time is malformed");
  facts.handshakes = {json.at("handshakes_proven").get<std::uint64_t>(),
                      json.at("handshakes_printed").get<std::uint64_t>()};
  return facts;
}

DatagramCounts read_datagrams(const Json& json) {
  return {json.at("received").get<std::uint64_t>(), json.at("recorded").get<std::uint64_t>(),
          json.at("ignored").get<std::uint64_t>(), json.at("rejected").get<std::uint64_t>()};
}

DumpCosts read_dumps(const Json& json) {
  return {json.at("count").get<std::uint64_t>(),
          std::chrono::microseconds(json.at("cpu_microseconds").get<std::int64_t>())};
}

MonitorFacts read_monitor(const Json& json) {
  MonitorFacts facts;
  read_text(json, "version", facts.version);
  facts.interval = seconds(json.at("interval_seconds").get<std::int64_t>());
  facts.threshold = seconds(json.at("threshold_seconds").get<std::int64_t>());
  facts.stats_interval = seconds(json.at("stats_interval_seconds").get<std::int64_t>());
  if (json.contains("grace_seconds")) {
    facts.grace = seconds(json.at("grace_seconds").get<std::int64_t>());
  }
  read_text(json, "interface", facts.only_interface);
  facts.only_interface = from_printable(facts.only_interface);
  read_number(json, "module_load", facts.module_load);
  if (json.contains("dynamic_debug")) {
    facts.dynamic_debug = required(parse_dynamic_debug(json.at("dynamic_debug").get<std::string>()),
                                   "monitor.dynamic_debug is unknown");
  }
  read_number(json, "signal", facts.signal);
  if (json.contains("datagrams")) facts.datagrams = read_datagrams(json.at("datagrams"));
  if (json.contains("dumps")) facts.dumps = read_dumps(json.at("dumps"));
  return facts;
}

std::variant<Action, EventKind> read_action(const std::string& text) {
  if (const auto action = parse_action(text)) return *action;
  return required(parse_event_kind(text), "event.action is unknown");
}

KernelEvent read_line(const Json& wireguard, const Record& record) {
  KernelEvent line;
  line.kind = std::get<EventKind>(record.action);
  line.interface = record.interface;
  line.endpoint = record.endpoint;
  if (record.peer) line.peer = record.peer->id;
  if (wireguard.contains("keypair")) {
    line.keypair = KeypairId{wireguard.at("keypair").get<std::uint64_t>()};
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

void read_subject(const Json& wireguard, Record& record) {
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
    const Json& previous = wireguard.at("previous_endpoint");
    record.previous_endpoint = previous.is_null() ? Endpoint{} : read_place(previous);
  }
}

void read_findings(const Json& wireguard, Record& record) {
  if (wireguard.contains("session_summary")) {
    record.accounts = read_session(wireguard.at("session_summary"));
  }
  if (wireguard.contains("attempts")) record.attempts = read_attempts(wireguard.at("attempts"));
  if (wireguard.contains("listen_port")) record.settings = read_settings(wireguard);
  if (wireguard.contains("change")) record.change = read_change(wireguard.at("change"));
  if (wireguard.contains("events")) {
    const Json& events = wireguard.at("events");
    record.events =
        EventRange{events.at("first").get<std::uint64_t>(), events.at("last").get<std::uint64_t>()};
  }
  if (wireguard.contains("contradiction")) {
    record.contradiction = read_contradiction(wireguard.at("contradiction"));
  }
  if (wireguard.contains("loss")) record.loss = read_loss(wireguard.at("loss"));
  if (wireguard.contains("completeness")) {
    record.completeness = read_completeness(wireguard.at("completeness"));
  }
  if (wireguard.contains("monitor")) record.monitor = read_monitor(wireguard.at("monitor"));
}

void read_wireguard(const Json& wireguard, Record& record) {
  read_subject(wireguard, record);
  if (record.stream() == Stream::events) record.line = read_line(wireguard, record);
  if (wireguard.contains("printk_microseconds")) {
    const auto count = wireguard.at("printk_microseconds").get<std::int64_t>();
    record.stamp = std::chrono::microseconds(count);
  }
  if (wireguard.contains("repeated")) record.repeated = wireguard.at("repeated").get<unsigned>();
  read_findings(wireguard, record);
}

Record read_record(const Json& json) {
  if (json.at("v").get<int>() != 1) throw BadRecord{"the version is not 1"};
  Record record;
  const Json& event = json.at("event");
  record.sequence = event.at("sequence").get<std::uint64_t>();
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

tl::expected<Record, std::string> parse_record(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) return tl::unexpected(std::string("not JSON"));
  try {
    return read_record(json);
  } catch (const BadRecord& error) {
    return tl::unexpected(std::string(error.what));
  } catch (const Json::exception& error) {
    return tl::unexpected(fmt::format("a field is missing or of the wrong type ({})", error.id));
  }
}

}  // namespace wgaudit
