#pragma once

#include <string>
#include <vector>

#include "audit/story.hpp"
#include "wgaudit/integrity/journal_check.hpp"

namespace wgaudit {

inline Record journal_record(std::uint64_t sequence, double time,
                             Action action = Action::monitor_stopped) {
  Record record;
  record.sequence = sequence;
  record.timestamp = record.created = at(time).utc;
  record.action = action;
  const bool is_of_monitor = action <= Action::monitor_stopped;
  if (is_of_monitor) record.body = MonitorFacts{};
  record.message = "record";
  return record;
}

inline Record event_record(std::uint64_t sequence, double time) {
  Record record;
  record.sequence = sequence;
  record.timestamp = record.created = at(time).utc;
  record.action = EventKind::keepalive_received;
  record.body.emplace<EventBody>().line.kind = EventKind::keepalive_received;
  return record;
}

inline Record loss_record(std::uint64_t sequence, double time, std::string reason, Loss loss) {
  Record record = journal_record(sequence, time, Action::evidence_lost);
  record.reason = std::move(reason);
  record.body = std::move(loss);
  return record;
}

inline Loss of_numbers(Stream stream, std::uint64_t first, std::uint64_t last) {
  return {last - first + 1, {}, {}, {}, {}, MissingNumbers{stream, first, last}};
}

/// A journal of one segment a stream, each named by its first record.
inline JournalReport checked(const std::vector<Record>& journal,
                             const std::vector<Record>& events = {}) {
  JournalCheck check;
  if (!events.empty()) check.begin_segment(Stream::events, "events-1", events.front().sequence);
  for (const Record& record : events) check.on_line(noted_json(record));
  if (!journal.empty()) check.begin_segment(Stream::journal, "journal-1", journal.front().sequence);
  for (const Record& record : journal) check.on_line(noted_json(record));
  return check.finish();
}

inline std::vector<std::string> faults(const JournalReport& report) {
  std::vector<std::string> texts;
  for (const Fault& fault : report.faults) texts.push_back(message_for(fault));
  return texts;
}

}  // namespace wgaudit
