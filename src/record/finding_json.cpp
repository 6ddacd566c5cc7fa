#include "record/finding_json.hpp"

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

void write_datagrams(const DatagramCounts& counts, JsonWriter& json) {
  JsonObject datagrams(json);
  datagrams.add("received", counts.received);
  datagrams.add("recorded", counts.recorded);
  datagrams.add("ignored", counts.ignored);
  datagrams.add("rejected", counts.rejected);
}

DatagramCounts read_datagrams(const ParsedJson& json) {
  return {number_at<std::uint64_t>(json, "received"), number_at<std::uint64_t>(json, "recorded"),
          number_at<std::uint64_t>(json, "ignored"), number_at<std::uint64_t>(json, "rejected")};
}

DumpCosts read_dumps(const ParsedJson& json) {
  return {number_at<std::uint64_t>(json, "count"),
          std::chrono::microseconds(number_at<std::int64_t>(json, "cpu_microseconds"))};
}

}  // namespace

void write_contradiction(const ContradictionFacts& facts, JsonWriter& json) {
  JsonObject contradiction(json);
  contradiction.at("cause").plain(to_text(facts.cause));
  JsonArray ids(contradiction.at("ids"));
  for (const PeerId id : facts.ids) ids.next().value(static_cast<std::uint64_t>(id));
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

void write_loss(const Loss& facts, JsonWriter& json) {
  JsonObject loss(json);
  loss.add_known("count", facts.count);
  loss.add_known("from", facts.from);
  loss.add_known("to", facts.to);
  loss.add_shown("detail", facts.detail);
  if (facts.delay) loss.add("delay_milliseconds", facts.delay->count());
  if (!facts.numbers) return;
  JsonObject numbers(loss.at("numbers"));
  numbers.at("stream").plain(to_text(facts.numbers->stream));
  numbers.add("first", facts.numbers->first);
  numbers.add("last", facts.numbers->last);
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

void write_forgery(const ForgeryFacts& facts, JsonWriter& json) {
  JsonObject forgery(json);
  forgery.add("count", facts.count);
  forgery.add("first", facts.first);
  forgery.add("last", facts.last);
  forgery.add_known("uid", facts.uid);
  forgery.at("sample").shown(facts.sample);
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

void write_clock(const ClockStep& step, JsonWriter& json) {
  JsonObject clock(json);
  clock.add("from", step.from);
  clock.add("to", step.to);
  clock.add("step_microseconds", (step.to - step.from).count());
}

ClockStep read_clock(const ParsedJson& json) {
  return {read_time(json, "from"), read_time(json, "to")};
}

void write_completeness(const CompletenessFacts& facts, JsonWriter& json) {
  JsonObject completeness(json);
  completeness.at("day").plain(to_date(facts.day));
  completeness.add("since", facts.since);
  completeness.add("handshakes_proven", facts.handshakes.proven);
  completeness.add("handshakes_printed", facts.handshakes.printed);
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

void write_monitor(const MonitorFacts& facts, JsonWriter& json) {
  JsonObject monitor(json);
  monitor.add("version", facts.version);
  monitor.add("interval_seconds", facts.interval.count());
  monitor.add("threshold_seconds", facts.threshold.count());
  monitor.add("stats_interval_seconds", facts.stats_interval.count());
  if (facts.grace.count() != 0) monitor.add("grace_seconds", facts.grace.count());
  monitor.add_shown("interface", facts.only_interface);
  monitor.add_known("module_load", facts.module_load);
  if (facts.dynamic_debug) monitor.at("dynamic_debug").plain(to_text(*facts.dynamic_debug));
  monitor.add_known("signal", facts.signal);
  if (facts.datagrams) write_datagrams(*facts.datagrams, monitor.at("datagrams"));
  if (facts.dumps) {
    JsonObject dumps(monitor.at("dumps"));
    dumps.add("count", facts.dumps->count);
    dumps.add("cpu_microseconds", facts.dumps->cpu.count());
  }
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
