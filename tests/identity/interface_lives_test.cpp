#include "wgaudit/identity/interface_lives.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wgaudit::interface_lives_test {
namespace {

constexpr std::uint64_t room = 1 << 18;

InterfaceName name_of(std::string_view text) {
  return *parse_interface_name(text);
}

StampedLine line_of(std::string_view interface, std::uint64_t id) {
  StampedLine line;
  line.kind = EventKind::keepalive_sent;
  line.interface = name_of(interface);
  line.peer = PeerId{id};
  return line;
}

InterfaceLife& interface_with_peers(InterfaceLives& lives, std::string_view name) {
  InterfaceLife& life = lives.begin(name_of(name), never_before);
  for (std::uint64_t id = 1; id <= room; ++id) lives.add(life, PeerId{id});
  return life;
}

TEST(InterfaceLives, PeersOfForeignInterfacesMakeRoom) {
  InterfaceLives lives;
  interface_with_peers(lives, "wgx").dumps_without = 2;
  EXPECT_TRUE(lives.on_peer_line(line_of("wg0", room + 1)).located);
  EXPECT_EQ(lives.take_overlooked(), room);
  EXPECT_FALSE(lives.find(PeerId{1}));
  EXPECT_TRUE(lives.find(PeerId{room + 1}));
}

TEST(InterfaceLives, WhereNobodyIsForeignAPeerTooManyIsCounted) {
  InterfaceLives lives;
  interface_with_peers(lives, "wg0");
  EXPECT_FALSE(lives.on_peer_line(line_of("wg0", room + 1)).located);
  EXPECT_TRUE(lives.on_peer_line(line_of("wg0", 7)).located);
  EXPECT_EQ(lives.take_overlooked(), 1U);
  EXPECT_EQ(lives.take_overlooked(), 0U);
}

TEST(InterfaceLives, AFloodOfInterfacesDropsForeignOnesFirst) {
  InterfaceLives lives;
  lives.add(lives.begin(name_of("wg0"), never_before), PeerId{1});
  for (std::uint64_t i = 2; i < 6000; ++i) {
    InterfaceLife& life = lives.begin(name_of("x" + std::to_string(i)), never_before);
    life.dumps_without = 2;
    lives.add(life, PeerId{i});
  }
  EXPECT_LE(lives.all().size(), 4096U);
  EXPECT_GE(lives.all().size(), 4096U - 256);
  EXPECT_TRUE(lives.find(PeerId{1}));
  EXPECT_FALSE(lives.find(PeerId{2}));
  EXPECT_EQ(lives.take_overlooked(), 6000U - 1 - lives.all().size());
}

TEST(InterfaceLives, AFloodOfNamesThatNoDumpListsLeavesThoseThatOneLists) {
  InterfaceLives lives;
  InterfaceLife& ours = lives.begin(name_of("wg0"), never_before);
  ours.is_listed = true;
  lives.add(ours, PeerId{1});
  for (std::uint64_t i = 2; i < 20'000; ++i) {
    lives.on_peer_line(line_of("x" + std::to_string(i), i));
  }
  EXPECT_TRUE(lives.find(PeerId{1}));
  EXPECT_EQ(lives.live(name_of("wg0")), &ours);
  EXPECT_EQ(lives.live(name_of("x2")), nullptr);
}

TEST(InterfaceLives, OfOneThatSharesItsNamePeersOfTheOtherMakeRoom) {
  InterfaceLives lives;
  InterfaceLife& life = interface_with_peers(lives, "wg0");
  life.peers.at(PeerId{7}).standing = Standing::foreign;
  EXPECT_TRUE(lives.on_peer_line(line_of("wg0", room + 1)).located);
  EXPECT_FALSE(lives.find(PeerId{7}));
  EXPECT_EQ(lives.take_overlooked(), 1U);
}

TEST(InterfaceLives, WhoTurnsOutToBeForeignMakesRoomBehindTheNextDump) {
  InterfaceLives lives;
  InterfaceLife& life = interface_with_peers(lives, "wg0");
  EXPECT_FALSE(lives.on_peer_line(line_of("wg0", room + 1)).located);
  life.peers.at(PeerId{7}).standing = Standing::foreign;
  lives.forget(Stamp{0});
  EXPECT_TRUE(lives.on_peer_line(line_of("wg0", room + 1)).located);
}

TEST(InterfaceLives, APeerThatMovesOutlivesTheInterfaceThatMakesRoomForItsNewOne) {
  InterfaceLives lives;
  InterfaceLife& shared = lives.begin(name_of("wg0"), never_before);
  shared.namesakes = 1;
  shared.dumps_without = 2;
  lives.add(shared, PeerId{1});
  lives.add(shared, PeerId{2});
  for (std::uint64_t i = 1; i < 4096; ++i) {
    lives.begin(name_of("x" + std::to_string(i)), never_before);
  }
  const auto located = lives.on_peer_line(line_of("vpn", 1)).located;
  ASSERT_TRUE(located);
  EXPECT_EQ(located->life->name(), name_of("vpn"));
  EXPECT_EQ(located->life->peers.count(PeerId{1}), 1U);
  EXPECT_FALSE(lives.find(PeerId{2}));
  EXPECT_EQ(lives.take_overlooked(), 1U);
}

}  // namespace
}  // namespace wgaudit::interface_lives_test
