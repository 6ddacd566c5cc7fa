#include "shell/status/status_text.hpp"
#include "shell/system/local_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/system/columns.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

constexpr std::size_t max_name = 16;
constexpr std::size_t label_width = 11;

seconds between(UtcTime from, UtcTime to) {
  return std::chrono::floor<seconds>(std::max(to - from, UtcTime::duration(0)));
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// ---- About the daemon ---------------------------------------------------------------------------

/// A label and its items, broken between items where a line is full.
std::string paragraph(std::string_view label, const std::vector<std::string>& items,
                      std::string_view colour, const TextStyle& style) {
  std::string text;
  std::string line = fmt::format("{:<{}}", label, label_width);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = items[i] + (i + 1 < items.size() ? ", " : "");
    const bool is_first = columns_of(line) == label_width;
    if (!is_first && columns_of(line) + columns_of(items[i]) + 1 > style.width) {
      line.erase(line.find_last_not_of(' ') + 1);
      text += painted(line, colour, style) + "\n";
      line = std::string(label_width, ' ');
    }
    line += item;
  }
  return text + painted(line, colour, style) + "\n";
}

std::string daemon_text(const ToldStatus& told) {
  const Status& status = told.status;
  return fmt::format("wgaudit {} on {}, since {} ({})\n", still_printable(status.monitor.version),
                     still_printable(told.observer.hostname), local_time_text(status.started),
                     span_text(between(status.started, status.now.utc)));
}

std::string dump_text(const Status& status, const TextStyle& style) {
  const Counters& counters = status.counters;
  std::vector<std::string> items = {"none yet"};
  if (status.last_dump) {
    items = {fmt::format("{} ago", span_text(between(*status.last_dump, status.now.utc)))};
  }
  items.push_back(fmt::format("{} in all", counters.dumps + counters.dump_failures));
  items.push_back(fmt::format("{} failed", counters.dump_failures));
  std::string text = paragraph("last dump", items, "", style);
  if (status.dump_trouble.empty()) return text;
  return text + paragraph("", {"the last one failed: " + still_printable(status.dump_trouble)},
                          yellow, style);
}

std::string datagrams_text(const Status& status, const TextStyle& style) {
  const DatagramCounts& counts = status.datagrams;
  const std::vector<std::string> items = {
      fmt::format("{} received", counts.received), fmt::format("{} recorded", counts.recorded),
      fmt::format("{} ignored", counts.ignored), fmt::format("{} rejected", counts.rejected)};
  return paragraph("datagrams", items, counts.rejected == 0 ? "" : yellow, style);
}

std::string handshakes_text(const Status& status, const TextStyle& style) {
  const HandshakeCounts& today = status.today;
  return paragraph("handshakes",
                   {fmt::format("{} today (UTC)", today.proven),
                    fmt::format("{} of them printed by the kernel", today.printed)},
                   "", style);
}

std::string losses_text(const Status& status, const TextStyle& style) {
  std::vector<std::string> items;
  for (const auto& [reason, count] : status.counters.losses) {
    std::string item = still_printable(reason);
    if (count.lost != 0) item += fmt::format(" {} in", count.lost);
    items.push_back(fmt::format("{} {}", item, counted(count.records, "record")));
  }
  if (items.empty()) return paragraph("lost", {"nothing that is known"}, "", style);
  return paragraph("lost", items, yellow, style);
}

std::string readers_text(const Status& status, const TextStyle& style) {
  std::vector<std::string> items;
  bool is_behind = false;
  for (const ReaderStatus& reader : status.readers) {
    is_behind = is_behind || reader.behind != 0;
    items.push_back(fmt::format(
        "{} {}", still_printable(reader.name),
        reader.behind == 0 ? "has read all" : counted(reader.behind, "record") + " behind"));
  }
  return paragraph("readers", items, is_behind ? yellow : "", style);
}

std::string disk_text(const WriterStatus& writer, const TextStyle& style) {
  std::vector<std::string> items;
  if (writer.refuses) items.emplace_back("takes nothing");
  if (writer.holds_events) items.emplace_back("is nearly full: events wait");
  if (items.empty()) return {};
  items.push_back(counted(writer.waiting_records, "record") + " to be written");
  return paragraph("disk", items, yellow, style);
}

// ---- The table ----------------------------------------------------------------------------------

std::string label_of(const PeerFacts& peer) {
  return peer.name.empty() ? short_key(*peer.public_key) : still_printable(peer.name);
}

std::string identity_text(const PeerFacts& peer) {
  if (!peer.id || peer.identity != IdentityState::proven) return "-";
  std::string text = fmt::format("{}", static_cast<std::uint64_t>(*peer.id));
  std::string_view separator = " ";
  for (const Evidence one : peer.evidence) {
    text += fmt::format("{}{}", std::exchange(separator, ","), to_text(one));
  }
  return text;
}

std::string endpoint_text(const Record& record) {
  const Endpoint endpoint = record.endpoint().value_or(Endpoint{});
  return endpoint.is_none() ? "-" : to_printable(to_text(endpoint));
}

void add_row(const Record& record, UtcTime now, Table& table) {
  const PeerFacts& peer = *record.peer();
  const Session* const session = record.session();
  const auto handshake = peer.latest_handshake.value_or(std::chrono::sys_seconds{});
  const bool never = handshake == std::chrono::sys_seconds{};
  const bool is_online = peer.presence == Presence::online;
  table.add({{label_of(peer)},
             {to_printable(record.interface.view())},
             {std::string(to_text(*peer.presence)), is_online ? green : ""},
             {peer.since ? span_text(between(*peer.since, now)) : "-"},
             {never ? "never" : span_text(between(handshake, now))},
             {session != nullptr ? bytes_text(session->rx_bytes) : "-"},
             {session != nullptr ? bytes_text(session->tx_bytes) : "-"},
             {endpoint_text(record)},
             {identity_text(peer)}},
            is_online ? "" : dim);
}

/// Online first, then by name: the order in which they are looked for.
std::vector<const Record*> sorted(const Records& peers) {
  struct Keyed {
    bool is_offline;
    std::string label;
    const Record* record;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(peers.size());
  for (const Record& record : peers) {
    const PeerFacts& peer = *record.peer();
    keyed.push_back({peer.presence != Presence::online, label_of(peer), &record});
  }
  std::stable_sort(keyed.begin(), keyed.end(), [](const Keyed& a, const Keyed& b) {
    return std::pair(a.is_offline, std::string_view(a.label)) <
           std::pair(b.is_offline, std::string_view(b.label));
  });
  std::vector<const Record*> records;
  records.reserve(peers.size());
  for (const Keyed& one : keyed) records.push_back(one.record);
  return records;
}

std::string peers_text(const Status& status, std::size_t lines_before, const TextStyle& style) {
  auto peers = sorted(status.peers);
  const auto online = std::count_if(peers.begin(), peers.end(), [](const Record* record) {
    return record->peer()->presence == Presence::online;
  });
  std::string text =
      paragraph("peers", {fmt::format("{} of {} online", online, peers.size())}, "", style) + "\n";
  if (peers.empty()) return text;
  // Five lines: the count, a blank, the heading, the count of those left out, and the line of the
  // cursor. A row may take two.
  const std::size_t used = lines_before + 5;
  const std::size_t room = (style.height - std::min(style.height, used)) / 2;
  const std::size_t left_out = style.height == 0 ? 0 : peers.size() - std::min(peers.size(), room);
  peers.resize(peers.size() - left_out);
  Table table({{"PEER", Align::left, max_name},
               {"IF"},
               {"STATE"},
               {"SINCE"},
               {"HANDSHAKE"},
               {"RX"},
               {"TX"},
               {"ENDPOINT"},
               {"IDENTITY"}},
              2);
  for (const Record* const record : peers) add_row(*record, status.now.utc, table);
  text += table.text(style);
  if (left_out == 0) return text;
  return text + fmt::format("… and {}: wgaudit status shows all\n", counted(left_out, "more peer"));
}

}  // namespace

std::string span_text(seconds span) {
  const auto count = span.count();
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  constexpr std::int64_t day = 24 * hour;
  if (count < minute) return fmt::format("{}s", count);
  if (count < hour) return fmt::format("{}m{:02}s", count / minute, count % minute);
  if (count < day) return fmt::format("{}h{:02}m", count / hour, count % hour / minute);
  if (count < 100 * day) return fmt::format("{}d{:02}h", count / day, count % day / hour);
  return fmt::format("{}d", count / day);
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::string_view units = "KMGTPE";
  constexpr double step = 1024;
  auto amount = static_cast<double>(bytes);
  if (bytes < 1000) return fmt::format("{}", bytes);
  std::size_t unit = 0;
  for (amount /= step; amount >= 999.5 && unit + 1 < units.size(); ++unit) amount /= step;
  return amount < 9.95 ? fmt::format("{:.1f}{}", amount, units[unit])
                       : fmt::format("{:.0f}{}", amount, units[unit]);
}

std::string status_text(const ToldStatus& told, const TextStyle& style) {
  const Status& status = told.status;
  std::string text = daemon_text(told) + dump_text(status, style) + datagrams_text(status, style) +
                     handshakes_text(status, style) + losses_text(status, style) +
                     readers_text(status, style) + disk_text(status.writer, style);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return text + peers_text(status, lines, style);
}

}  // namespace wgaudit
