#include "shell/journal/sealer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/stored.hpp"
#include "shell/journal/segment_writer.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::sealer_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A run: a journal that is sealed, and what is told of its seals.
struct SealedRun {
  SealedRun(const std::filesystem::path& folder, std::uint64_t last_sequence)
      : journal(folder, Stream::journal),
        sealer(folder, [this](const HeldLink& held) { told.push_back(held.sequence); }) {
    journal.open();
    new_keys = sealer.open(last_sequence);
    journal.seal_with(sealer);
  }

  void append(std::uint64_t sequence, bool begins_segment = false, bool seal = false) {
    Batch batch = numbered_batch(sequence, sequence);
    batch.begins_segment = begins_segment;
    batch.seal = seal;
    ASSERT_TRUE(journal.append(batch));
  }

  std::vector<std::uint64_t> told;
  SegmentWriter journal;
  Sealer sealer;
  std::optional<Sealer::NewKeys> new_keys;
};

/// The epochs of the journal's seals.
std::vector<std::uint64_t> epochs(const std::filesystem::path& folder) {
  std::vector<std::uint64_t> found;
  JournalReader reader(folder, Stream::journal, 1);
  while (reader.next()) {
    if (const auto sealed = seal_of(reader.line())) found.push_back(sealed->seal.epoch);
  }
  return found;
}

TEST(Sealer, TellsOfASealWhenItIsOnTheDiskAndPutsItThereForTheNext) {
  const TemporaryFolder folder;
  SealedRun run(folder.path(), 0);
  EXPECT_TRUE(run.new_keys);
  run.append(1, false, true);
  EXPECT_THAT(run.told, IsEmpty());
  run.append(2, false, true);
  EXPECT_THAT(run.told, ElementsAre(1));
  EXPECT_TRUE(run.journal.sync());
  EXPECT_THAT(run.told, ElementsAre(1, 2));
  EXPECT_THAT(epochs(folder.path()), ElementsAre(0, 1));
}

TEST(Sealer, GoesOnBehindTheLastSealHoweverFarBackItIs) {
  const TemporaryFolder folder;
  {
    SealedRun run(folder.path(), 0);
    run.append(1, false, true);
    run.append(2, true);
    run.append(3, true);
    run.append(4, true);
    EXPECT_TRUE(run.journal.sync());
  }
  SealedRun run(folder.path(), 4);
  EXPECT_FALSE(run.new_keys);
  run.append(5, false, true);
  EXPECT_THAT(epochs(folder.path()), ElementsAre(0, 1));
}

TEST(Sealer, ASealThatAPowerLossTakesBehindACrashIsMadeAgain) {
  const TemporaryFolder folder;
  SealKey first_key{};
  {
    SealedRun run(folder.path(), 0);
    ASSERT_TRUE(run.new_keys);
    first_key = run.new_keys->first;
    run.append(1);
    EXPECT_TRUE(run.journal.sync());
    run.append(2, false, true);
  }
  EXPECT_FALSE(SealedRun(folder.path(), 2).new_keys);
  const auto segment = folder.path() / "journal-00000000000000000001.jsonl";
  const std::string text = read_file(segment);
  folder.write("journal-00000000000000000001.jsonl", text.substr(0, text.find('\n') + 1));
  SealedRun run(folder.path(), 1);
  ASSERT_TRUE(run.new_keys);
  EXPECT_EQ(run.new_keys->first, first_key);
  run.append(2, false, true);
  EXPECT_TRUE(run.journal.sync());
  EXPECT_THAT(epochs(folder.path()), ElementsAre(0));
}

TEST(Sealer, SealsEachClosedSegmentOfTheEventsOnceOverAllRuns) {
  const TemporaryFolder folder;
  const auto sealed_events = [&] {
    std::vector<std::uint64_t> found;
    JournalReader reader(folder.path(), Stream::journal, 1);
    while (reader.next()) {
      if (const auto sealed = seal_of(reader.line())) {
        for (const auto& segment : sealed->seal.events) found.push_back(segment.first_sequence);
      }
    }
    return found;
  };
  folder.write("events-00000000000000000001.jsonl", "one\n");
  folder.write("events-00000000000000000002.jsonl", "two\n");
  folder.write("events-00000000000000000003.jsonl", "open\n");
  for (std::uint64_t run = 1; run <= 4; ++run) {
    SealedRun sealed(folder.path(), run - 1);
    sealed.append(run, false, true);
    EXPECT_TRUE(sealed.journal.sync());
    EXPECT_THAT(sealed_events(), ElementsAre(1, 2));
  }
}

TEST(Sealer, TheLastSealIsToldAgainAtEachStartAndTheFirstKeyUntilThereIsOne) {
  const TemporaryFolder folder;
  const auto new_keys = SealedRun(folder.path(), 0).new_keys;
  ASSERT_TRUE(new_keys);
  EXPECT_FALSE(new_keys->replace_lost);
  {
    SealedRun run(folder.path(), 0);
    ASSERT_TRUE(run.new_keys);
    EXPECT_EQ(run.new_keys->first, new_keys->first);
    run.append(1, false, true);
    EXPECT_TRUE(run.journal.sync());
  }
  const SealedRun run(folder.path(), 1);
  EXPECT_FALSE(run.new_keys);
  EXPECT_THAT(run.told, ElementsAre(1));
}

TEST(Sealer, KeysThatReplaceLostOnesAreToldUntilTheyHaveSealed) {
  const TemporaryFolder folder;
  {
    SealedRun run(folder.path(), 0);
    run.append(1, false, true);
    EXPECT_TRUE(run.journal.sync());
  }
  std::filesystem::remove(folder.path() / "seal.key");
  for (int i = 0; i < 2; ++i) {
    const SealedRun run(folder.path(), 1);
    ASSERT_TRUE(run.new_keys);
    EXPECT_TRUE(run.new_keys->replace_lost);
  }
  {
    SealedRun run(folder.path(), 1);
    run.append(2, false, true);
    EXPECT_TRUE(run.journal.sync());
  }
  EXPECT_FALSE(SealedRun(folder.path(), 2).new_keys);
}

TEST(Sealer, ASegmentThatMayHoldTheLastSealAndCannotBeReadEndsTheStartAndNoKey) {
  const TemporaryFolder folder;
  {
    SealedRun run(folder.path(), 0);
    run.append(1, false, true);
    run.append(2, true);
    EXPECT_TRUE(run.journal.sync());
  }
  const std::string keys = read_file(folder.path() / "seal.key");
  std::filesystem::remove(folder.path() / "journal-00000000000000000001.jsonl");
  folder.write("journal-00000000000000000001.jsonl.gz", "no gzip");
  EXPECT_THAT(
      [&] { SealedRun(folder.path(), 2); },
      testing::Throws<SetupError>(testing::Property(
          &SetupError::what, testing::HasSubstr("the last seal of the journal may be in it"))));
  EXPECT_EQ(read_file(folder.path() / "seal.key"), keys);
}

TEST(Sealer, ASealThatACrashLeftIsToldByTheNextRun) {
  const TemporaryFolder folder;
  SealedRun(folder.path(), 0).append(1, false, true);
  SealedRun run(folder.path(), 1);
  EXPECT_TRUE(run.journal.sync());
  EXPECT_THAT(run.told, ElementsAre(1));
  run.append(2, false, true);
  EXPECT_THAT(epochs(folder.path()), ElementsAre(0, 1));
}

}  // namespace
}  // namespace wgaudit::sealer_test
