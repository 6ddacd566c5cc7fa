#include "commands/verifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <fstream>
#include <thread>

#include "audit/story.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::verifier_test {
namespace {

using testing::ElementsAre;

constexpr const char* first_segment = "journal-00000000000000000001.jsonl";
constexpr const char* next_segment = "journal-00000000000000000003.jsonl";

Record record_of(std::uint64_t sequence, std::variant<Action, EventKind> action) {
  Record record;
  record.sequence = sequence;
  record.timestamp = record.created = story_start();
  record.action = action;
  record.message = "record";
  return record;
}

std::string line_of(std::uint64_t sequence) {
  Record record = record_of(sequence, Action::monitor_stopped);
  record.body = MonitorFacts{};
  return noted_json(record) + "\n";
}

std::string event_line(std::uint64_t sequence) {
  return noted_json(record_of(sequence, EventKind::module_loaded)) + "\n";
}

/// That a stream's records up to `last` were deleted.
std::string deletion_line(std::uint64_t sequence, Stream stream, std::uint64_t last) {
  Record record = record_of(sequence, Action::evidence_lost);
  record.reason = stream == Stream::events ? "events_deleted" : "journal_deleted";
  record.body = Loss{last, {}, {}, {}, {}, MissingNumbers{stream, 1, last}};
  return noted_json(record) + "\n";
}

struct Verified {
  bool is_intact;
  std::vector<std::string> lines;
};

Verified verified(
    const TemporaryFolder& folder, const VerifyOptions& options = {},
    const OnRead& on_read = [](std::size_t) {}) {
  Verified result;
  result.is_intact = verify(
      folder.path(), options, [&](const std::string& line) { result.lines.push_back(line); },
      on_read);
  return result;
}

TEST(Verify, ReadsTheSegmentsInOrder) {
  const TemporaryFolder folder;
  folder.write(next_segment, line_of(3));
  folder.write(first_segment, line_of(1) + line_of(2));
  const auto [is_intact, lines] = verified(folder);
  EXPECT_TRUE(is_intact);
  EXPECT_THAT(lines, ElementsAre("3 records in 2 segments: intact"));
}

template <typename Compressor>
std::string compressed(const std::string& text) {
  std::string archive;
  boost::iostreams::filtering_ostream stream;
  stream.push(Compressor());
  stream.push(boost::iostreams::back_inserter(archive));
  stream << text;
  boost::iostreams::close(stream);
  return archive;
}

bool is_taken(const TemporaryFolder& folder) try {
  return verified(folder).is_intact;
} catch (const SetupError&) {
  return false;
}

TEST(Verify, ReadsCompressedSegmentsOfWhichThePlainOneIsGone) {
  namespace io = boost::iostreams;
  const std::string text = line_of(1) + line_of(2);
  const struct {
    const char* ending;
    std::string archive;
  } rows[] = {{".gz", compressed<io::gzip_compressor>(text)},
              {".bz2", compressed<io::bzip2_compressor>(text)},
              {".xz", compressed<io::lzma_compressor>(text)},
              {".zst", compressed<io::zstd_compressor>(text)}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.ending);
    const TemporaryFolder folder;
    folder.write(std::string(first_segment) + row.ending, row.archive);
    folder.write(next_segment, line_of(3));
    folder.write(std::string(next_segment) + row.ending, "half written");
    EXPECT_THAT(verified(folder).lines, ElementsAre("3 records in 2 segments: intact"));
    folder.write(std::string(first_segment) + row.ending, row.archive.substr(0, 30));
    EXPECT_FALSE(is_taken(folder));
    folder.write(std::string(first_segment) + row.ending, "no archive");
    EXPECT_FALSE(is_taken(folder));
  }
}

TEST(Verify, TellsEachFaultAndThatThereAreSome) {
  const TemporaryFolder folder;
  folder.write(first_segment, line_of(1) + "nonsense\n");
  folder.write(next_segment, line_of(3));
  const auto [is_intact, lines] = verified(folder);
  EXPECT_FALSE(is_intact);
  EXPECT_THAT(
      lines,
      ElementsAre("journal-00000000000000000001.jsonl:2: edited: is no record: not JSON",
                  "journal-00000000000000000003.jsonl:1: record 3: removed: before it, record 2 is "
                  "missing and no record says why",
                  "2 records in 2 segments: faults: 2"));
}

TEST(Verify, OnlyTheLastSegmentMayEndWithinALine) {
  const TemporaryFolder folder;
  folder.write(first_segment, line_of(1) + line_of(2));
  folder.write(next_segment, line_of(3) + line_of(4).substr(0, 30));
  EXPECT_TRUE(verified(folder).is_intact);
  folder.write(first_segment, line_of(1) + line_of(2) + "{\"v\"");
  EXPECT_THAT(verified(folder).lines,
              ElementsAre("journal-00000000000000000001.jsonl:3: removed: is not finished",
                          "3 records in 2 segments: faults: 1"));
}

// A daemon that runs deletes the oldest events. Its name is in the folder, and nothing can be
// opened.
TEST(Verify, ASegmentThatIsGoneByThenIsPassedOver) {
  const TemporaryFolder folder;
  const auto gone = folder.path() / "events-00000000000000000001.jsonl";
  std::filesystem::create_symlink(folder.path() / "nothing", gone);
  folder.write("events-00000000000000000003.jsonl", event_line(3));
  folder.write(first_segment, line_of(1));
  EXPECT_THAT(
      verified(folder).lines,
      ElementsAre(
          "events-00000000000000000003.jsonl:1: record 3: segment missing: before it, records 1 to "
          "2 are missing and no record says why",
          "2 records in 2 segments: faults: 1"));
  folder.write(first_segment, line_of(1) + deletion_line(2, Stream::events, 2));
  EXPECT_THAT(verified(folder).lines, ElementsAre("2026-11-21: lost: events_deleted 2, 1 record",
                                                  "3 records in 2 segments: intact"));
}

TEST(Verify, EventsThatAreCompressedMeanwhileAreReadAllTheSame) {
  const TemporaryFolder folder;
  const auto next = folder.path() / "events-00000000000000000002.jsonl";
  folder.write("events-00000000000000000001.jsonl", event_line(1));
  folder.write(next.filename().string(), event_line(2));
  folder.write("events-00000000000000000003.jsonl", event_line(3));
  folder.write(first_segment, line_of(1));
  const auto compress = [&](std::size_t) {
    folder.write(next.filename().string() + ".gz",
                 compressed<boost::iostreams::gzip_compressor>(event_line(2)));
    std::filesystem::remove(next);
  };
  EXPECT_THAT(verified(folder, {}, compress).lines, ElementsAre("4 records in 4 segments: intact"));
}

// The test takes away what a daemon would delete while the first segment is read. What others hold
// of the journal comes through a pipe, as of a shell's `<(…)`, and is known to the second reading.
TEST(Verify, AJournalWhoseOldestGoesMeanwhileIsReadAgain) {
  const TemporaryFolder folder;
  folder.write(first_segment, line_of(1) + line_of(2));
  folder.write(next_segment, line_of(3));
  folder.write("journal-00000000000000000004.jsonl", deletion_line(4, Stream::journal, 3));
  const auto held = folder.path() / "held";
  ASSERT_EQ(::mkfifo(held.c_str(), 0600), 0);
  std::thread holder([&] {
    std::ofstream(held) << "wgaudit: sealed: record 9, link " << std::string(64, '0') << "\n";
  });
  const auto delete_oldest = [&](std::size_t) {
    std::filesystem::remove(folder.path() / first_segment);
    std::filesystem::remove(folder.path() / next_segment);
  };
  EXPECT_THAT(
      verified(folder, {{}, held}, delete_oldest).lines,
      ElementsAre("journal-00000000000000000004.jsonl:1: record 4: cut off: record 9, which "
                  "was kept elsewhere, is not there",
                  "2026-11-21: lost: journal_deleted 3, 1 record",
                  "begins with record 4: record 4 says that those before it were deleted, "
                  "and no seal is behind that",
                  "1 records in 1 segments: faults: 1"));
  holder.join();
}

TEST(Verify, APipeInPlaceOfTheSealsIsNotWaitedFor) {
  const TemporaryFolder folder;
  folder.write(next_segment, line_of(3));
  ASSERT_EQ(::mkfifo((folder.path() / "seals.jsonl").c_str(), 0600), 0);
  EXPECT_THAT([&] { verified(folder); },
              testing::Throws<SetupError>(testing::Property(
                  &SetupError::what, testing::HasSubstr("seals.jsonl: is no file"))));
}

TEST(Verify, ASegmentOfTheJournalThatCannotBeFoundIsAnError) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder.path() / "nothing", folder.path() / first_segment);
  EXPECT_THAT([&] { verified(folder); },
              testing::Throws<SetupError>(testing::Property(
                  &SetupError::what, testing::HasSubstr("vanish while they are read"))));
}

TEST(Verify, AFolderThatCannotBeReadIsAnErrorOfIts) {
  const TemporaryFolder folder;
  folder.write("journal", "");
  EXPECT_THAT(
      [&] {
        verify(
            folder.path() / "journal", {}, [](const auto&) {}, [](std::size_t) {});
      },
      testing::Throws<SetupError>(testing::Property(
          &SetupError::what, testing::EndsWith("journal: cannot be read: Not a directory"))));
}

TEST(Verify, AFolderWithoutAJournalIsAnErrorOfIts) {
  const TemporaryFolder folder;
  try {
    verified(folder);
    FAIL() << "it was verified";
  } catch (const SetupError& error) {
    EXPECT_EQ(error.exit_code, 74);
    EXPECT_EQ(error.what(),
              folder.path().string() + ": there is no journal; name its folder with --journal");
  }
}

}  // namespace
}  // namespace wgaudit::verifier_test
