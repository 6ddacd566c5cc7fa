#include "shell/readers/wg_monitor_lines.hpp"

#include <fmt/format.h>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

const LineGrammar& grammar_of(LogFormat format) {
  return format == LogFormat::classic ? classic_grammar : compact_grammar;
}

std::string presence_body(const Record& record, bool is_online, const LineGrammar& grammar) {
  const bool is_first = record.reason == "first_seen" || is_peer_at_start(record);
  return is_first ? grammar.first_seen(record, is_online) : grammar.flipped(record, is_online);
}

std::string stopped_lines(const Record& record, const LineGrammar& grammar) {
  std::string lines;
  if (const auto signal = std::get<MonitorFacts>(record.body).signal) {
    lines = grammar.line(record.created, LogLevel::info,
                         fmt::format("Received signal {}, shutting down gracefully...", *signal));
  }
  return lines + grammar.line(record.created, LogLevel::info, "Monitor stopped gracefully.");
}

std::string journal_line(const Record& record, const LineGrammar& grammar) {
  const auto info = [&](std::string_view body) {
    return grammar.line(record.created, LogLevel::info, body);
  };
  const auto warning = [&](std::string_view body) {
    return grammar.line(record.created, LogLevel::warning, body);
  };
  switch (std::get<Action>(record.action)) {
    case Action::monitor_started:
      return info(grammar.started(std::get<MonitorFacts>(record.body)));
    case Action::monitor_stopped:
      return stopped_lines(record, grammar);
    case Action::peer_added:
      // One that is online has its line as peer_online.
      if (record.peer()->presence != Presence::offline) return {};
      return info(presence_body(record, false, grammar));
    case Action::snapshot:
      if (!is_peer_at_start(record)) return {};
      return info(presence_body(record, record.peer()->presence == Presence::online, grammar));
    case Action::peer_online:
      return info(presence_body(record, true, grammar));
    case Action::peer_offline:
      return info(presence_body(record, false, grammar));
    case Action::peer_roamed:
      return info(grammar.roamed(record));
    case Action::peer_removed:
      return warning(grammar.removed(record));
    case Action::evidence_lost:
    case Action::identity_contradicted:
    case Action::clock_stepped:
    case Action::forged_input:
      return warning(still_printable(record.message));
    case Action::session_ended:
    case Action::attempt:
    case Action::peer_identified:
    case Action::config_changed:
    case Action::checkpoint:
      return {};
  }
  __builtin_unreachable();
}

}  // namespace

std::string text_line(const Record& record, LogFormat format) {
  if (record.stream() != Stream::journal) return {};
  return journal_line(record, grammar_of(format));
}

std::string text_line(UtcTime time, LogLevel level, std::string_view body, LogFormat format) {
  return grammar_of(format).line(time, level, body);
}

std::string statistics_body(const Statistics& statistics, LogFormat format) {
  return grammar_of(format).statistics(statistics);
}

}  // namespace wgaudit
