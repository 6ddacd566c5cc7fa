#include "record/session_json.hpp"

#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::nanoseconds;

// A list of allowed IPs can be long; all of it is evidence.
constexpr std::size_t max_value = 1U << 20U;

void write_value(const std::optional<std::string>& value, JsonWriter& json) {
  value ? json.shown(*value, max_value) : json.null();
}

std::optional<std::string> read_value(const ParsedJson& json, const char* key) {
  if (json.at(key).is_null()) return std::nullopt;
  return from_printable(json.at(key).get<std::string>());
}

}  // namespace

void add_span(const Record& record, JsonObject& event) {
  if (const auto* const session = record.session()) event.add("start", session->began);
  const auto* const end = record.as<SessionEndBody>();
  if (end == nullptr) return;
  event.add("end", end->ended.ended);
  event.add("duration", nanoseconds(end->ended.duration).count());
}

EndedSession read_ended(Session session, const ParsedJson& event) {
  const nanoseconds duration(number_at<std::int64_t>(event, "duration"));
  return {std::move(session), read_time(event, "end"),
          std::chrono::duration_cast<std::chrono::microseconds>(duration)};
}

void write_session(const Session& session, bool knows_uptime, JsonWriter& json) {
  JsonObject summary(json);
  summary.add("complete", session.complete);
  if (session.continued) summary.add("continued", true);
  if (knows_uptime) {
    summary.add("began_uptime_microseconds", session.began_steady.time_since_epoch().count());
  }
  summary.add_shown("began_on", session.began_on.view());
  summary.add("rx_bytes", session.rx_bytes);
  summary.add("tx_bytes", session.tx_bytes);
  summary.add("handshakes", session.handshakes);
  if (session.initiator) summary.at("initiator").plain(to_text(*session.initiator));
  {
    JsonObject activity(summary.at("last_activity"));
    activity.add("not_before", session.last_activity.not_before);
    activity.add("not_after", session.last_activity.not_after);
  }
  summary.add_known("last_keepalive", session.keepalive);
  {
    JsonArray endpoints(summary.at("endpoints"));
    for (const EndpointUse& use : session.endpoints) {
      JsonObject place(endpoints.next());
      add_place(use.endpoint, place);
      place.add("since", use.since);
    }
  }
  if (session.endpoints_dropped != 0) summary.add("endpoints_dropped", session.endpoints_dropped);
}

Session read_session(const ParsedJson& json, const ParsedJson& event) {
  Session session;
  session.began = read_time(event, "start");
  session.complete = json.at("complete").get<bool>();
  session.continued = json.contains("continued");
  std::optional<std::chrono::microseconds> began;
  read_duration(json, "began_uptime_microseconds", began);
  if (began) session.began_steady = SteadyTime(*began);
  if (json.contains("began_on")) {
    session.began_on =
        required(parse_interface_name(from_printable(json.at("began_on").get<std::string>())),
                 "an interface's name is malformed");
  }
  session.rx_bytes = number_at<std::uint64_t>(json, "rx_bytes");
  session.tx_bytes = number_at<std::uint64_t>(json, "tx_bytes");
  session.handshakes = number_at<std::uint64_t>(json, "handshakes");
  if (json.contains("initiator")) {
    session.initiator = required(parse_initiator(json.at("initiator").get<std::string>()),
                                 "an initiator is unknown");
  }
  const ParsedJson& activity = json.at("last_activity");
  session.last_activity = {read_time(activity, "not_before"), read_time(activity, "not_after")};
  read_time(json, "last_keepalive", session.keepalive);
  for (const ParsedJson& use : json.at("endpoints")) {
    session.endpoints.push_back({read_place(use), read_time(use, "since")});
  }
  if (json.contains("endpoints_dropped")) {
    session.endpoints_dropped = number_at<std::uint64_t>(json, "endpoints_dropped");
  }
  return session;
}

void write_attempts(const AttemptFacts& facts, JsonWriter& json) {
  JsonObject attempts(json);
  attempts.add("count", facts.count);
  attempts.add("first", facts.first);
  attempts.add("last", facts.last);
  attempts.add_known("tries", facts.tries);
  attempts.add_known("error", facts.error);
  if (facts.of_other_sources) attempts.add("other_sources", true);
}

AttemptFacts read_attempts(const ParsedJson& json) {
  AttemptFacts attempts;
  attempts.count = number_at<std::uint64_t>(json, "count");
  attempts.first = read_time(json, "first");
  attempts.last = read_time(json, "last");
  read_number(json, "tries", attempts.tries);
  read_number(json, "error", attempts.error);
  attempts.of_other_sources = json.contains("other_sources");
  return attempts;
}

void write_change(const FieldChange& facts, JsonWriter& json) {
  JsonObject change(json);
  change.add("field", facts.field);
  write_value(facts.before, change.at("before"));
  write_value(facts.after, change.at("after"));
}

FieldChange read_change(const ParsedJson& json) {
  return {json.at("field").get<std::string>(), read_value(json, "before"),
          read_value(json, "after")};
}

}  // namespace wgaudit
