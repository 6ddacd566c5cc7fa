// What `wgaudit verify` says of a sealed journal that somebody has changed who has every file.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "shell/signing_key.hpp"
#include "shell/stored.hpp"
#include "wgaudit/audit/journal_check.hpp"

namespace wgaudit {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// A journal as a daemon writes it, and its keys, of which an attacker has the last one.
class SealedJournal {
 public:
  /// `epochs` times some records and the seal of them, then some that are not sealed yet.
  explicit SealedJournal(std::size_t epochs) {
    for (std::size_t i = 0; i <= epochs; ++i) keys.push_back(*SigningKey::generate());
    for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
      add(3);
      seal(epoch);
    }
    add(2);
  }

  /// `held`: a line that was kept elsewhere.
  JournalReport checked(const std::string& held = {}) const {
    JournalCheck check(keys.front().public_key());
    if (const auto link = parse_held_link(held)) check.hold(*link);
    check.begin_segment(Stream::events, "events", first_event);
    for (const std::string& event : events) check.on_line(event);
    check.end_segment();
    for (const std::string& line : kept) check.on_kept_line(line);
    check.begin_segment(Stream::journal, "journal", deleted + 1);
    for (const std::string& line : lines) check.on_line(line);
    return check.finish();
  }

  /// Makes the links anew, and the heads in the seals, from the line at `from` on. Of the
  /// signatures, those of the epochs from `known` on.
  void make_anew(std::size_t from, std::size_t known) {
    Chain chain(from == 0 ? no_hash : *link_of(lines[from - 1]));
    for (std::size_t i = from; i < lines.size(); ++i) {
      std::string object = std::string(without_link(lines[i])) + "}";
      if (auto sealed = seal_of(lines[i])) object = resealed(*sealed, chain.head(), known);
      chain.append(object, lines[i] = "");
    }
  }

  /// Deletes the first lines as a daemon does, and adds the record that says so.
  void delete_first(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (seal_of(lines[i]) || i + 1 == count) kept.push_back(lines[i]);
    }
    Record record = numbered_record(lines.size() + 1);
    record.reason = "journal_deleted";
    record.loss = Loss{count, {}, {}, {}, {}, MissingNumbers{Stream::journal, 1, count}};
    Chain(*link_of(lines.back())).append(noted_json(record), lines.emplace_back());
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(count));
    deleted = count;
  }

  /// Takes the seal out of a line and links what is left.
  void unseal(std::size_t at) {
    std::string object(without_link(lines[at]));
    object.erase(object.rfind(",\"seal\":"));
    Chain(*link_of(lines[at - 1])).append(object + "}", lines[at] = "");
  }

  std::vector<SigningKey> keys;
  std::vector<std::string> lines;
  std::size_t deleted = 0;        ///< Lines,
  std::vector<std::string> kept;  ///< and what is kept of them.
  std::vector<std::string> events = three_events();
  std::uint64_t first_event = 1;  ///< By the name of their segment.

 private:
  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) append(object());
  }

  void seal(std::size_t epoch) {
    Seal seal{epoch, chain_.head(), {}, keys[epoch].public_key(), keys[epoch + 1].public_key()};
    if (epoch == 1) seal.events = {{1, digest_of_events()}};
    const std::string text = text_to_sign(object(), seal);
    append(sealed_object(text, keys[epoch].sign(text)));
  }

  void append(const std::string& object) { chain_.append(object, lines.emplace_back()); }

  std::string object() const { return noted_json(numbered_record(lines.size() + 1)); }

  std::string resealed(const SealedLine& sealed, const Hash& head, std::size_t known) const {
    Seal seal = sealed.seal;
    seal.head = head;
    const auto end = sealed.signed_text.rfind(",\"seal\":");
    const std::string text =
        text_to_sign(std::string(sealed.signed_text.substr(0, end)) + "}", seal);
    return sealed_object(text,
                         seal.epoch >= known ? keys[seal.epoch].sign(text) : sealed.signature);
  }

  static std::vector<std::string> three_events() {
    std::vector<std::string> lines;
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
      Record record = numbered_record(sequence);
      record.action = EventKind::keepalive_received;
      record.line = KernelEvent{};
      record.line->kind = EventKind::keepalive_received;
      lines.push_back(noted_json(record));
    }
    return lines;
  }

  Hash digest_of_events() const {
    Sha256 hash;
    for (const std::string& event : events) hash.add(event + "\n");
    return hash.finish();
  }

  Chain chain_;
};

std::vector<std::string> faults(const JournalReport& report) {
  std::vector<std::string> texts;
  for (const Fault& fault : report.faults) texts.push_back(words_for(fault));
  return texts;
}

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
      words_for(*report.sealed, report.last_sequence),
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
                           words_for_link(*parse_held_link(journal.lines[11]));
  EXPECT_THAT(faults(journal.checked(said)), IsEmpty());
  change(journal.lines[13]);
  journal.make_anew(13, 3);
  EXPECT_THAT(faults(journal.checked(said)), IsEmpty()) << "behind it";
  const SealedJournal other(3);
  EXPECT_THAT(faults(journal.checked(words_for_link(*parse_held_link(other.lines[11])))),
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
  EXPECT_THAT(words_for_beginning(journal.checked(held)),
              testing::ElementsAre("begins with record 6: record 15 says that those before it were "
                                   "deleted, and no seal is behind that",
                                   "kept elsewhere, and from before it: 1 lines"));
  JournalReport sealed = journal.checked();
  sealed.sealed->last_sequence = 16;
  EXPECT_THAT(words_for_beginning(sealed),
              testing::ElementsAre("begins with record 6: record 15 says that those before it were "
                                   "deleted"));
  EXPECT_THAT(words_for_beginning(SealedJournal(1).checked()), IsEmpty());
}

enum class Edit { change, insert, remove, swap, cut, replay };

/// What an attacker does to one place of a journal whose last key he has. Returns the first line
/// that is another than before.
std::size_t edit(SealedJournal& journal, std::size_t place, Edit how, std::mt19937& dice) {
  auto& lines = journal.lines;
  const auto at = lines.begin() + static_cast<std::ptrdiff_t>(place);
  switch (how) {
    case Edit::change:
      lines[place][lines[place].find("said") + std::size_t{dice() % 4}] = 'X';
      return place;
    case Edit::insert:
      lines.insert(at, std::string(lines[dice() % lines.size()]));
      return place;
    case Edit::remove:
      lines.erase(at);
      return place;
    case Edit::swap: {
      const std::size_t other = place == 0 ? 1 : place - 1;
      std::swap(lines[place], lines[other]);
      return std::min(place, other);
    }
    case Edit::cut:
      lines.resize(place);
      return place;
    case Edit::replay: {
      const auto tail =
          std::vector(at - static_cast<std::ptrdiff_t>(std::min<std::size_t>(place, 3)), at);
      lines.resize(place);
      lines.insert(lines.end(), tail.begin(), tail.end());
      return place;
    }
  }
  return place;
}

FaultKind kind_of(Edit how) {
  switch (how) {
    case Edit::change:
      return FaultKind::edited;
    case Edit::insert:
      return FaultKind::inserted;
    case Edit::remove:
      return FaultKind::removed;
    case Edit::swap:
      return FaultKind::reordered;
    case Edit::cut:
    case Edit::replay:
      return FaultKind::cut_off;
  }
  return {};
}

TEST(SealedJournal, NoneOfTenThousandEditsOfItsSealedPartIsMissedAndEachHasItsKind) {
  constexpr std::size_t epochs = 3;
  const SealedJournal whole(epochs);
  const std::size_t sealed = 4 * epochs;
  const std::string held = whole.lines[sealed - 1];
  std::mt19937 dice(1);
  std::size_t behind = 0;
  for (int i = 0; i < 10'000; ++i) {
    SealedJournal journal = whole;
    const std::size_t place = dice() % whole.lines.size();
    const auto how = static_cast<Edit>(dice() % 6);
    const std::size_t first = edit(journal, place, how, dice);
    if (first < journal.lines.size() && dice() % 4 != 0) journal.make_anew(first, epochs);
    const auto report = journal.checked(held);
    SCOPED_TRACE(fmt::format("{} at {}", static_cast<int>(how), place));
    if (first >= sealed) {
      ++behind;
      ASSERT_EQ(report.sealed->last_sequence, sealed);
      continue;
    }
    ASSERT_THAT(report.faults, testing::Not(IsEmpty()));
    const bool is_cut = kind_of(how) == FaultKind::cut_off;
    const Fault& told = is_cut ? report.faults.back() : report.faults.front();
    ASSERT_EQ(told.kind, kind_of(how)) << words_for(told);
    const bool is_there_still = how == Edit::insert;  // the line, behind its own copy
    ASSERT_LE(report.sealed ? report.sealed->last_sequence : 0, first + (is_there_still ? 1 : 0));
  }
  EXPECT_GT(behind, 1000U);
}

}  // namespace
}  // namespace wgaudit
