#include "shell/intake/sender_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "audit/story.hpp"

namespace wgaudit::sender_watch_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t root = 0;
constexpr std::uint32_t eve = 1000;

class SenderWatchTest : public testing::Test {
 protected:
  std::string on(std::uint16_t port, double time) {
    const Senders& senders = watch.on(port, at(time).steady);
    if (senders.stranger) return std::to_string(*senders.stranger);
    return senders.are_known ? "trusted" : "unknown";
  }

  std::map<std::uint16_t, std::vector<std::uint32_t>> owners;
  std::vector<std::uint16_t> looks;
  SenderWatch watch{{root}, [this](std::uint16_t port) {
                      looks.push_back(port);
                      return owners[port];
                    }};
};

TEST_F(SenderWatchTest, TellsAStrangerFromWhoMaySend) {
  owners = {{1, {root}}, {2, {eve}}, {3, {root, eve}}, {4, {eve, root}}, {5, {root, root}}};
  EXPECT_EQ(on(1, 0), "trusted");
  EXPECT_EQ(on(2, 0), "1000");
  EXPECT_EQ(on(3, 0), "1000") << "shared with SO_REUSEADDR";
  EXPECT_EQ(on(4, 0), "1000");
  EXPECT_EQ(on(5, 0), "trusted");
  EXPECT_EQ(on(6, 0), "unknown") << "closed already";
}

TEST_F(SenderWatchTest, LooksAtAPortWhenItIsNewAndThenOnceASecond) {
  owners = {{1, {root}}, {2, {root}}};
  for (int i = 0; i < 100; ++i) {
    on(1, i * 0.01);
    on(2, i * 0.01);
  }
  EXPECT_THAT(looks, ElementsAre(1, 2));
  owners[1].push_back(eve);
  EXPECT_EQ(on(1, 0.999), "trusted");
  EXPECT_EQ(on(1, 1), "1000");
  owners[1] = {root};
  EXPECT_EQ(on(1, 1.999), "1000");
  EXPECT_EQ(on(1, 2), "trusted");
  EXPECT_THAT(looks, ElementsAre(1, 2, 1, 1));
}

TEST_F(SenderWatchTest, ManyPortsCostAFewLooksASecond) {
  for (std::uint16_t port = 1; port <= 20'000; ++port) on(port, 0.5);
  EXPECT_LE(looks.size(), 32U);
  owners[7] = {eve};
  EXPECT_EQ(on(7, 1.4), "unknown");
  EXPECT_EQ(on(7, 1.5), "1000");
}

TEST(UsersOfRsyslog, AreRootAndOurselvesAtLeast) {
  EXPECT_THAT(users_of_rsyslog(), Contains(0U));
  EXPECT_THAT(users_of_rsyslog(), Contains(::geteuid()));
}

}  // namespace
}  // namespace wgaudit::sender_watch_test
