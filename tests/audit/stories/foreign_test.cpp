#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::foreign_test {
namespace {

// wg0 is moved to another namespace, a peer is added to it there, and it is moved back.
TEST(Foreign, LinesThatWereRecordedSoAreSettledWhenTheIdTurnsOutOurs) {
  Story story;
  story.kernel(0.5, "Interface created");
  story.kernel(1, "Peer 1 created");
  story.kernel(1.1, "Peer 2 created");
  quiet(story, 1.5, 20);
  const std::vector<Row> two = {{"alice", "(none)"}, {"bob", "(none)"}};
  story.dump(20, {dump_interface("wg0", two)});
  quiet(story, 20.5, 24);
  story.dump(25, {});
  story.dump(27, {});
  quiet(story, 27.5, 31);
  story.kernel(31.2, "Peer 3 created");
  const std::uint64_t first = story.last.back().sequence;
  EXPECT_EQ(story.last.back().peer()->identity, IdentityState::unresolved) << "not known yet";
  quiet(story, 31.3, 34);
  story.kernel(34.2, "Receiving handshake initiation from peer 3 (203.0.113.9:1)");
  const Record& line = story.last.back();
  EXPECT_EQ(line.peer()->identity, IdentityState::foreign);
  const std::uint64_t last = line.sequence;
  quiet(story, 34.5, 38);
  story.last.clear();
  story.dump(38,
             {dump_interface("wg0", {two[0], two[1], {"carol", "203.0.113.9:1", 34, 180, 92}})});
  quiet(story, 38.5, 44);
  const Record* identified = nullptr;
  const Record* online = nullptr;
  for (const Record& record : story.last) {
    if (record.is(Action::peer_identified) && record.peer()->id == PeerId{3}) identified = &record;
    if (record.is(Action::peer_online)) online = &record;
  }
  ASSERT_NE(identified, nullptr);
  EXPECT_EQ(identified->peer()->public_key, key_of("carol"));
  EXPECT_EQ(identified->as<IdentifiedBody>()->events, (EventRange{first, last}));
  ASSERT_NE(online, nullptr);
  story.dump(60,
             {dump_interface("wg0", {two[0], two[1], {"carol", "203.0.113.9:2", 34, 280, 92}})});
  EXPECT_EQ(story.last.back().session()->initiator, Initiator::peer);
}

}  // namespace
}  // namespace wgaudit::foreign_test
