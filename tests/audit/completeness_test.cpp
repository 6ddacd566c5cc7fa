// Which handshakes count as printed, and when that is decided.

#include "wgaudit/audit/completeness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::completeness_test {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view home = "203.0.113.7:51820";
constexpr std::string_view elsewhere = "198.51.100.9:40001";

Dump alice_at(int handshake, std::string_view endpoint = home) {
  return {dump_interface("wg0", {{"alice", endpoint, handshake}})};
}

/// The losses of one reason that were recorded.
std::vector<Loss> losses(const Story& story, std::string_view reason) {
  std::vector<Loss> found;
  for (const Record& record : story.last) {
    if (record.reason == reason) found.push_back(*record.as<Loss>());
  }
  return found;
}

std::vector<Loss> unprinted(const Story& story) {
  return losses(story, "handshake_not_printed");
}

HandshakeCounts counts(const Story& story) {
  return story.auditor.handshakes_of(std::chrono::floor<std::chrono::days>(story_start()));
}

Loss one_at(int second) {
  return {1, at(second).utc, at(second + 1).utc, {}};
}

std::vector<CompletenessFacts> checkpoints(const Story& story) {
  std::vector<CompletenessFacts> found;
  for (const Record& record : story.last) {
    if (const auto* const facts = record.as<CompletenessFacts>()) found.push_back(*facts);
  }
  return found;
}

/// A peer that was created before our eyes, so that its id is proven.
Story begun() {
  Story story;
  story.kernel(1, "Interface created");
  story.kernel(1.1, "Peer 1 created");
  quiet(story, 1.2, 4);
  story.dump(4, {dump_interface("wg0", {{"alice", "(none)"}})});
  quiet(story, 4.1, 8);
  return story;
}

TEST(Completeness, AnyLineOfTheHandshakeOfAProvenIdIsEnough) {
  for (const std::string_view line :
       {"Sending handshake response to peer 1 (198.51.100.9:40001)",
        "Receiving handshake response from peer 1 (198.51.100.9:40001)",
        "Keypair 7 created for peer 1"}) {
    SCOPED_TRACE(line);
    Story story = begun();
    story.kernel(10.1, line);
    story.dump(11, alice_at(10));
    quiet(story, 11.1, 20);
    EXPECT_EQ(counts(story), (HandshakeCounts{1, 1}));
    EXPECT_THAT(unprinted(story), IsEmpty());
  }
}

TEST(Completeness, OtherLinesOfThePeerAreNoneOfTheHandshake) {
  for (const std::string_view line :
       {"Receiving handshake initiation from peer 1 (203.0.113.7:51820)",
        "Receiving keepalive packet from peer 1 (203.0.113.7:51820)",
        "Keypair 7 destroyed for peer 1"}) {
    SCOPED_TRACE(line);
    Story story = begun();
    story.kernel(10.1, line);
    story.dump(11, alice_at(10));
    quiet(story, 11.1, 20);
    EXPECT_EQ(counts(story), (HandshakeCounts{1, 0}));
    EXPECT_THAT(unprinted(story), ElementsAre(one_at(10)));
  }
}

// A responder's latest-handshake moves with the first packet, a round trip behind the lines.
TEST(Completeness, ALineIsOfTheHandshakeIfItWasPrintedAboutThen) {
  const struct {
    double printed;
    std::uint64_t is_printed;
  } rows[] = {{23.9, 0}, {24.1, 1}, {30.9, 1}, {31.9, 1}, {32.1, 0}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.printed);
    Story story = begun();
    story.kernel(row.printed, "Sending handshake response to peer 1 (203.0.113.7:51820)");
    story.dump(33, alice_at(30));
    quiet(story, 33.1, 40);
    EXPECT_EQ(counts(story), (HandshakeCounts{1, row.is_printed}));
  }
}

TEST(Completeness, OfAnIdThatIsNotProvenAnEqualEndpointIsEnough) {
  const struct {
    std::string_view endpoint;
    std::uint64_t is_printed;
  } rows[] = {{home, 1}, {elsewhere, 0}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.endpoint);
    Story story;
    story.dump(4, {dump_interface("wg0", {{"alice", "(none)"}, {"bob", "(none)"}})});
    story.kernel(10.1, "Sending handshake response to peer 7 (203.0.113.7:51820)");
    story.dump(11, {dump_interface("wg0", {{"alice", row.endpoint, 10}, {"bob", "(none)"}})});
    quiet(story, 11.1, 20);
    EXPECT_EQ(counts(story), (HandshakeCounts{1, row.is_printed}));
  }
}

TEST(Completeness, ALineOfAnotherProvenPeerAtTheSameEndpointIsNone) {
  Story story;
  story.kernel(1, "Interface created");
  for (const int id : {1, 2}) story.kernel(1 + 0.1 * id, fmt::format("Peer {} created", id));
  quiet(story, 1.3, 4);
  story.dump(4, {dump_interface("wg0", {{"alice", "(none)"}, {"bob", "(none)"}})});
  quiet(story, 4.1, 8);
  story.kernel(10.1, "Sending handshake response to peer 1 (203.0.113.7:51820)");
  story.dump(11, {dump_interface("wg0", {{"alice", "(none)"}, {"bob", home, 10}})});
  quiet(story, 11.1, 20);
  EXPECT_EQ(counts(story), (HandshakeCounts{1, 0}));
}

TEST(Completeness, ASlowSyslogDaemonIsNoLossOfALine) {
  Story story = begun();
  story.dump(11, alice_at(10));
  story.auditor.on_time(at(40), story.records);
  story.take();
  EXPECT_EQ(counts(story), HandshakeCounts{});
  story.datagram(50,
                 "<7>Nov 21 07:00:00 gw1 kernel: [   20.100000] wireguard: wg0: Sending handshake "
                 "response to peer 1 (203.0.113.7:51820)");
  quiet(story, 50.1, 55);
  EXPECT_EQ(counts(story), (HandshakeCounts{1, 1}));
  EXPECT_THAT(unprinted(story), IsEmpty());
}

TEST(Completeness, WhereTheLogStandsStillItIsDecidedAfterAMinute) {
  Story story;
  story.dump(1, alice_at(-1));
  story.dump(11, alice_at(10));
  story.auditor.on_time(at(70.9), story.records);
  story.take();
  EXPECT_THAT(unprinted(story), IsEmpty());
  story.auditor.on_time(at(71), story.records);
  story.take();
  EXPECT_THAT(unprinted(story), ElementsAre(one_at(10)));
}

// What was before the first dump of a run is told by monitor_down.
TEST(Completeness, AtFirstSightNoHandshakeIsProven) {
  Story story;
  story.dump(11, alice_at(10));
  Story after = restarted(story, 60);
  after.dump(61, alice_at(50));
  after.auditor.on_stop({}, at(140), after.records);
  after.take();
  EXPECT_EQ(counts(after), HandshakeCounts{});
}

TEST(Completeness, ANewPeerOfAnInterfaceThatIsKnownHadItsHandshakeSince) {
  Story story;
  story.dump(1, {dump_interface("wg0", {})});
  story.dump(11, alice_at(10));
  story.auditor.on_time(at(80), story.records);
  EXPECT_EQ(counts(story), (HandshakeCounts{1, 0}));
}

TEST(Completeness, OfTwoHandshakesBetweenTwoDumpsOneIsProven) {
  Story story = begun();
  story.dump(11, alice_at(10));
  story.dump(310, alice_at(300));
  quiet(story, 311, 320);
  EXPECT_EQ(counts(story), (HandshakeCounts{2, 0}));
}

// Debug is off: every handshake is one that nobody printed.
TEST(Completeness, ADayWithoutAnyLineIsAFewRecordsAndNoCountIsLost) {
  Story story;
  story.dump(1, alice_at(-1));
  for (int second = 120; second < 86400; second += 120) {
    story.dump(second, alice_at(second - 1));
    story.auditor.on_time(at(second + 61), story.records);
    story.take();
  }
  story.auditor.on_stop({}, at(86400), story.records);
  story.take();
  std::uint64_t sum = 0;
  for (const Loss& loss : unprinted(story)) sum += *loss.count;
  EXPECT_EQ(sum, 719U);
  EXPECT_LE(unprinted(story).size(), 28U);
  EXPECT_EQ(unprinted(story).back().to, at(86280).utc);
}

TEST(Completeness, AMillionForgedLinesDoNotGrowItWithoutBound) {
  Completeness completeness(story_start());
  KernelEvent event;
  event.kind = EventKind::handshake_response_sent;
  event.peer = PeerId{7};
  Identity alice;
  alice.state = IdentityState::proven;
  alice.public_key = key_of("alice");
  for (int i = 0; i < 500'000; ++i) {
    event.interface = *parse_interface_name(fmt::format("wg{}", i));
    event.endpoint =
        parse_endpoint(fmt::format("10.{}.{}.1:{}", i / 256 % 256, i % 256, 1 + i / 65536));
    completeness.on_line(heard(event, at(1), alice));
    completeness.on_line(heard(event, at(1)));
  }
  EXPECT_EQ(completeness.size(), 131072U + 16384);
  completeness.on_dump({}, at(20), WallClock());
  EXPECT_EQ(completeness.size(), 0U);
}

TEST(Completeness, AtTheEndWhatMayStillBeOnItsWayIsNotCounted) {
  Story story = begun();
  story.dump(10.4, alice_at(10));
  story.dump(11, {dump_interface("wg0", {{"alice", home, 10}, {"bob", elsewhere, 10}})});
  story.auditor.on_stop({}, at(11.6), story.records);
  story.take();
  EXPECT_THAT(checkpoints(story),
              ElementsAre(CompletenessFacts{
                  std::chrono::floor<std::chrono::days>(story_start()), story_start(), {1, 0}}));
}

TEST(Checkpoint, IsWrittenEveryHourInWhichSomethingHappenedAndAtTheEnd) {
  Story story = begun();
  const auto today = std::chrono::floor<std::chrono::days>(story_start());
  for (const int second : {10, 200}) {
    story.kernel(second + 0.1, "Keypair 7 created for peer 1");
    story.dump(second + 1, alice_at(second));
  }
  story.dump(401, alice_at(400));
  quiet(story, 402, 410);
  const auto passes = [&](double time) {
    story.auditor.on_time(at(time), story.records);
    return story.take();
  };
  EXPECT_THAT(passes(3599.9), IsEmpty());
  EXPECT_THAT(passes(3600),
              ElementsAre("@3600 CHECKPOINT 2026-11-21: 2 of 3 handshakes were printed"));
  EXPECT_THAT(passes(7200), IsEmpty());
  story.dump(7301, alice_at(7300));
  story.auditor.on_stop({}, at(7310), story.records);
  story.take();
  EXPECT_THAT(checkpoints(story), ElementsAre(CompletenessFacts{today, story_start(), {3, 2}},
                                              CompletenessFacts{today, at(7200).utc, {1, 0}}));
}

TEST(Checkpoint, CountsAHandshakeForTheDayInWhichItWas) {
  const auto midnight = std::chrono::ceil<std::chrono::days>(story_start());
  const auto until =
      static_cast<int>(std::chrono::floor<seconds>(midnight - story_start()).count());
  Story story;
  story.dump(until - 60, alice_at(-1));
  story.dump(until - 1, alice_at(until - 2));
  story.dump(until + 30, alice_at(until + 29));
  story.auditor.on_stop({}, at(until + 100), story.records);
  story.take();
  const UtcTime since = at(until - 60).utc;
  EXPECT_THAT(checkpoints(story),
              ElementsAre(CompletenessFacts{midnight - std::chrono::days(1), since, {1, 0}},
                          CompletenessFacts{midnight, since, {1, 0}}));
}

TEST(Checkpoint, TheDaysFigureGoesOnAfterARestart) {
  Story story;
  story.dump(1, alice_at(-1));
  story.dump(11, alice_at(10));
  story.auditor.on_stop({}, at(20), story.records);
  story.take();
  EXPECT_EQ(counts(restarted(story, 30)), (HandshakeCounts{1, 0}));
}

}  // namespace
}  // namespace wgaudit::completeness_test
