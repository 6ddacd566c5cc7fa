#include "shell/status/status_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "wgaudit/base/text.hpp"
#include "wgaudit/record/json_writer.hpp"

namespace wgaudit {
namespace {

using ParsedJson = nlohmann::json;

constexpr std::size_t piece_size = 64U << 10U;

/// What is wrong with an answer; thrown and caught within parse_status.
struct BadStatus {
  std::string what;
};

/// Those that are not 0, by the names of the enum.
template <typename Enum, typename Counts>
void write_counts(const Counts& counts, JsonWriter& json) {
  JsonObject object(json);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) object.at_name(to_text(static_cast<Enum>(i))).value(counts[i]);
  }
}

void write_observer(const Observer& observer, JsonWriter& json) {
  JsonObject object(json);
  object.at("hostname").shown(observer.hostname);
  object.add("boot_id", observer.boot_id);
}

void write_settings(const MonitorFacts& monitor, JsonWriter& json) {
  JsonObject settings(json);
  settings.add("interval_seconds", monitor.interval.count());
  settings.add("threshold_seconds", monitor.threshold.count());
  settings.add("stats_interval_seconds", monitor.stats_interval.count());
  settings.add("grace_seconds", monitor.grace.count());
  settings.add_shown("interface", monitor.only_interface);
}

void write_datagrams(const Status& status, JsonWriter& json) {
  JsonObject datagrams(json);
  datagrams.add("received", status.datagrams.received);
  datagrams.add("recorded", status.datagrams.recorded);
  datagrams.add("ignored", status.datagrams.ignored);
  datagrams.add("rejected", status.datagrams.rejected);
  JsonObject rejected(datagrams.at("rejected_by_reason"));
  for (const auto& [reason, count] : status.counters.rejected)
    rejected.at_name(reason).value(count);
}

void write_dumps(const Status& status, JsonWriter& json) {
  JsonObject dumps(json);
  dumps.add("succeeded", status.counters.dumps);
  dumps.add("failed", status.counters.dump_failures);
  dumps.add("cpu_microseconds", status.counters.dump_cpu.count());
  dumps.at("last");
  status.last_dump ? json.value(*status.last_dump) : json.null();
  dumps.at("trouble").shown(status.dump_trouble);
}

void write_ended(const Counters& counters, JsonWriter& json) {
  JsonObject ended(json);
  for (const auto& [reason, count] : counters.sessions_ended) {
    ended.at_name(to_text(reason)).value(count);
  }
}

void write_losses(const Counters& counters, JsonWriter& json) {
  JsonObject losses(json);
  for (const auto& [reason, count] : counters.losses) {
    JsonObject loss(losses.at_name(reason));
    loss.add("records", count.records);
    loss.add("lost", count.lost);
  }
}

void write_readers(const std::vector<ReaderStatus>& readers, JsonWriter& json) {
  JsonArray items(json);
  for (const ReaderStatus& reader : readers) {
    JsonObject item(items.next());
    item.add("name", reader.name);
    item.add("next", reader.next);
    item.add("behind", reader.behind);
  }
}

void write_writer(const WriterStatus& status, JsonWriter& json) {
  JsonObject writer(json);
  writer.add("journal_synced", status.journal_synced);
  writer.add("waiting_records", status.waiting_records);
  writer.add("waiting_bytes", status.waiting_bytes);
  writer.add("refuses", status.refuses);
  writer.add("holds_events", status.holds_events);
}

void write_pair(const char* first, std::uint64_t one, const char* second, std::uint64_t other,
                JsonWriter& json) {
  JsonObject pair(json);
  pair.at_name(first).value(one);
  pair.at_name(second).value(other);
}

/// Writes all but the records.
void write_head(const Status& status, const Observer& observer, JsonWriter& json) {
  JsonObject head(json);
  head.add("v", 1);
  head.add("now", status.now.utc);
  head.add("started", status.started);
  head.add("version", status.monitor.version);
  write_observer(observer, head.at("observer"));
  write_settings(status.monitor, head.at("settings"));
  write_datagrams(status, head.at("datagrams"));
  write_dumps(status, head.at("dumps"));
  head.add("changes", status.counters.changes);
  write_pair("proven", status.today.proven, "printed", status.today.printed,
             head.at("handshakes_today"));
  write_counts<EventKind>(status.counters.events, head.at("lines"));
  write_counts<Action>(status.counters.actions, head.at("records"));
  write_ended(status.counters, head.at("sessions_ended"));
  write_losses(status.counters, head.at("losses"));
  write_pair("journal", status.journal_sequence, "events", status.events_sequence,
             head.at("sequence"));
  write_readers(status.readers, head.at("readers"));
  write_writer(status.writer, head.at("writer"));
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
  JsonWriter json;
  write_head(status_, observer_, json);
  std::string text(json.written());
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
