#include "shell/metrics/metrics.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr auto counter = Exposition::Type::counter;
constexpr auto gauge = Exposition::Type::gauge;

constexpr std::size_t max_interfaces = 32;
constexpr std::string_view other_interfaces = "other";

constexpr ChangeReason session_ends[] = {ChangeReason::timeout, ChangeReason::peer_recreated,
                                         ChangeReason::peer_removed,
                                         ChangeReason::interface_removed};

void write_program(const Status& status, Exposition& text) {
  text.begin("wgaudit_build_info", gauge, "The program that runs; always 1.");
  text.add({{"version", status.monitor.version}}, 1);
  text.add_only("wgaudit_start_time_seconds", gauge, "When the daemon started, in Unix time.",
                status.started.time_since_epoch());
  text.add_only("wgaudit_interval_seconds", gauge, "Time between dumps while no line asks for one.",
                std::chrono::microseconds(status.monitor.interval));
}

void write_datagrams(const Status& status, Exposition& text) {
  text.begin("wgaudit_datagrams_total", counter, "Datagrams received, by what became of them.");
  text.add({{"outcome", "recorded"}}, status.datagrams.recorded);
  text.add({{"outcome", "ignored"}}, status.datagrams.ignored);
  text.add({{"outcome", "rejected"}}, status.datagrams.rejected);
  text.begin("wgaudit_datagrams_rejected_total", counter, "Datagrams rejected, by reason.");
  for (const auto& [reason, count] : status.counters.rejected) {
    text.add({{"reason", reason}}, count);
  }
  text.begin("wgaudit_events_total", counter, "Lines of the kernel, by kind, repeats counted.");
  for (std::size_t kind = 0; kind < event_kind_count; ++kind) {
    text.add({{"kind", to_text(static_cast<EventKind>(kind))}}, status.counters.events[kind]);
  }
}

void write_records(const Status& status, Exposition& text) {
  text.begin("wgaudit_records_total", counter, "Records made for the journal, by action.");
  for (std::size_t action = 0; action < action_count; ++action) {
    text.add({{"action", to_text(static_cast<Action>(action))}}, status.counters.actions[action]);
  }
  text.begin("wgaudit_losses_total", counter, "Records of evidence_lost, by reason.");
  for (const auto& [reason, loss] : status.counters.losses) {
    text.add({{"reason", reason}}, loss.records);
  }
  text.begin("wgaudit_lost_total", counter,
             "What those say was lost, where it is known how much; the reason says of what.");
  for (const auto& [reason, loss] : status.counters.losses)
    text.add({{"reason", reason}}, loss.lost);
  text.begin("wgaudit_last_sequence", gauge, "Number of the last record.");
  text.add({{"stream", "journal"}}, status.journal_sequence);
  text.add({{"stream", "events"}}, status.events_sequence);
}

void write_storage(const Status& status, Exposition& text) {
  text.begin("wgaudit_reader_lag_records", gauge,
             "Records of the journal, on the disk, that a reader has not taken.");
  for (const ReaderStatus& reader : status.readers) {
    text.add({{"reader", reader.name}}, reader.behind);
  }
  text.add_only("wgaudit_queued_records", gauge, "Records that wait for the disk.",
                status.writer.waiting_records);
  text.add_only("wgaudit_queued_bytes", gauge, "The size of their lines.",
                status.writer.waiting_bytes);
  text.add_only("wgaudit_disk_refuses", gauge, "1 while the disk takes nothing.",
                std::uint64_t{status.writer.refuses});
  text.add_only("wgaudit_events_held", gauge,
                "1 while events wait because the journal's disk is nearly full.",
                std::uint64_t{status.writer.holds_events});
}

struct PeerCounts {
  std::array<std::uint64_t, 3> by_presence{};  // in the order of Presence
  std::uint64_t proven = 0;
  std::uint64_t unresolved = 0;
};

using CountsByInterface = std::map<std::string, PeerCounts, std::less<>>;

PeerCounts& counts_of(const InterfaceName& interface, CountsByInterface& counts) {
  const std::string name = to_printable(interface.view());
  const auto found = counts.find(name);
  if (found != counts.end()) return found->second;
  return counts[counts.size() < max_interfaces ? name : std::string(other_interfaces)];
}

CountsByInterface count_peers(const Status& status) {
  CountsByInterface counts;
  for (const Record& interface : status.interfaces) counts_of(interface.interface, counts);
  for (const Record& record : status.peers) {
    PeerCounts& here = counts_of(record.interface, counts);
    const PeerFacts& peer = *record.peer();
    const Presence presence = peer.presence.value_or(Presence::unknown);
    ++here.by_presence[static_cast<std::size_t>(presence)];
    ++(peer.identity == IdentityState::proven ? here.proven : here.unresolved);
  }
  return counts;
}

void write_peers(const Status& status, Exposition& text) {
  const CountsByInterface counts = count_peers(status);
  text.begin("wgaudit_peers", gauge, "Peers, by presence; each that is online has a session.");
  for (const auto& [interface, here] : counts) {
    for (const Presence presence : {Presence::online, Presence::offline, Presence::unknown}) {
      text.add({{"interface", interface}, {"state", to_text(presence)}},
               here.by_presence[static_cast<std::size_t>(presence)]);
    }
  }
  text.begin("wgaudit_peer_identities", gauge,
             "Peers, by whether it is proven which kernel peer id is theirs.");
  for (const auto& [interface, here] : counts) {
    text.add({{"interface", interface}, {"state", "proven"}}, here.proven);
    text.add({{"interface", interface}, {"state", "unresolved"}}, here.unresolved);
  }
}

void write_sessions(const Status& status, Exposition& text) {
  const auto& ended = status.counters.sessions_ended;
  text.begin("wgaudit_sessions_ended_total", counter, "Sessions that ended, by reason.");
  for (const ChangeReason reason : session_ends) {
    const auto found = ended.find(reason);
    text.add({{"reason", to_text(reason)}}, found == ended.end() ? 0 : found->second);
  }
  text.add_only("wgaudit_handshakes_today", gauge,
                "Handshakes of this UTC day that dumps proved and that were judged.",
                status.today.proven);
  text.add_only("wgaudit_handshakes_printed_today", gauge,
                "Those of them that a line of the kernel's told of.", status.today.printed);
}

void write_dumps(const Status& status, Exposition& text) {
  const Counters& counters = status.counters;
  text.begin("wgaudit_dumps_total", counter, "Runs of wg show all dump, by outcome.");
  text.add({{"outcome", "succeeded"}}, counters.dumps);
  text.add({{"outcome", "failed"}}, counters.dump_failures);
  text.add_only("wgaudit_dump_duration_seconds",
                "Time from the start of wg to its complete output, of those that succeeded.",
                status.dump_durations);
  text.add_only("wgaudit_dump_cpu_seconds_total", counter,
                "Processor's time that dumps took, wg included.", counters.dump_cpu);
  if (!status.last_dump) return;
  text.add_only("wgaudit_last_dump_timestamp_seconds", gauge,
                "When the last dump that succeeded was complete, in Unix time.",
                status.last_dump->time_since_epoch());
}

void write_hooks(const HookRuns& runs, Exposition& text) {
  text.begin("wgaudit_hook_runs_total", counter, "Runs of the hook, by outcome.");
  text.add({{"outcome", "succeeded"}}, runs.succeeded);
  text.add({{"outcome", "failed"}}, runs.failed);
  text.add({{"outcome", "timed_out"}}, runs.timed_out);
  text.add({{"outcome", "skipped"}}, runs.skipped);
}

}  // namespace

void write_metrics(const Status& status, Exposition& text) {
  write_program(status, text);
  write_datagrams(status, text);
  write_records(status, text);
  write_storage(status, text);
  write_peers(status, text);
  write_sessions(status, text);
  write_dumps(status, text);
  if (status.hook_runs) write_hooks(*status.hook_runs, text);
}

}  // namespace wgaudit
