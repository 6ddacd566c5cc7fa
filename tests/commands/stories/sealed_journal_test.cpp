// What `wgaudit verify` says of a sealed journal that somebody has changed who has every file.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/stories/sealed_journal.hpp"

namespace wgaudit::sealed_journal_test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

void change(std::string& line) {
  const auto at = line.find("said");
  ASSERT_NE(at, std::string::npos);
  line.replace(at, 4, "SAID");
}

TEST(SealedJournal, IsIntactUpToItsLastSeal) {
  const auto report = SealedJournal(3).checked();
  EXPECT_THAT(faults(report), IsEmpty());
  ASSERT_TRUE(report.sealed);
  EXPECT_EQ(report.sealed->epoch, 2U);
  EXPECT_EQ(
      message_for(*report.sealed, report.last_sequence),
      "sealed up to record 12, 2026-11-21T07:00:00.000000Z (epoch 2); unknown after it: 2 records, "
      "which nobody vouches for yet");
}

TEST(SealedJournal, AChangeBehindTheLastSealIsNotToldAndNotVouchedFor) {
  SealedJournal journal(3);
  change(journal.lines[12]);
  journal.make_anew(12, 3);
  const auto report = journal.checked();
  EXPECT_THAT(faults(report), IsEmpty());
  EXPECT_EQ(report.sealed->last_sequence, 12U);
}

TEST(SealedJournal, AnyChangeBeforeTheLastSealIsTold) {
  for (std::size_t line = 0; line < 12; ++line) {
    SCOPED_TRACE(line);
    SealedJournal journal(3);
    change(journal.lines[line]);
    journal.make_anew(line, 3);
    const std::size_t seal = line / 4 * 4 + 4;
    const std::string place = fmt::format("journal:{}: record {}: ", seal, seal);
    EXPECT_THAT(faults(journal.checked()),
                Contains(place + "edited: has a seal that its key did not sign"));
    SealedJournal unsigned_again(3);
    change(unsigned_again.lines[line]);
    unsigned_again.make_anew(line, 99);
    EXPECT_THAT(faults(unsigned_again.checked()), testing::Not(IsEmpty()));
  }
}

TEST(SealedJournal, ALineTakenAwayIsTold) {
  for (std::size_t line = 0; line < 11; ++line) {
    SCOPED_TRACE(line);
    SealedJournal journal(3);
    journal.lines.erase(journal.lines.begin() + static_cast<std::ptrdiff_t>(line));
    journal.make_anew(line, 3);
    EXPECT_THAT(
        faults(journal.checked()),
        Contains(HasSubstr(fmt::format("removed: before it, record {} is missing", line + 1))));
  }
}

TEST(SealedJournal, OtherKeysFromTheFirstOnAreTold) {
  const SealedJournal journal(3);
  SealedJournal other(3);
  other.keys.front() = journal.keys.front();
  EXPECT_THAT(
      faults(other.checked()),
      Contains("journal:4: record 4: edited: is sealed with another key than was named for its "
               "epoch"));
}

TEST(SealedJournal, ASealTakenOutIsTold) {
  SealedJournal journal(3);
  journal.unseal(7);
  journal.make_anew(8, 3);
  EXPECT_THAT(
      faults(journal.checked()),
      Contains("journal:12: record 12: edited: is sealed in epoch 2, the seal before it in 0"));
}

TEST(SealedJournal, AnEndCutOffOrAnOlderStateIsToldByALineKeptElsewhere) {
  for (const std::size_t left : {4U, 8U, 11U}) {
    SealedJournal journal(3);
    const std::string held = journal.lines[11];
    journal.lines.resize(left);
    EXPECT_THAT(faults(journal.checked()), IsEmpty());
    EXPECT_THAT(faults(journal.checked(held)),
                Contains(HasSubstr("cut off: record 12, which was kept elsewhere, is not there")));
  }
}

TEST(SealedJournal, WhatTheDaemonSaidOfASealIsAsGoodAsItsLine) {
  SealedJournal journal(3);
  const std::string said = "Nov 21 07:00:00 gw wgaudit[7]: wgaudit: " +
                           message_for_link(*parse_held_link(journal.lines[11]));
  EXPECT_THAT(faults(journal.checked(said)), IsEmpty());
  change(journal.lines[13]);
  journal.make_anew(13, 3);
  EXPECT_THAT(faults(journal.checked(said)), IsEmpty()) << "behind it";
  const SealedJournal other(3);
  EXPECT_THAT(faults(journal.checked(message_for_link(*parse_held_link(other.lines[11])))),
              Contains("journal:12: record 12: edited: is another than was kept elsewhere, or one "
                       "before it is"));
  for (const std::string text :
       {"", "sealed: record 7", "sealed: record x, link 00", "sealed: record 7, link 00"}) {
    EXPECT_FALSE(parse_held_link(text)) << text;
  }
}

TEST(SealedJournal, AChangeOfSealedEventsIsTold) {
  for (std::size_t line = 0; line < 3; ++line) {
    SealedJournal journal(3);
    change(journal.events[line]);
    const auto report = journal.checked();
    EXPECT_THAT(faults(report),
                testing::ElementsAre("events:0: edited: this segment is another than record 8 "
                                     "sealed"));
    EXPECT_EQ(report.sealed->last_sequence, 12U) << "the journal is whole";
  }
  SealedJournal journal(3);
  journal.events.pop_back();
  EXPECT_THAT(faults(journal.checked()), testing::SizeIs(1));
}

TEST(SealedJournal, SealedEventsThatAreMissingOrHaveAnotherNameAreTold) {
  SealedJournal journal(3);
  journal.events.clear();
  journal.first_event = 9;
  EXPECT_THAT(faults(journal.checked()),
              testing::ElementsAre("events from 1 on:0: segment missing: record 8 sealed it, and "
                                   "none says that it was deleted"));
}

TEST(SealedJournal, EventsThatNoSealNamesAreUnknown) {
  EXPECT_EQ(SealedJournal(3).checked().first_unsealed_event, std::nullopt);
  EXPECT_EQ(SealedJournal(0).checked().first_unsealed_event, std::nullopt) << "nothing is sealed";
  EXPECT_EQ(SealedJournal(1).checked().first_unsealed_event, 1U);
  EXPECT_EQ(message_for_unsealed_events(1),
            "events unknown from record 1 on: no seal names their segment yet");
}

TEST(SealedJournal, EventsOlderThanItsBeginningCanBeGoneWithTheRecordThatSaidSo) {
  SealedJournal journal(3);
  journal.delete_first(9);  // with the seal of the events
  journal.first_event = 4;
  for (std::size_t i = 0; i < 3; ++i) journal.events[i] = numbered_event(i + 4);
  EXPECT_THAT(faults(journal.checked()), IsEmpty());
  journal.first_event = 0;
  EXPECT_THAT(faults(journal.checked()), Contains(HasSubstr("record 8 sealed it")))
      << "the oldest go first";
}

TEST(SealedJournal, LinksTakenFromItsBeginningAreTold) {
  for (std::size_t stripped = 1; stripped < 12; ++stripped) {
    SCOPED_TRACE(stripped);
    SealedJournal journal(3);
    change(journal.lines[0]);
    for (std::size_t i = 0; i < stripped; ++i) {
      journal.lines[i] = std::string(without_link(journal.lines[i])) + "}";
    }
    EXPECT_THAT(faults(journal.checked()),
                Contains("journal:1: record 1: edited: carries no link of the chain"));
  }
}

TEST(SealedJournal, AJournalOfOtherKeysIsToldWhateverItsFirstEpoch) {
  SealedJournal journal(3);
  journal.unseal(3);
  journal.make_anew(4, 0);
  EXPECT_THAT(faults(journal.checked()),
              Contains("journal:8: record 8: edited: is the first seal, and not of the epoch whose "
                       "key was given"));
}

TEST(SealedJournal, AJournalWithoutAnySealIsToldWhereAKeyWasGiven) {
  SealedJournal journal(3);
  journal.lines.resize(3);
  EXPECT_THAT(
      faults(journal.checked()),
      Contains("journal:3: record 3: edited: no seal is made with the key that was given, or "
               "all are taken away"));
}

TEST(SealedJournal, WhatRemainsWhenItsBeginningIsDeletedFollowsFromWhatIsKept) {
  for (std::size_t deleted = 1; deleted < 12; ++deleted) {
    SCOPED_TRACE(deleted);
    SealedJournal journal(3);
    journal.delete_first(deleted);
    EXPECT_THAT(faults(journal.checked()), IsEmpty());
    SealedJournal changed = journal;
    change(changed.lines.front());
    EXPECT_THAT(faults(changed.checked()), testing::Not(IsEmpty()));
    SealedJournal bare = journal;
    bare.kept.clear();
    EXPECT_THAT(faults(bare.checked()),
                Contains(HasSubstr("segment missing: of what was before it nothing is kept")));
    SealedJournal unkept = journal;
    unkept.kept.pop_back();
    EXPECT_THAT(faults(unkept.checked()), testing::Not(IsEmpty()));
  }
}

TEST(SealedJournal, WhatIsSaidOfAJournalWhoseBeginningIsDeleted) {
  SealedJournal journal(3);
  const std::string held = journal.lines[1];
  journal.delete_first(5);
  EXPECT_THAT(lines_for_beginning(journal.checked(held)),
              testing::ElementsAre("begins with record 6: record 15 says that those before it were "
                                   "deleted, and no seal is behind that",
                                   "kept elsewhere, and from before it: 1 lines"));
  JournalReport sealed = journal.checked();
  sealed.sealed->last_sequence = 16;
  EXPECT_THAT(lines_for_beginning(sealed),
              testing::ElementsAre("begins with record 6: record 15 says that those before it were "
                                   "deleted"));
  EXPECT_THAT(lines_for_beginning(SealedJournal(1).checked()), IsEmpty());
}

}  // namespace
}  // namespace wgaudit::sealed_journal_test
