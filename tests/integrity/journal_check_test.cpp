// What `wgaudit verify` says of records as they may lie on the disk.

#include "wgaudit/integrity/journal_check.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integrity/checked_journal.hpp"

namespace wgaudit::journal_check_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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
  hour.body = CompletenessFacts{today, story_start(), {10, 4}};
  Record next = journal_record(2, 7200, Action::checkpoint);
  next.body = CompletenessFacts{today, story_start(), {6, 0}};
  // Decided behind midnight.
  Record last = journal_record(3, 86400, Action::checkpoint);
  last.body = CompletenessFacts{today, story_start(), {1, 0}};
  const Loss loss{7, {}, {}, {}};
  const auto report =
      checked({hour, next, last, loss_record(4, 86400, "imklog", loss),
               loss_record(5, 86401, "imklog", loss), loss_record(6, 86402, "malformed", {})});
  std::vector<std::string> lines;
  for (const auto& [day, figures] : report.days) {
    for (const auto& line : lines_for(day, figures)) lines.push_back(line);
  }
  EXPECT_THAT(lines, ElementsAre("2026-11-21: 17 handshakes proven, 4 printed (23.5 %)",
                                 "2026-11-22: lost: imklog 14, 2 records",
                                 "2026-11-22: lost: malformed, 1 record"));
}

// A notice can be forged, with any count.
TEST(JournalCheck, SumsSaturate) {
  const auto today = std::chrono::floor<std::chrono::days>(story_start());
  Record hour = journal_record(1, 0, Action::checkpoint);
  hour.body = CompletenessFacts{today, story_start(), {UINT64_MAX, UINT64_MAX}};
  Record next = hour;
  next.sequence = 2;
  next.as<CompletenessFacts>()->handshakes = {1, 2};
  const auto report =
      checked({hour, next, loss_record(3, 1, "imklog", Loss{UINT64_MAX - 1, {}, {}, {}}),
               loss_record(4, 2, "imklog", Loss{7, {}, {}, {}})});
  const DayFigures& figures = report.days.at(today);
  EXPECT_EQ(figures.handshakes, (HandshakeCounts{UINT64_MAX, UINT64_MAX}));
  EXPECT_EQ(figures.losses.at("imklog"), (LossSum{2, UINT64_MAX}));
}

}  // namespace
}  // namespace wgaudit::journal_check_test
