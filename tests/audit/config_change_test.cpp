#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "story.hpp"

namespace wgaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

AuditorOptions with_names() {
  AuditorOptions options;
  for (const char* name : {"alice", "bob", "carol"}) options.names[key_of(name)] = name;
  return options;
}

const DigestSalt salt = {1, 2, 3};

/// wg0 with alice, to be changed.
struct Configured {
  DumpInterface interface = dump_interface("wg0", {{"alice"}});
  DumpPeer& alice() { return interface.peers.front(); }
  Dump dump() const { return {interface}; }
};

TEST(ConfigChange, EveryFieldIsToldWithBeforeAndAfter) {
  const struct {
    void (*change)(Configured&);
    std::string_view message;
  } rows[] = {
      {[](Configured& c) { c.alice().allowed_ips = "10.0.0.2/32,fd00::/64"; },
       "@30 CONFIG wg0 alice: allowed ips 10.0.0.2/32 → 10.0.0.2/32,fd00::/64"},
      {[](Configured& c) { c.alice().persistent_keepalive = std::chrono::seconds(25); },
       "@30 CONFIG wg0 alice: persistent keepalive off → 25"},
      {[](Configured& c) { c.alice().preshared_key = SecretDigest::of("other", salt); },
       "@30 CONFIG wg0 alice: preshared key changed"},
      {[](Configured& c) { c.alice().preshared_key = SecretDigest::none(); },
       "@30 CONFIG wg0 alice: preshared key set → (none)"},
      {[](Configured& c) { c.interface.listen_port = 51820; },
       "@30 CONFIG wg0: listen port 0 → 51820"},
      {[](Configured& c) { c.interface.fwmark = 0xca6c; }, "@30 CONFIG wg0: fwmark off → 0xca6c"},
      {[](Configured& c) { c.interface.public_key = key_of("gateway"); },
       "@30 CONFIG wg0: interface key (none) → Z2F0ZXdheQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.message);
    Story story(with_names());
    Configured configured;
    configured.alice().preshared_key = SecretDigest::of("one", salt);
    story.dump(0.1, configured.dump());
    row.change(configured);
    EXPECT_THAT(story.dump(30, configured.dump()), ElementsAre(row.message));
    EXPECT_THAT(story.dump(60, configured.dump()), IsEmpty());
  }
}

TEST(ConfigChange, ATrafficCounterAnEndpointOrAHandshakeIsNone) {
  Story story;
  story.dump(0.1, {dump_interface("wg0", {{"alice", "(none)"}})});
  story.dump(30, {dump_interface("wg0", {{"alice", "203.0.113.7:1", 29, 180, 92}})});
  for (const Record& record : story.last) EXPECT_FALSE(record.is(Action::config_changed));
}

TEST(ConfigChange, TheFirstDumpIsNone) {
  Story story;
  story.dump(0.1, {dump_interface("wg0", {{"alice"}})});
  for (const Record& record : story.last) EXPECT_FALSE(record.is(Action::config_changed));
}

TEST(ConfigChange, PeersAndInterfacesThatComeAndGoAreTold) {
  Story story(with_names());
  const DumpInterface wg0 = dump_interface("wg0", {{"alice", "(none)"}});
  story.dump(0.1, {wg0});
  EXPECT_THAT(story.dump(30, {dump_interface("wg0", {{"bob", "(none)"}})}),
              ElementsAre("@30 CONFIG wg0 alice: peer removed", "@30 CONFIG wg0 bob: peer added",
                          "@30 REMOVED wg0 alice (peer removed)", "@30 ADDED wg0 bob offline"));
  EXPECT_THAT(story.dump(60, {dump_interface("wg0", {{"bob", "(none)"}}),
                              dump_interface("wg1", {{"carol", "(none)"}})}),
              ElementsAre("@60 CONFIG wg1: interface added", "@60 ADDED wg1 carol offline"));
  story.dump(90, {dump_interface("wg0", {{"bob", "(none)"}})});
  EXPECT_THAT(story.dump(90.4, {dump_interface("wg0", {{"bob", "(none)"}})}),
              ElementsAre("@90.4 CONFIG wg1: interface removed",
                          "@90.4 REMOVED wg1 carol (interface removed)"));
}

// Ids ascend, and a dump lists them in that order: who was created anew is at the end.
TEST(ConfigChange, APeerCreatedAnewIsKnownByItsPlaceBeforeItEverShookHands) {
  Story story(with_names());
  story.dump(0.1, {dump_interface("wg0", {{"alice"}, {"bob"}, {"carol"}})});
  EXPECT_THAT(story.dump(30, {dump_interface("wg0", {{"alice"}, {"carol"}, {"bob"}})}),
              ElementsAre("@30 CONFIG wg0 bob: created anew with the same key"));
}

TEST(ConfigChange, AllBehindAPeerThatCountsFromZeroAgainAreCreatedAnew) {
  Story story(with_names());
  story.dump(0.1, {dump_interface("wg0", {{"alice"}, {"bob", "(none)", -1, 9, 9}, {"carol"}})});
  EXPECT_THAT(story.dump(30, {dump_interface("wg0", {{"alice"}, {"bob", "(none)"}, {"carol"}})}),
              ElementsAre("@30 CONFIG wg0 bob: created anew with the same key",
                          "@30 CONFIG wg0 carol: created anew with the same key"));
}

TEST(ConfigChange, WhatChangedWhileTheMonitorWasDownIsTold) {
  Story before(with_names());
  before.dump(0.1, {dump_interface("wg0", {{"alice", "(none)"}, {"bob", "(none)"}})});
  Story after(with_names());
  for (const Record& record : before.last) after.auditor.restore(record);
  after.auditor.on_start({}, at(60), after.records);
  after.take();
  DumpInterface changed = dump_interface("wg0", {{"alice", "(none)"}});
  changed.peers.front().allowed_ips = "0.0.0.0/0";
  changed.peers.front().preshared_key = SecretDigest::of("one", salt);
  EXPECT_THAT(after.dump(61, {changed}),
              ElementsAre("@61 CONFIG wg0 bob: peer removed",
                          "@61 CONFIG wg0 alice: allowed ips 10.0.0.2/32 → 0.0.0.0/0",
                          "@61 REMOVED wg0 bob (peer removed)"));
}

TEST(ConfigChange, OfAPresharedKeyTheRecordSaysOnlyWhetherThereIsOne) {
  Story story(with_names());
  Configured configured;
  configured.alice().preshared_key = SecretDigest::of("one", salt);
  story.dump(0.1, configured.dump());
  configured.alice().preshared_key = SecretDigest::of("two", salt);
  story.dump(30, configured.dump());
  EXPECT_EQ(story.last.back().change, (FieldChange{"preshared_key", "set", "set"}));
}

}  // namespace
}  // namespace wgaudit
