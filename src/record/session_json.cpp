#include "record/session_json.hpp"

#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::nanoseconds;

// A list of allowed IPs can be long; all of it is evidence.
constexpr std::size_t max_value = 1U << 20U;

Json value_or_null(const std::optional<std::string>& value) {
  return value ? Json(to_printable(*value, max_value)) : Json(nullptr);
}

std::optional<std::string> read_value(const ParsedJson& json, const char* key) {
  if (json.at(key).is_null()) return std::nullopt;
  return from_printable(json.at(key).get<std::string>());
}

}  // namespace

void add_span(const Record& record, Json& event) {
  if (const auto* const session = record.session()) event["start"] = to_rfc3339(session->began);
  const auto* const end = record.as<SessionEndBody>();
  if (end == nullptr) return;
  event["end"] = to_rfc3339(end->ended.ended);
  event["duration"] = nanoseconds(end->ended.duration).count();
}

EndedSession read_ended(Session session, const ParsedJson& event) {
  const nanoseconds duration(number_at<std::int64_t>(event, "duration"));
  return {std::move(session), read_time(event, "end"),
          std::chrono::duration_cast<std::chrono::microseconds>(duration)};
}

Json session_json(const Session& session, bool knows_uptime) {
  Json json = {{"complete", session.complete}};
  if (session.continued) json["continued"] = true;
  if (knows_uptime) {
    json["began_uptime_microseconds"] = session.began_steady.time_since_epoch().count();
  }
  if (!session.began_on.empty()) json["began_on"] = to_printable(session.began_on.view());
  json["rx_bytes"] = session.rx_bytes;
  json["tx_bytes"] = session.tx_bytes;
  json["handshakes"] = session.handshakes;
  if (session.initiator) json["initiator"] = to_text(*session.initiator);
  json["last_activity"] = {{"not_before", to_rfc3339(session.last_activity.not_before)},
                           {"not_after", to_rfc3339(session.last_activity.not_after)}};
  if (session.keepalive) json["last_keepalive"] = to_rfc3339(*session.keepalive);
  json["endpoints"] = Json::array();
  for (const EndpointUse& use : session.endpoints) {
    Json place = place_json(use.endpoint);
    place["since"] = to_rfc3339(use.since);
    json["endpoints"].push_back(std::move(place));
  }
  if (session.endpoints_dropped != 0) json["endpoints_dropped"] = session.endpoints_dropped;
  return json;
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

Json attempts_json(const AttemptFacts& attempts) {
  Json json = {{"count", attempts.count},
               {"first", to_rfc3339(attempts.first)},
               {"last", to_rfc3339(attempts.last)}};
  if (attempts.tries) json["tries"] = *attempts.tries;
  if (attempts.error) json["error"] = *attempts.error;
  if (attempts.of_other_sources) json["other_sources"] = true;
  return json;
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

Json change_json(const FieldChange& change) {
  return {{"field", change.field},
          {"before", value_or_null(change.before)},
          {"after", value_or_null(change.after)}};
}

FieldChange read_change(const ParsedJson& json) {
  return {json.at("field").get<std::string>(), read_value(json, "before"),
          read_value(json, "after")};
}

}  // namespace wgaudit
