// What `wgaudit verify` says of records as they may lie on the disk.

#include "wgaudit/audit/journal_check.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "story.hpp"

namespace wgaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Record journal_record(std::uint64_t sequence, double time,
                      Action action = Action::monitor_stopped) {
  Record record;
  record.sequence = sequence;
  record.timestamp = record.created = at(time).utc;
  record.action = action;
  const bool is_of_monitor = action <= Action::monitor_stopped;
  if (is_of_monitor) record.monitor = MonitorFacts{};
  record.message = "record";
  return record;
}

Record event_record(std::uint64_t sequence, double time) {
  Record record;
  record.sequence = sequence;
  record.timestamp = record.created = at(time).utc;
  record.action = EventKind::keepalive_received;
  record.line = KernelEvent{};
  record.line->kind = EventKind::keepalive_received;
  return record;
}

Record loss_record(std::uint64_t sequence, double time, std::string reason, Loss loss) {
  Record record = journal_record(sequence, time, Action::evidence_lost);
  record.reason = std::move(reason);
  record.loss = std::move(loss);
  return record;
}

Loss of_numbers(Stream stream, std::uint64_t first, std::uint64_t last) {
  return {last - first + 1, {}, {}, {}, {}, MissingNumbers{stream, first, last}};
}

/// A journal of one segment a stream, each named by its first record.
JournalReport checked(const std::vector<Record>& journal, const std::vector<Record>& events = {}) {
  JournalCheck check;
  if (!events.empty()) check.begin_segment(Stream::events, "events-1", events.front().sequence);
  for (const Record& record : events) check.on_line(noted_json(record));
  if (!journal.empty()) check.begin_segment(Stream::journal, "journal-1", journal.front().sequence);
  for (const Record& record : journal) check.on_line(noted_json(record));
  return check.finish();
}

std::vector<std::string> faults(const JournalReport& report) {
  std::vector<std::string> texts;
  for (const Fault& fault : report.faults) texts.push_back(words_for(fault));
  return texts;
}

TEST(JournalCheck, NumbersThatAscendByOneAreInOrder) {
  const auto report = checked({journal_record(1, 0), journal_record(2, 0), journal_record(3, 9)},
                              {event_record(1, 1), event_record(2, 2)});
  EXPECT_THAT(faults(report), IsEmpty());
  EXPECT_EQ(report.records, 5U);
}

TEST(JournalCheck, AGapIsAFaultUnlessALossNamesIt) {
  const std::vector<Record> events = {event_record(1, 1), event_record(6, 2)};
  const struct {
    std::vector<Loss> losses;
    std::vector<std::string> faults;
  } rows[] = {
      {{},
       {"events-1:2: record 6: removed: before it, records 2 to 5 are missing and no record says "
        "why"}},
      {{of_numbers(Stream::events, 2, 5)}, {}},
      {{of_numbers(Stream::events, 1, 900)}, {}},
      {{of_numbers(Stream::events, 4, 5), of_numbers(Stream::events, 1, 3)}, {}},
      {{of_numbers(Stream::events, 3, 4)},
       {"events-1:2: record 6: removed: before it, record 2 is missing and no record says why",
        "events-1:2: record 6: removed: before it, record 5 is missing and no record says why"}},
      {{of_numbers(Stream::journal, 2, 5)},
       {"events-1:2: record 6: removed: before it, records 2 to 5 are missing and no record says "
        "why"}},
      {{Loss{4, {}, {}, "events 2 to 5"}},
       {"events-1:2: record 6: removed: before it, records 2 to 5 are missing and no record says "
        "why"}},
  };
  for (const auto& row : rows) {
    std::vector<Record> journal;
    for (const Loss& loss : row.losses) {
      journal.push_back(loss_record(journal.size() + 1, 3, "events_overflow", loss));
    }
    EXPECT_EQ(faults(checked(journal, events)), row.faults);
  }
}

TEST(JournalCheck, TheRecordsBeforeTheFirstAreAGapToo) {
  const std::vector<Record> events = {event_record(501, 1)};
  const std::string fault =
      "events-1:1: record 501: segment missing: before it, records 1 to 500 are missing and no "
      "record says why";
  EXPECT_THAT(faults(checked({}, events)), ElementsAre(fault));
  const Record deleted = loss_record(1, 2, "events_deleted", of_numbers(Stream::events, 1, 500));
  EXPECT_THAT(faults(checked({deleted}, events)), IsEmpty());
}

TEST(JournalCheck, WhatSomebodyRemovedOfTheJournalIsAFaultThoughTheDaemonTellsOfIt) {
  const auto removed = [](Stream stream) {
    return loss_record(4, 9, "records_removed", of_numbers(stream, 1, 3));
  };
  EXPECT_THAT(faults(checked({removed(Stream::journal)})),
              ElementsAre("journal-1:1: record 4: segment missing: before it, records 1 to 3 are "
                          "missing and no record says why"));
  Record told = removed(Stream::events);
  told.sequence = 1;
  EXPECT_THAT(faults(checked({told}, {event_record(4, 1)})), IsEmpty());
}

TEST(JournalCheck, NobodyKnowsAnyMoreWhyEventsAreMissingBeforeAJournalWhoseBeginningIsDeleted) {
  const std::vector<Record> journal = {
      journal_record(8, 100),
      loss_record(9, 100, "journal_deleted", of_numbers(Stream::journal, 1, 7))};
  EXPECT_THAT(faults(checked(journal, {event_record(5, 50), event_record(9, 99),
                                       event_record(11, 101), event_record(12, 102)})),
              IsEmpty());
  EXPECT_THAT(faults(checked(journal, {event_record(1, 100), event_record(3, 100)})),
              ElementsAre("events-1:2: record 3: removed: before it, record 2 is missing and no "
                          "record says why"));
  const std::vector<Record> whole = {journal_record(1, 100)};
  EXPECT_THAT(faults(checked(whole, {event_record(1, 50), event_record(3, 60)})),
              testing::SizeIs(1));
}

TEST(JournalCheck, ANumberThatComesTwiceIsAFault) {
  EXPECT_THAT(faults(checked({journal_record(1, 0), journal_record(2, 0), journal_record(2, 0),
                              journal_record(1, 0), journal_record(3, 0)})),
              ElementsAre("journal-1:3: record 2: inserted: comes behind record 2",
                          "journal-1:4: record 1: inserted: comes behind record 2"));
}

TEST(JournalCheck, WhatIsNoRecordIsAFault) {
  JournalCheck check;
  check.begin_segment(Stream::journal, "journal-1", 1);
  check.on_line(noted_json(journal_record(1, 0)));
  for (const std::string& line :
       {std::string("{\"v\":1,\"@time"), std::string(), std::string(16, '\0')}) {
    check.on_line(line);
  }
  check.on_line(noted_json(event_record(2, 0)));
  check.on_line(noted_json(journal_record(2, 0)));
  check.on_unfinished_line();
  EXPECT_THAT(faults(check.finish()),
              ElementsAre("journal-1:2: edited: is no record: not JSON",
                          "journal-1:3: edited: is no record: not "
                          "JSON",
                          "journal-1:4: edited: is no record: not JSON",
                          "journal-1:5: record 2: inserted: is a record of the other stream",
                          "journal-1:7: removed: is not finished"));
}

TEST(JournalCheck, ARecordWithoutAPartThatItsActionNeedsIsUnreadable) {
  JournalCheck check;
  check.begin_segment(Stream::journal, "journal-1", 1);
  check.on_line(to_json(journal_record(1, 0, Action::peer_online), {}));
  EXPECT_THAT(faults(check.finish()),
              ElementsAre("journal-1:1: edited: is no record: a peer's record names no peer"));
}

TEST(JournalCheck, ASegmentBeginsWithTheRecordThatItIsNamedBy) {
  JournalCheck check;
  check.begin_segment(Stream::journal, "journal-1", 1);
  check.on_line(noted_json(journal_record(1, 0)));
  check.begin_segment(Stream::journal, "journal-3", 3);
  check.on_line(noted_json(journal_record(2, 0)));
  EXPECT_THAT(
      faults(check.finish()),
      ElementsAre("journal-3:1: record 2: edited: is the first, and the segment's name says 3"));
}

TEST(JournalCheck, TheTimeGoesBackOnlyWhereTheClockWasSet) {
  const std::string fault =
      "journal-1:2: record 2: edited: was recorded at 2026-11-21T07:00:10.000000Z, before the one "
      "before "
      "it (2026-11-21T07:01:00.000000Z)";
  const struct {
    std::vector<Record> journal;
    std::vector<std::string> faults;
  } rows[] = {
      {{journal_record(1, 60), journal_record(2, 10)}, {fault}},
      {{journal_record(1, 60), journal_record(2, 10, Action::clock_stepped)}, {}},
      {{journal_record(1, 60), journal_record(2, 10), journal_record(3, 11, Action::clock_stepped)},
       {}},
      {{journal_record(1, 60), journal_record(2, 10), journal_record(3, 40, Action::clock_stepped)},
       {fault}},
      {{journal_record(1, 60), journal_record(2, 10, Action::monitor_started)}, {}},
  };
  for (const auto& row : rows) EXPECT_EQ(faults(checked(row.journal)), row.faults);
}

// Lesser ones are never recorded as clock_stepped.
TEST(JournalCheck, OnlyAStepThatIsRecordedIsMissed) {
  const struct {
    int microseconds_back;
    std::size_t faults;
  } rows[] = {{1, 0}, {99'999, 0}, {100'000, 1}, {100'001, 1}};
  for (const auto& row : rows) {
    Record record = journal_record(2, 60);
    Record event = event_record(2, 60);
    for (Record* late : {&record, &event}) {
      late->created -= std::chrono::microseconds(row.microseconds_back);
    }
    EXPECT_EQ(checked({journal_record(1, 60), record}).faults.size(), row.faults);
    EXPECT_EQ(checked({}, {event_record(1, 60), event}).faults.size(), row.faults);
  }
}

// The first line after a step can come much later.
TEST(JournalCheck, EachStepOfTheClockExcusesOneOfTheEvents) {
  const std::vector<Record> step = {journal_record(1, 10, Action::clock_stepped)};
  EXPECT_THAT(faults(checked(step, {event_record(1, 4000), event_record(2, 3000)})), IsEmpty());
  EXPECT_THAT(
      faults(checked(step, {event_record(1, 4000), event_record(2, 3000), event_record(3, 2000)})),
      ElementsAre(testing::HasSubstr("events-1:3: record 3: edited: was recorded at")));
  EXPECT_THAT(faults(checked({journal_record(1, 10, Action::monitor_started)},
                             {event_record(1, 4000), event_record(2, 3000)})),
              ElementsAre(testing::HasSubstr("events-1:2: record 2: edited: was recorded at")))
      << "a run that began as time went on excuses nothing";
}

TEST(JournalCheck, SumsUpEachDaysHandshakesAndLosses) {
  const auto today = std::chrono::floor<std::chrono::days>(story_start());
  Record hour = journal_record(1, 3600, Action::checkpoint);
  hour.completeness = CompletenessFacts{today, story_start(), {10, 4}};
  Record next = journal_record(2, 7200, Action::checkpoint);
  next.completeness = CompletenessFacts{today, story_start(), {6, 0}};
  // Decided behind midnight.
  Record last = journal_record(3, 86400, Action::checkpoint);
  last.completeness = CompletenessFacts{today, story_start(), {1, 0}};
  const Loss loss{7, {}, {}, {}};
  const auto report =
      checked({hour, next, last, loss_record(4, 86400, "imklog", loss),
               loss_record(5, 86401, "imklog", loss), loss_record(6, 86402, "malformed", {})});
  std::vector<std::string> lines;
  for (const auto& [day, figures] : report.days) {
    for (const auto& line : words_for(day, figures)) lines.push_back(line);
  }
  EXPECT_THAT(lines, ElementsAre("2026-11-21: 17 handshakes proven, 4 printed (23.5 %)",
                                 "2026-11-22: lost: imklog 14, 2 records",
                                 "2026-11-22: lost: malformed, 1 record"));
}

// A notice can be forged, with any count.
TEST(JournalCheck, SumsSaturate) {
  const auto today = std::chrono::floor<std::chrono::days>(story_start());
  Record hour = journal_record(1, 0, Action::checkpoint);
  hour.completeness = CompletenessFacts{today, story_start(), {UINT64_MAX, UINT64_MAX}};
  Record next = hour;
  next.sequence = 2;
  next.completeness->handshakes = {1, 2};
  const auto report =
      checked({hour, next, loss_record(3, 1, "imklog", Loss{UINT64_MAX - 1, {}, {}, {}}),
               loss_record(4, 2, "imklog", Loss{7, {}, {}, {}})});
  const DayFigures& figures = report.days.at(today);
  EXPECT_EQ(figures.handshakes, (HandshakeCounts{UINT64_MAX, UINT64_MAX}));
  EXPECT_EQ(figures.losses.at("imklog"), (LossSum{2, UINT64_MAX}));
}

/// The lines of a journal with records from `first` to `last`, chained behind `head`.
std::vector<std::string> chained_lines(std::uint64_t first, std::uint64_t last,
                                       const Hash& head = no_hash) {
  Chain chain(head);
  std::vector<std::string> lines;
  for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
    chain.append(noted_json(journal_record(sequence, static_cast<double>(sequence))),
                 lines.emplace_back());
  }
  return lines;
}

JournalReport checked_lines(const std::vector<std::string>& lines, std::uint64_t first = 1) {
  JournalCheck check;
  check.begin_segment(Stream::journal, "journal", first);
  for (const std::string& line : lines) check.on_line(line);
  return check.finish();
}

constexpr std::string_view not_following =
    "edited: does not follow from the line before it: one of the two is another than was written, "
    "or what was between them is gone";

TEST(JournalCheck, AChainIsIntactFromItsFirstLineOn) {
  EXPECT_THAT(faults(checked_lines(chained_lines(1, 9))), IsEmpty());
  const Hash deleted{7};
  EXPECT_THAT(faults(checked_lines(chained_lines(5, 9, deleted), 5)),
              ElementsAre("journal:1: record 5: segment missing: before it, records 1 to 4 are "
                          "missing and no record says why"));
}

TEST(JournalCheck, AChangedLineIsToldAlsoWhereItsOwnLinkWasMadeAnew) {
  auto lines = chained_lines(1, 5);
  const auto at = lines[2].find("record");
  lines[2].replace(at, 6, "RECORD");
  EXPECT_THAT(faults(checked_lines(lines)),
              ElementsAre(fmt::format("journal:3: record 3: {}", not_following)));

  Chain chain(*link_of(lines[1]));
  Record changed = journal_record(3, 3);
  changed.message = "changed";
  chain.append(noted_json(changed), lines[2] = "");
  EXPECT_THAT(faults(checked_lines(lines)),
              ElementsAre(fmt::format("journal:4: record 4: {}", not_following)));
}

TEST(JournalCheck, ALineWithoutItsLinkIsTold) {
  auto lines = chained_lines(1, 5);
  lines[2] = noted_json(journal_record(3, 3));
  EXPECT_THAT(faults(checked_lines(lines)),
              ElementsAre("journal:3: record 3: edited: carries no link of the chain"));
}

TEST(JournalCheck, AFirstLineThatFollowsFromNothingIsTold) {
  EXPECT_THAT(faults(checked_lines(chained_lines(1, 3, Hash{7}))),
              ElementsAre(fmt::format("journal:1: record 1: {}", not_following)));
}

TEST(JournalCheck, ALineTakenAwayIsToldAlsoWhereALossNamesIt) {
  auto lines = chained_lines(1, 5);
  Chain chain(*link_of(lines[4]));
  chain.append(noted_json(loss_record(6, 6, "journal_overflow", of_numbers(Stream::journal, 3, 3))),
               lines.emplace_back());
  lines.erase(lines.begin() + 2);
  EXPECT_THAT(faults(checked_lines(lines)),
              ElementsAre(fmt::format("journal:3: record 4: {}", not_following)));
}

TEST(JournalCheck, LinesThatChangedPlacesAreTold) {
  auto lines = chained_lines(1, 5);
  std::swap(lines[2], lines[3]);
  EXPECT_THAT(faults(checked_lines(lines)),
              ElementsAre("journal:3: record 4: reordered: stands before record 3"));
}

TEST(JournalCheck, WhatIsNotInItsPlaceIsToldOnceWhereItStands) {
  const struct {
    std::vector<std::uint64_t> sequences;
    std::vector<std::string> faults;
  } rows[] = {
      {{1, 2, 4, 3, 5}, {"journal-1:3: record 4: reordered: stands before record 3"}},
      {{1, 2, 5, 3, 4, 6}, {"journal-1:3: record 5: reordered: stands before record 3"}},
      {{1, 3, 4, 2, 5}, {"journal-1:4: record 2: reordered: comes behind record 4"}},
      {{3, 1, 2, 4}, {"journal-1:1: record 3: reordered: stands before record 1"}},
      {{1, 2, 4, 3, 4, 5}, {"journal-1:3: record 4: inserted: stands before record 3"}},
      {{1, 2, 3, 2, 4}, {"journal-1:4: record 2: inserted: comes behind record 3"}},
      {{1, 2, 2, 3}, {"journal-1:3: record 2: inserted: comes behind record 2"}},
      {{1, 3, 2, 2, 4},
       {"journal-1:2: record 3: reordered: stands before record 2",
        "journal-1:4: record 2: inserted: comes behind record 2"}},
      {{1, 2, 4, 5},
       {"journal-1:3: record 4: removed: before it, record 3 is missing and no record says why"}},
      {{1, 5, 6, 3, 7},
       {"journal-1:2: record 5: removed: before it, record 2 is missing and no record says why",
        "journal-1:2: record 5: removed: before it, record 4 is missing and no record says why",
        "journal-1:4: record 3: reordered: comes behind record 6"}},
  };
  for (const auto& row : rows) {
    std::vector<Record> records;
    for (const auto sequence : row.sequences) records.push_back(journal_record(sequence, 1));
    JournalCheck check;
    check.begin_segment(Stream::journal, "journal-1", records.front().sequence);
    for (const Record& record : records) check.on_line(noted_json(record));
    EXPECT_EQ(faults(check.finish()), row.faults);
  }
}

TEST(JournalCheck, ASegmentIsMissingWhereTheOneBeforeItIsWhole) {
  const std::string what = "before it, records 3 to 4 are missing and no record says why";
  for (const Stream stream : {Stream::events, Stream::journal}) {
    const auto line = [&](std::uint64_t sequence) {
      return noted_json(stream == Stream::events ? event_record(sequence, 1)
                                                 : journal_record(sequence, 1));
    };
    JournalCheck check;
    check.begin_segment(stream, "one", 1);
    check.on_line(line(1));
    check.on_line(line(2));
    check.begin_segment(stream, "two", 5);
    check.on_line(line(5));
    const std::string_view kind = stream == Stream::events ? "segment missing" : "removed";
    EXPECT_THAT(faults(check.finish()),
                ElementsAre(fmt::format("two:1: record 5: {}: {}", kind, what)))
        << "the end of a segment of the journal is a seal";
  }
}

}  // namespace
}  // namespace wgaudit
