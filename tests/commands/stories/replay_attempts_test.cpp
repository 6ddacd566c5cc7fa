// Attempts, configuration changes and roams of the recordings, as replay records them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "commands/replayed.hpp"

namespace wgaudit::replay_attempts_test {
namespace {

using std::chrono::seconds;

std::vector<std::string> messages_of(const std::string& trace, Action action) {
  std::vector<std::string> messages;
  for (const Record& record : records_of(replayed(trace))) {
    if (record.is(action)) messages.push_back(record.message);
  }
  return messages;
}

TEST(ReplayAttempts, TheWrongPresharedKeyOfWrongkeyIsAnAttemptUntilItIsMended) {
  EXPECT_THAT(messages_of("wrongkey", Action::attempt),
              testing::IsSupersetOf({
                  "ATTEMPT wg0 10.1.0.2:40001: initiation invalid",
                  "ATTEMPT wg0 10.1.0.2:40002: mac invalid",
                  "ATTEMPT wg0 dTgaQ/v1 10.1.0.2:40003: unconfirmed",
              }));
  for (const Record& record : records_of(replayed("wrongkey"))) {
    if (record.is(Action::attempt) && record.reason == "unconfirmed") {
      EXPECT_EQ(record.witness, Witness::both);
      EXPECT_LE(record.created - record.as<AttemptBody>()->facts.first, seconds(17));
    }
  }
}

TEST(ReplayAttempts, WhereEveryHandshakeWasConfirmedThereIsNoAttempt) {
  for (const char* trace : {"basic", "roaming", "load-nolimit", "netns", "rsyslog"}) {
    EXPECT_THAT(messages_of(trace, Action::attempt), testing::IsEmpty()) << trace;
  }
}

TEST(ReplayAttempts, TheDeadPeersOfRetransmitAreAttemptsWithTheirCause) {
  const auto attempts = messages_of("retransmit", Action::attempt);
  for (const char* cause :
       {": peer silent", ": unanswered", ": handshake abandoned after 20 tries"}) {
    EXPECT_THAT(attempts, testing::Contains(testing::HasSubstr(cause)));
  }
  EXPECT_LE(attempts.size(), 12U) << "four minutes of retries are folded";
}

TEST(ReplayAttempts, TheUnreachablePeersOfBadpacketsAreAttempts) {
  const auto attempts = messages_of("badpackets", Action::attempt);
  EXPECT_THAT(attempts,
              testing::Contains(testing::HasSubstr("203.0.113.5:51820: no route, error")));
  EXPECT_THAT(attempts, testing::Contains(testing::HasSubstr("endpoint missing")));
}

// A real client under a real load: it is told what came from an address, and no peer of ours.
TEST(ReplayAttempts, TheCookieThatAClientGetsIsAnAttemptThatFailedAndTheNextOneASession) {
  EXPECT_THAT(messages_of("cookie", Action::attempt),
              testing::ElementsAre("ATTEMPT wgc21 10.1.0.1:51820: cookie received"));
  EXPECT_THAT(messages_of("cookie", Action::peer_online),
              testing::ElementsAre(testing::EndsWith(" from 10.1.0.2:40021")));
}

TEST(ReplayAttempts, ACookieThatThePeerDidNotMakeIsAnAttemptOfWhoeverSentIt) {
  EXPECT_THAT(messages_of("kernel-6-12", Action::attempt),
              testing::IsSupersetOf({
                  "ATTEMPT wg0 10.2.0.2:40079: cookie received",
                  "ATTEMPT wg0: cookie invalid",
                  "ATTEMPT wg0 10.2.0.2:40007: initiation invalid",
                  "ATTEMPT wg0 10.2.0.2:40017: mac invalid",
              }));
}

TEST(Replay, ThePeersTraceIsAnAuditTrailOfItsConfiguration) {
  EXPECT_THAT(messages_of("peers", Action::config_changed),
              testing::IsSupersetOf({
                  "CONFIG wg0 91FMN6ST: peer removed",
                  "CONFIG wg0 91FMN6ST: peer added",
                  "CONFIG wg0 zmhkR2A8: allowed ips 10.200.0.11/32 → 10.200.0.11/32,10.200.0.21/32",
                  "CONFIG wg0 a/tfUC+D: created anew with the same key",
                  "CONFIG wg0: interface key ypP+XFeFsUcWxlri9x7QzSy9LDgD4FXKargMmKcKylQ= → "
                  "zmhkR2A8KpZNXEZazqojb8JFsWxIAumv61i7au6kxyg=",
                  "CONFIG wg0: interface removed",
                  "CONFIG wg0: interface added",
              }));
}

TEST(Replay, TheRoamsOfRoamingAreTheEndpointsOfTheSessionInOrder) {
  std::optional<Session> roamed;
  for (const Record& record : records_of(replayed("roaming"))) {
    if (!record.is(Action::peer_roamed)) continue;
    const auto& [peer, endpoint, previous, session] = *record.as<PeerBody>();
    if (to_text(*peer.public_key).starts_with("zgh74sET")) roamed = session;
  }
  ASSERT_TRUE(roamed);
  std::vector<std::string> endpoints;
  for (const EndpointUse& use : roamed->endpoints) endpoints.push_back(to_text(use.endpoint));
  EXPECT_THAT(endpoints,
              testing::ElementsAre("10.1.0.2:40001", "10.1.0.2:41001", "10.1.0.77:41001",
                                   "[fd00:1::2]:41001", "10.1.0.77:41001", "10.1.0.77:42001"));
}

}  // namespace
}  // namespace wgaudit::replay_attempts_test
