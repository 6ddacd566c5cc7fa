// What `wgaudit verify` says of the chain that the journal's lines are.

#include "wgaudit/integrity/chain_check.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integrity/checked_journal.hpp"

namespace wgaudit::chain_check_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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
}  // namespace wgaudit::chain_check_test
