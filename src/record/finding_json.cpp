#include "record/finding_json.hpp"

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

DatagramCounts read_datagrams(const ParsedJson& json) {
  return {number_at<std::uint64_t>(json, "received"), number_at<std::uint64_t>(json, "recorded"),
          number_at<std::uint64_t>(json, "ignored"), number_at<std::uint64_t>(json, "rejected")};
}

DumpCosts read_dumps(const ParsedJson& json) {
  return {number_at<std::uint64_t>(json, "count"),
          std::chrono::microseconds(number_at<std::int64_t>(json, "cpu_microseconds"))};
}

}  // namespace

Json contradiction_json(const ContradictionFacts& facts) {
  return {{"cause", to_text(facts.cause)}, {"ids", facts.ids}};
}

ContradictionFacts read_contradiction(const ParsedJson& json) {
  ContradictionFacts facts;
  facts.cause = required(parse_contradiction_cause(json.at("cause").get<std::string>()),
                         "a contradiction's cause is unknown");
  for (const auto& id : json.at("ids")) {
    facts.ids.push_back(PeerId{whole_number<std::uint64_t>(id)});
  }
  return facts;
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

Loss read_loss(const ParsedJson& json) {
  Loss loss;
  read_number(json, "count", loss.count);
  read_time(json, "from", loss.from);
  read_time(json, "to", loss.to);
  read_text(json, "detail", loss.detail);
  loss.detail = from_printable(loss.detail);
  if (json.contains("delay_milliseconds")) {
    loss.delay = std::chrono::milliseconds(number_at<std::int64_t>(json, "delay_milliseconds"));
  }
  if (!json.contains("numbers")) return loss;
  const ParsedJson& numbers = json.at("numbers");
  loss.numbers = {required(parse_stream(numbers.at("stream").get<std::string>()),
                           "a loss is of an unknown stream"),
                  sequence_at(numbers, "first"), sequence_at(numbers, "last")};
  return loss;
}

Json forgery_json(const ForgeryFacts& facts) {
  Json json = {
      {"count", facts.count}, {"first", to_rfc3339(facts.first)}, {"last", to_rfc3339(facts.last)}};
  if (facts.uid) json["uid"] = *facts.uid;
  json["sample"] = to_printable(facts.sample);
  return json;
}

ForgeryFacts read_forgery(const ParsedJson& json) {
  ForgeryFacts facts;
  facts.count = number_at<std::uint64_t>(json, "count");
  facts.first = read_time(json, "first");
  facts.last = read_time(json, "last");
  read_number(json, "uid", facts.uid);
  read_text(json, "sample", facts.sample);
  facts.sample = from_printable(facts.sample);
  return facts;
}

Json clock_json(const ClockStep& step) {
  return {{"from", to_rfc3339(step.from)},
          {"to", to_rfc3339(step.to)},
          {"step_microseconds", (step.to - step.from).count()}};
}

ClockStep read_clock(const ParsedJson& json) {
  return {read_time(json, "from"), read_time(json, "to")};
}

Json completeness_json(const CompletenessFacts& facts) {
  return {{"day", to_date(facts.day)},
          {"since", to_rfc3339(facts.since)},
          {"handshakes_proven", facts.handshakes.proven},
          {"handshakes_printed", facts.handshakes.printed}};
}

CompletenessFacts read_completeness(const ParsedJson& json) {
  CompletenessFacts facts;
  const auto day = parse_rfc3339(json.at("day").get<std::string>() + "T00:00:00Z");
  facts.day = std::chrono::floor<std::chrono::days>(required(day, "a day is malformed"));
  facts.since = read_time(json, "since");
  facts.handshakes = {number_at<std::uint64_t>(json, "handshakes_proven"),
                      number_at<std::uint64_t>(json, "handshakes_printed")};
  return facts;
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

MonitorFacts read_monitor(const ParsedJson& json) {
  MonitorFacts facts;
  read_text(json, "version", facts.version);
  facts.interval = seconds(number_at<std::int64_t>(json, "interval_seconds"));
  facts.threshold = seconds(number_at<std::int64_t>(json, "threshold_seconds"));
  facts.stats_interval = seconds(number_at<std::int64_t>(json, "stats_interval_seconds"));
  if (json.contains("grace_seconds")) {
    facts.grace = seconds(number_at<std::int64_t>(json, "grace_seconds"));
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

}  // namespace wgaudit
