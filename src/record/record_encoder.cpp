#include "wgaudit/record/record_encoder.hpp"

#include "record/finding_json.hpp"
#include "record/peer_json.hpp"
#include "record/session_json.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/message.hpp"

namespace wgaudit {
namespace {

/// ECS's categories and type for an action (ECS field reference, event.category and event.type).
std::string_view category_of(Action action) {
  switch (action) {
    case Action::peer_online:
      return R"("category":["session","network"],"type":["start"])";
    case Action::peer_offline:
    case Action::peer_removed:
    case Action::session_ended:
      return R"("category":["session","network"],"type":["end"])";
    case Action::snapshot:
    case Action::peer_added:
    case Action::peer_roamed:
    case Action::peer_identified:
      return R"("category":["session","network"],"type":["info"])";
    case Action::attempt:
      return R"("category":["authentication","network"],"type":["info"])";
    case Action::config_changed:
      return R"("category":["configuration"],"type":["change"])";
    case Action::forged_input:
      return R"("category":["intrusion_detection"],"type":["info"])";
    case Action::identity_contradicted:
      return R"("category":["network"],"type":["error"])";
    case Action::monitor_started:
      return R"("category":["process"],"type":["start"])";
    case Action::monitor_stopped:
      return R"("category":["process"],"type":["end"])";
    case Action::evidence_lost:
      return R"("category":["process"],"type":["error"])";
    case Action::clock_stepped:
    case Action::checkpoint:
      return R"("category":["process"],"type":["info"])";
  }
  __builtin_unreachable();
}

std::string_view category_of(EventKind /*kind*/) {
  return R"("category":["network"],"type":["info"])";
}

std::string_view category_of(const Record& record) {
  // The snapshot of an interface has no peer.
  if (record.as<InterfaceSettings>() != nullptr) {
    return R"("category":["configuration"],"type":["info"])";
  }
  return std::visit([](auto kind) { return category_of(kind); }, record.action);
}

/// Adds the fields of a kernel line that have no place elsewhere in the record.
void add_line(const KernelEvent& line, JsonObject& wireguard) {
  if (line.keypair) wireguard.add("keypair", static_cast<std::uint64_t>(*line.keypair));
  if (line.address) wireguard.at("address").text_of(*line.address);
  wireguard.add_known("nonce", line.nonce);
  wireguard.add_known("nonce_max", line.nonce_max);
  wireguard.add_known("count", line.count);
  wireguard.add_known("attempt", line.attempt);
  wireguard.add_known("seconds", line.seconds);
  wireguard.add_known("error", line.error);
  wireguard.add_shown("previous_interface", line.previous_interface);
  wireguard.add_shown("text", line.text);
}

/// Adds what the body says beside its peer and its endpoints.
class BodyWriter {
 public:
  BodyWriter(const Record& record, JsonObject& wireguard)
      : record_(record), wireguard_(wireguard) {}

  void operator()(std::monostate) const {}
  void operator()(const EventBody& body) const {
    add_line(body.line, wireguard_);
    if (body.stamp) wireguard_.add("printk_microseconds", body.stamp->count());
    if (body.repeated != 1) wireguard_.add("repeated", body.repeated);
  }
  void operator()(const PeerBody& body) const {
    if (body.session) add_session(*body.session);
  }
  void operator()(const SessionEndBody& body) const { add_session(body.ended.session); }
  void operator()(const AttemptBody& body) const {
    write_attempts(body.facts, wireguard_.at("attempts"));
  }
  void operator()(const IdentifiedBody& body) const {
    if (!body.events) return;
    JsonObject events(wireguard_.at("events"));
    events.add("first", body.events->first);
    events.add("last", body.events->last);
  }
  void operator()(const ContradictionFacts& facts) const {
    write_contradiction(facts, wireguard_.at("contradiction"));
  }
  void operator()(const ConfigBody& body) const {
    write_change(body.change, wireguard_.at("change"));
  }
  void operator()(const InterfaceSettings& settings) const {
    if (settings.public_key == PublicKey{}) {
      wireguard_.at("interface_key").null();
    } else {
      wireguard_.at("interface_key").text_of(settings.public_key);
    }
    wireguard_.add("listen_port", settings.listen_port);
    wireguard_.add("fwmark", settings.fwmark);
  }
  void operator()(const Loss& loss) const { write_loss(loss, wireguard_.at("loss")); }
  void operator()(const ForgeryBody& body) const {
    write_forgery(body.facts, wireguard_.at("forgery"));
  }
  void operator()(const ClockStep& step) const { write_clock(step, wireguard_.at("clock")); }
  void operator()(const CompletenessFacts& facts) const {
    write_completeness(facts, wireguard_.at("completeness"));
  }
  void operator()(const MonitorFacts& facts) const {
    write_monitor(facts, wireguard_.at("monitor"));
  }

 private:
  void add_session(const Session& session) const {
    write_session(session, record_.uptime.has_value(), wireguard_.at("session_summary"));
  }

  const Record& record_;
  JsonObject& wireguard_;
};

/// Adds whom and where the record is about.
void add_subject(const Record& record, const std::optional<Endpoint>& endpoint,
                 JsonObject& wireguard) {
  wireguard.add_shown("interface", record.interface.view());
  if (!record.session_id.empty()) wireguard.add("session", record.session_id);
  if (record.witness) wireguard.at("witness").plain(to_text(*record.witness));
  if (const auto* const peer = record.peer()) write_peer(*peer, wireguard.at("peer"));
  // That there is no endpoint is a statement too, which `source` cannot make.
  if (endpoint && endpoint->is_none()) wireguard.at("endpoint").null();
  if (const auto previous = record.previous_endpoint()) {
    JsonWriter& json = wireguard.at("previous_endpoint");
    previous->is_none() ? json.null() : write_place(*previous, json);
  }
}

void write_wireguard(const Record& record, const std::optional<Endpoint>& endpoint,
                     JsonWriter& json) {
  JsonObject wireguard(json);
  add_subject(record, endpoint, wireguard);
  std::visit(BodyWriter(record, wireguard), record.body);
  if (record.uptime) wireguard.add("uptime_microseconds", record.uptime->count());
}

}  // namespace

RecordEncoder::RecordEncoder(const Observer& observer) {
  {
    JsonObject json(json_);
    json.at("hostname").shown(observer.hostname);
    if (!observer.boot_id.empty()) json.add("boot_id", observer.boot_id);
  }
  observer_ = json_.written();
}

void RecordEncoder::append(const Record& record, std::string& text) {
  json_.clear();
  {
    JsonObject line(json_);
    line.add("v", 1);
    line.at("@timestamp");
    record.timestamp ? json_.raw(time_text(*record.timestamp)) : json_.null();
    line.at("event");
    write_event(record);
    line.at("observer").raw(std::string_view(observer_));
    const auto endpoint = record.endpoint();
    if (endpoint && !endpoint->is_none()) write_place(*endpoint, line.at("source"));
    write_wireguard(record, endpoint, line.at("wireguard"));
    line.at("message").value(message_of(record));
  }
  text += json_.written();
}

void RecordEncoder::write_event(const Record& record) {
  JsonObject event(json_);
  event.add("sequence", record.sequence);
  event.at("created").raw(time_text(record.created));
  event.at("kind").raw(R"("event",)");
  json_.raw(category_of(record));
  event.at("action").plain(to_text(record.action));
  if (!record.reason.empty()) event.add("reason", record.reason);
  add_span(record, event);
}

/// Between quotes; valid until the next call.
std::string_view RecordEncoder::time_text(UtcTime time) {
  if (time != time_ || time_text_.empty()) {
    time_ = time;
    append_rfc3339(time, time_text_ = '"');
    time_text_ += '"';
  }
  return time_text_;
}

/// An event's message is made here unless it was read: valid until the next call.
std::string_view RecordEncoder::message_of(const Record& record) {
  const auto* const event = record.as<EventBody>();
  if (!record.message.empty() || event == nullptr) return record.message;
  message_.clear();
  append_message(event->line, {}, message_);
  return message_;
}

std::string to_json(const Record& record, const Observer& observer) {
  std::string text;
  RecordEncoder(observer).append(record, text);
  return text;
}

}  // namespace wgaudit
