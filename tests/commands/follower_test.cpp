#include "commands/follower.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <fstream>

#include "journal/stored.hpp"
#include "record/random_records.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::follower_test {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const PublicKey key = *parse_public_key("0JLQLxuxiH2uVdQ4Q51OBH2z2pxXvUII8tlKLiLunjk=");

/// A journal that a test writes and follows.
class FollowTest : public testing::Test {
 protected:
  FollowTest() { append(Stream::journal, numbered_record(1, "began")); }

  /// So many seconds after story_start.
  static Record event(std::uint64_t sequence, int second, bool is_proven = true) {
    Record event;
    event.sequence = sequence;
    event.created = story_start() + seconds(second);
    event.timestamp = event.created;
    event.action = EventKind::keepalive_received;
    event.interface = *parse_interface_name("wg0");
    auto& body = event.body.emplace<EventBody>();
    PeerFacts& peer = body.peer.emplace();
    peer.id = PeerId{7};
    peer.identity = is_proven ? IdentityState::proven : IdentityState::unresolved;
    if (is_proven) peer.public_key = key;
    body.line.kind = EventKind::keepalive_received;
    body.line.interface = event.interface;
    body.line.peer = peer.id;
    return event;
  }

  static Record concluded(std::uint64_t sequence, int second, std::string message) {
    Record record = numbered_record(sequence, std::move(message));
    record.created += seconds(second);
    return record;
  }

  void append(Stream stream, const Record& record, std::uint64_t segment = 1) {
    append_text(stream, to_json(record, {"gw1", ""}) + "\n", segment);
  }

  void append_text(Stream stream, std::string_view text, std::uint64_t segment = 1) {
    std::ofstream(segment_path(folder_.path(), stream, segment), std::ios::app) << text;
  }

  Follower follower(RecordFilter filter, ShownForm form = ShownForm::text) {
    return {folder_.path(), std::move(filter), form, now_, [this](std::size_t n) { read_ += n; }};
  }

  /// Without the times' dates.
  static std::vector<std::string> poll(Follower& follower) {
    std::vector<std::string> lines;
    follower.poll([&](std::string_view line) {
      lines.emplace_back(line.starts_with("2026-11-21T") ? line.substr(11, 8).data() : line.data(),
                         line.starts_with("2026-11-21T") ? 8 : line.size());
      if (line.starts_with("2026-11-21T")) lines.back() += line.substr(27);
    });
    return lines;
  }

  std::vector<std::string> shown(RecordFilter filter, ShownForm form = ShownForm::text) {
    Follower one = follower(std::move(filter), form);
    std::vector<std::string> lines = poll(one);
    complaint_ = one.take_complaint();
    return lines;
  }

  TemporaryFolder folder_;
  UtcTime now_ = story_start() + std::chrono::hours(1);
  std::size_t read_ = 0;
  std::string complaint_;
};

RecordFilter from_beginning() {
  RecordFilter filter;
  filter.since = story_start();
  return filter;
}

TEST_F(FollowTest, MergesBothStreamsByTheTimeOfRecording) {
  append(Stream::journal, concluded(2, 2, "second"));
  append(Stream::journal, concluded(3, 4, "fourth"));
  append(Stream::events, event(1, 1));
  append(Stream::events, event(2, 4));
  EXPECT_THAT(shown(from_beginning()),
              ElementsAre("07:00:00 began", "07:00:01 wg0 0JLQLxux (peer 7): keepalive received",
                          "07:00:02 second", "07:00:04 wg0 0JLQLxux (peer 7): keepalive received",
                          "07:00:04 fourth"));
  EXPECT_EQ(complaint_, "");
}

TEST_F(FollowTest, KeepsEachStreamsOrderWhereTheClockWasSetBack) {
  append(Stream::journal, concluded(2, 100, "before"));
  append(Stream::journal, concluded(3, 10, "set back"));
  append(Stream::events, event(1, 50));
  append(Stream::events, event(2, 11));
  EXPECT_THAT(shown(from_beginning()),
              ElementsAre("07:00:00 began", "07:00:50 wg0 0JLQLxux (peer 7): keepalive received",
                          "07:00:11 wg0 0JLQLxux (peer 7): keepalive received", "07:01:40 before",
                          "07:00:10 set back"));
}

TEST_F(FollowTest, GoesOnWithWhatIsWrittenAlsoIntoANewSegment) {
  append(Stream::events, event(1, 1));
  Follower one = follower({});
  EXPECT_THAT(poll(one), IsEmpty());  // recorded before now
  const std::string line = to_json(event(2, 3601), {"gw1", ""});
  append_text(Stream::events, line.substr(0, 100));
  EXPECT_THAT(poll(one), IsEmpty());
  append_text(Stream::events, line.substr(100) + "\n");
  append(Stream::events, event(3, 3602), 3);
  append(Stream::journal, concluded(2, 3603, "said"), 2);
  EXPECT_THAT(poll(one),
              ElementsAre("08:00:01 wg0 0JLQLxux (peer 7): keepalive received",
                          "08:00:02 wg0 0JLQLxux (peer 7): keepalive received", "08:00:03 said"));
  EXPECT_THAT(poll(one), IsEmpty());
}

TEST_F(FollowTest, AnEndThatIsOverShowsAllFromTheOldest) {
  append(Stream::journal, concluded(2, 2, "said"), 2);
  RecordFilter filter;
  filter.until = now_;
  EXPECT_THAT(shown(filter), ElementsAre("07:00:00 began", "07:00:02 said"));
  filter.until = story_start() + seconds(2);
  EXPECT_THAT(shown(filter), ElementsAre("07:00:00 began"));
}

TEST_F(FollowTest, AKeyFindsTheEventsFromBeforeItsIdWasProven) {
  append(Stream::events, event(1, 1, false));
  append(Stream::events, event(2, 3));
  append(Stream::events, event(3, 4, false));
  Record identified = event(2, 2);
  identified.action = Action::peer_identified;
  identified.body = IdentifiedBody{*identified.peer(), EventRange{1, 1}};
  identified.message = "wg0 peer 7 is 0JLQLxux (order)";
  append(Stream::journal, identified);
  RecordFilter filter = from_beginning();
  filter.peer.emplace("0JLQLxux");
  EXPECT_THAT(shown(filter), ElementsAre("07:00:01 wg0 peer 7: keepalive received",
                                         "07:00:02 wg0 peer 7 is 0JLQLxux (order)",
                                         "07:00:03 wg0 0JLQLxux (peer 7): keepalive received"));
  filter.peer.emplace("7");
  EXPECT_EQ(shown(filter).size(), 4U);
}

TEST_F(FollowTest, ReadsCompressedSegmentsAndTellsOfADamagedOne) {
  append(Stream::events, event(1, 1));
  append(Stream::events, event(2, 2), 2);
  const auto plain = segment_path(folder_.path(), Stream::events, 1);
  const std::string compressed = plain.string() + ".gz";
  {
    std::ofstream file(compressed, std::ios::binary);
    boost::iostreams::filtering_ostream out;
    out.push(boost::iostreams::gzip_compressor());
    out.push(file);
    out << read_file(plain);
  }
  std::filesystem::remove(plain);
  RecordFilter filter = from_beginning();
  filter.kinds = {EventKind::keepalive_received};
  EXPECT_EQ(shown(filter).size(), 2U);
  EXPECT_EQ(complaint_, "");

  std::filesystem::resize_file(compressed, 60);
  EXPECT_THAT(shown(filter), ElementsAre("07:00:02 wg0 0JLQLxux (peer 7): keepalive received"));
  EXPECT_EQ(complaint_,
            "0 lines that are no records of the daemon's were passed over, 1 segments end in "
            "damage; wgaudit verify tells which");
}

TEST_F(FollowTest, ShowsNothingThatIsNoRecordAndSaysSo) {
  append_text(Stream::journal, "ONLINE wg0 mallory\n{\"v\":1}\n");
  append(Stream::journal, concluded(2, 2,
                                    "\xE2\x80\xAE"
                                    "forged"));
  EXPECT_THAT(shown(from_beginning()),
              ElementsAre("07:00:00 began", "07:00:02 \\xe2\\x80\\xaeforged"));
  EXPECT_EQ(complaint_,
            "2 lines that are no records of the daemon's were passed over, 0 segments end in "
            "damage; wgaudit verify tells which");
  EXPECT_EQ(shown(from_beginning(), ShownForm::json).size(), 1U);
  EXPECT_EQ(complaint_.substr(0, 8), "3 lines ");
  EXPECT_THAT(shown(from_beginning(), ShownForm::raw).back(),
              testing::AllOf(testing::StartsWith("07:00:02 \\xe2\\x80\\xaeforged\n    {\"v\":1,"),
                             testing::Not(testing::HasSubstr("\xE2\x80\xAE"))));
}

TEST_F(FollowTest, TellsHowMuchItReads) {
  append(Stream::events, event(1, 1));
  shown(from_beginning());
  EXPECT_EQ(read_, stored_bytes(folder_.path()));
}

TEST_F(FollowTest, FindsWhatTheFilterWantsAmongRandomRecords) {
  Dice dice(4);
  std::vector<Record> events;
  for (std::uint64_t i = 1; i <= 3000; ++i) {
    events.push_back(random_event(dice));
    events.back().sequence = i;
    append(Stream::events, events.back(), 1 + i / 1000);
  }
  for (const char* const name : {"alice", "7", "k\xC3\xB6nig"}) {
    RecordFilter filter = from_beginning();
    filter.peer.emplace(name);
    filter.kinds = {EventKind::keepalive_received, EventKind::mac_invalid};
    const auto wanted =
        std::ranges::count_if(events, [&](const Record& event) { return filter.matches(event); });
    EXPECT_EQ(shown(filter).size(), static_cast<std::size_t>(wanted)) << name;
    EXPECT_GT(wanted, 0) << name;
  }
}

}  // namespace
}  // namespace wgaudit::follower_test
