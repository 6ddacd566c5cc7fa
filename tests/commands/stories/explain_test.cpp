// What `wgaudit replay --explain ID` says of ids of the recordings.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "audit/story.hpp"
#include "commands/replayer.hpp"
#include "support/temporary_folder.hpp"
#include "support/trace.hpp"

namespace wgaudit::explain_test {
namespace {

using testing::ElementsAre;

std::vector<std::string> explained(const std::filesystem::path& trace, std::uint64_t id) {
  std::vector<std::string> lines;
  explain_replay(trace, {}, shipped_classifier(), PeerId{id},
                 [&](const std::string& line) { lines.push_back(line); });
  return lines;
}

/// The part of a recording from one second to another: debug was switched on late.
void cut(const std::string& trace, int from, int to, const std::filesystem::path& folder) {
  const std::filesystem::path whole = trace_folder(trace);
  const std::int64_t start = read_datagrams(whole / "datagrams.jsonl").front().t_us;
  for (const char* const name : {"datagrams.jsonl", "dumps.jsonl"}) {
    std::ofstream file(folder / name);
    for (const auto& line : read_json_lines(whole / name)) {
      const std::int64_t time = line.at("t_us").get<std::int64_t>() - start;
      if (time >= from * 1'000'000 && time < to * 1'000'000) file << line.dump() << '\n';
    }
  }
}

TEST(Explain, OneThatIsProvenByTheLineOfItsDump) {
  EXPECT_THAT(
      explained(trace_folder("basic"), 2),
      ElementsAre("peer 2 of wg0 is imCpX6y82iC0S3zokRg69KXkRm1/qWAYX3N82ZbktlM=, proven by "
                  "order, count",
                  "created at [9.198265]", "the log of the interface is whole, from its creation",
                  "row 2 of 3 in the dump of 2026-11-21T07:09:33.851902Z, when 3 ids were known to "
                  "live"));
}

TEST(Explain, OneThatTwoLoadsGaveToTwoPeersIsToldTwice) {
  EXPECT_THAT(
      explained(trace_folder("peers"), 3),
      ElementsAre("peer 3 of wg0 is 1QXysXv6Mkkpkh9CfTj9V7hYe7+s+ZzbQldbrplvgCA=, proven by "
                  "order, count",
                  "created at [6.116515]", "the log of the interface is whole, from its creation",
                  "row 3 of 3 in the dump of 2026-11-21T07:53:16.166364Z, when 3 ids were known to "
                  "live",
                  "peer 3 of wg0 is 1QXysXv6Mkkpkh9CfTj9V7hYe7+s+ZzbQldbrplvgCA=, proven by "
                  "order, last_rows",
                  "created at [56.809982], destroyed at [58.414624]",
                  "the interface may have peers older than the log",
                  "row 3 of 3 in the dump of 2026-11-21T07:54:07.609530Z, when 2 ids were known to "
                  "live"));
}

TEST(Explain, OneThatIsProvenByWhatSpeaksAgainstTheOthers) {
  const TemporaryFolder folder;
  cut("basic", 100, 140, folder.path());
  EXPECT_THAT(
      explained(folder.path(), 2),
      ElementsAre("peer 2 of wg0 is imCpX6y82iC0S3zokRg69KXkRm1/qWAYX3N82ZbktlM=, proven by "
                  "order, traffic",
                  "older than the log", "the interface may have peers older than the log",
                  "row 2 of 3 in the dump of 2026-11-21T07:11:39.698852Z, when 1 ids were known to "
                  "live"));
}

TEST(Explain, OneThatIsNotProvenByWhatIsLeft) {
  const TemporaryFolder folder;
  cut("basic", 100, 112, folder.path());
  EXPECT_THAT(
      explained(folder.path(), 2),
      ElementsAre("peer 2 of wg0 not proven", "older than the log",
                  "the interface may have peers older than the log", "3 of 3 rows are left"));
}

TEST(Explain, OneOfAnInterfaceThatSharesItsName) {
  EXPECT_THAT(explained(trace_folder("netns"), 2),
              ElementsAre("peer 2 of wg0 not proven", "created at [10.619701]",
                          "the log of the interface is whole, from its creation",
                          "another interface has or had the same name",
                          "the rows of dumps were those of others"));
}

TEST(Explain, OneThatIsForeign) {
  EXPECT_THAT(explained(trace_folder("netns"), 3),
              ElementsAre("peer 3 of wgc1 not proven", "created at [13.660277]",
                          "the log of the interface is whole, from its creation",
                          "dumps do not have the interface"));
}

TEST(Explain, OneThatNoLineNames) {
  EXPECT_THAT(explained(trace_folder("basic"), 99), ElementsAre("no line names a peer 99"));
}

}  // namespace
}  // namespace wgaudit::explain_test
