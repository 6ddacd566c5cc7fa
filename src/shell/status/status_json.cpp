#include "shell/status/status_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using Json = nlohmann::ordered_json;
using ParsedJson = nlohmann::json;

constexpr std::size_t piece_size = 64U << 10U;

/// What is wrong with an answer; thrown and caught within parse_status.
struct BadStatus {
  std::string what;
};

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json time_or_null(const std::optional<UtcTime>& time) {
  return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

/// Those that are not 0, by the names of the enum.
template <typename Enum, typename Counts>
Json counts_json(const Counts& counts) {
  Json json = Json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) json[std::string(to_text(static_cast<Enum>(i)))] = counts[i];
  }
  return json;
}

Json datagrams_json(const Status& status) {
  Json rejected = Json::object();
  for (const auto& [reason, count] : status.counters.rejected) {
    rejected[std::string(reason)] = count;
  }
  return {{"received", status.datagrams.received},
          {"recorded", status.datagrams.recorded},
          {"ignored", status.datagrams.ignored},
          {"rejected", status.datagrams.rejected},
          {"rejected_by_reason", std::move(rejected)}};
}

Json dumps_json(const Status& status) {
  const Counters& counters = status.counters;
  return {{"succeeded", counters.dumps},
          {"failed", counters.dump_failures},
          {"cpu_microseconds", counters.dump_cpu.count()},
          {"last", time_or_null(status.last_dump)},
          {"trouble", to_printable(status.dump_trouble)}};
}

Json losses_json(const Counters& counters) {
  Json json = Json::object();
  for (const auto& [reason, count] : counters.losses) {
    json[reason] = {{"records", count.records}, {"lost", count.lost}};
  }
  return json;
}

Json ended_json(const Counters& counters) {
  Json json = Json::object();
  for (const auto& [reason, count] : counters.sessions_ended) {
    json[std::string(to_text(reason))] = count;
  }
  return json;
}

Json readers_json(const std::vector<ReaderStatus>& readers) {
  Json json = Json::array();
  for (const ReaderStatus& reader : readers) {
    json.push_back({{"name", reader.name}, {"next", reader.next}, {"behind", reader.behind}});
  }
  return json;
}

Json settings_json(const MonitorFacts& monitor) {
  Json json = {{"interval_seconds", monitor.interval.count()},
               {"threshold_seconds", monitor.threshold.count()},
               {"stats_interval_seconds", monitor.stats_interval.count()},
               {"grace_seconds", monitor.grace.count()}};
  if (!monitor.only_interface.empty()) json["interface"] = to_printable(monitor.only_interface);
  return json;
}

/// The records, joined by commas, from `first` on until the piece is full.
std::size_t append_records(const Records& records, std::size_t first, const Observer& observer,
                           std::string& piece) {
  for (; first < records.size() && piece.size() < piece_size; ++first) {
    if (first != 0) piece += ',';
    piece += to_json(records[first], observer);
  }
  return first;
}

// ---- Reading ------------------------------------------------------------------------------------

std::uint64_t count_at(const ParsedJson& json, const char* key) {
  const ParsedJson& value = json.at(key);
  if (!value.is_number_unsigned()) throw BadStatus{fmt::format("{} is no count", key)};
  return value.get<std::uint64_t>();
}

UtcTime time_at(const ParsedJson& json, const char* key) {
  const auto time = parse_rfc3339(json.at(key).get_ref<const std::string&>());
  if (!time) throw BadStatus{fmt::format("{} is no time", key)};
  return *time;
}

void read_dumps(const ParsedJson& dumps, Status& status) {
  status.counters.dumps = count_at(dumps, "succeeded");
  status.counters.dump_failures = count_at(dumps, "failed");
  if (!dumps.at("last").is_null()) status.last_dump = time_at(dumps, "last");
  status.dump_trouble = dumps.at("trouble").get<std::string>();
}

void read_losses(const ParsedJson& losses, Status& status) {
  for (const auto& [reason, count] : losses.items()) {
    status.counters.losses[reason] = {count_at(count, "records"), count_at(count, "lost")};
  }
}

void read_writing(const ParsedJson& json, Status& status) {
  for (const ParsedJson& reader : json.at("readers")) {
    status.readers.push_back({reader.at("name").get<std::string>(), count_at(reader, "next"),
                              count_at(reader, "behind")});
  }
  const ParsedJson& writer = json.at("writer");
  status.writer.waiting_records = count_at(writer, "waiting_records");
  status.writer.waiting_bytes = count_at(writer, "waiting_bytes");
  status.writer.refuses = writer.at("refuses").get<bool>();
  status.writer.holds_events = writer.at("holds_events").get<bool>();
}

Records read_records(const ParsedJson& json) {
  Records records;
  records.reserve(json.size());
  for (const ParsedJson& one : json) {
    auto record = record_from(one);
    if (!record) throw BadStatus{record.error()};
    records.push_back(*std::move(record));
  }
  return records;
}

Records read_peers(const ParsedJson& json) {
  Records peers = read_records(json);
  for (const Record& record : peers) {
    const PeerFacts* const peer = record.peer();
    const bool is_peer = peer != nullptr && peer->public_key && peer->presence;
    if (!is_peer) throw BadStatus{"a peer's record does not say who or what it is"};
  }
  return peers;
}

ToldStatus read_status(const ParsedJson& json) {
  if (count_at(json, "v") != 1) throw BadStatus{"the version is not 1"};
  ToldStatus told;
  Status& status = told.status;
  told.observer.hostname = json.at("observer").at("hostname").get<std::string>();
  status.now.utc = time_at(json, "now");
  status.started = time_at(json, "started");
  status.monitor.version = json.at("version").get<std::string>();
  const ParsedJson& datagrams = json.at("datagrams");
  status.datagrams = {count_at(datagrams, "received"), count_at(datagrams, "recorded"),
                      count_at(datagrams, "ignored"), count_at(datagrams, "rejected")};
  read_dumps(json.at("dumps"), status);
  const ParsedJson& today = json.at("handshakes_today");
  status.today = {count_at(today, "proven"), count_at(today, "printed")};
  read_losses(json.at("losses"), status);
  read_writing(json, status);
  status.journal_sequence = count_at(json.at("sequence"), "journal");
  status.events_sequence = count_at(json.at("sequence"), "events");
  status.interfaces = read_records(json.at("interfaces"));
  status.peers = read_peers(json.at("peers"));
  return told;
}

}  // namespace

std::string StatusJson::head() const {
  const WriterStatus& writer = status_.writer;
  const Json json = {
      {"v", 1},
      {"now", to_rfc3339(status_.now.utc)},
      {"started", to_rfc3339(status_.started)},
      {"version", status_.monitor.version},
      {"observer",
       {{"hostname", to_printable(observer_.hostname)}, {"boot_id", observer_.boot_id}}},
      {"settings", settings_json(status_.monitor)},
      {"datagrams", datagrams_json(status_)},
      {"dumps", dumps_json(status_)},
      {"changes", status_.counters.changes},
      {"handshakes_today", {{"proven", status_.today.proven}, {"printed", status_.today.printed}}},
      {"lines", counts_json<EventKind>(status_.counters.events)},
      {"records", counts_json<Action>(status_.counters.actions)},
      {"sessions_ended", ended_json(status_.counters)},
      {"losses", losses_json(status_.counters)},
      {"sequence", {{"journal", status_.journal_sequence}, {"events", status_.events_sequence}}},
      {"readers", readers_json(status_.readers)},
      {"writer",
       {{"journal_synced", writer.journal_synced},
        {"waiting_records", writer.waiting_records},
        {"waiting_bytes", writer.waiting_bytes},
        {"refuses", writer.refuses},
        {"holds_events", writer.holds_events}}}};
  std::string text = dump(json);
  text.pop_back();  // the closing brace
  text += R"(,"interfaces":[)";
  for (const Record& interface : status_.interfaces) {
    if (text.back() != '[') text += ',';
    text += to_json(interface, observer_);
  }
  return text + R"(],"peers":[)";
}

const std::string* StatusJson::piece(std::size_t number) {
  if (number == pieces_.size() && !has_ended_) add_piece();
  return number < pieces_.size() ? &pieces_[number] : nullptr;
}

void StatusJson::add_piece() {
  std::string& piece = pieces_.emplace_back();
  if (pieces_.size() == 1) piece = head();
  peers_told_ = append_records(status_.peers, peers_told_, observer_, piece);
  has_ended_ = peers_told_ == status_.peers.size();
  if (has_ended_) piece += "]}\n";
}

tl::expected<ToldStatus, std::string> parse_status(std::string_view text) {
  const ParsedJson json = ParsedJson::parse(text, nullptr, false);
  if (json.is_discarded()) return tl::unexpected(std::string("not JSON"));
  try {
    return read_status(json);
  } catch (const BadStatus& error) {
    return tl::unexpected(error.what);
  } catch (const ParsedJson::exception& error) {
    return tl::unexpected(fmt::format("a field is missing or of the wrong type ({})", error.id));
  }
}

}  // namespace wgaudit
