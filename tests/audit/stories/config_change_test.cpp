#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::config_change_test {
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

DumpInterface configured_wg0() {
  DumpInterface wg0 = dump_interface("wg0", {{"alice", "(none)"}});
  wg0.public_key = key_of("gateway");
  wg0.listen_port = 51820;
  wg0.fwmark = 0xca6c;
  return wg0;
}

std::vector<std::string> interface_snapshots(const Story& story) {
  std::vector<std::string> texts;
  for (const Record& record : story.last) {
    if (record.as<InterfaceSettings>() != nullptr) texts.push_back(record.message);
  }
  return texts;
}

TEST(ConfigChange, AnInterfaceIsRecordedAsItIsWhenItIsFirstSeenAndWhenItWasChanged) {
  Story story(with_names());
  DumpInterface wg0 = configured_wg0();
  story.dump(0.1, {wg0});
  story.dump(30, {wg0});
  EXPECT_THAT(interface_snapshots(story),
              ElementsAre("wg0 is Z2F0ZXdh, port 51820, fwmark 0xca6c"));
  wg0.fwmark = 0;
  wg0.public_key = {};
  story.dump(60, {wg0});
  EXPECT_EQ(interface_snapshots(story).back(), "wg0 has no key, port 51820");
  EXPECT_EQ(interface_snapshots(story).size(), 2U);
}

TEST(ConfigChange, WhatChangedOfAnInterfaceWhileTheMonitorWasDownIsTold) {
  Story before(with_names());
  before.dump(0.1, {configured_wg0()});
  Story after = restarted(before, 60, with_names());
  DumpInterface wg0 = configured_wg0();
  wg0.public_key = key_of("other");
  wg0.listen_port = 51821;
  wg0.fwmark = 0;
  EXPECT_THAT(
      after.dump(61, {wg0}),
      ElementsAre("@61 CONFIG wg0: interface key Z2F0ZXdheQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
                  " → b3RoZXIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                  "@61 CONFIG wg0: listen port 51820 → 51821",
                  "@61 CONFIG wg0: fwmark 0xca6c → off"));
}

TEST(ConfigChange, WhatWasToldBeforeTheRestartIsNotToldAgain) {
  Story before(with_names());
  DumpInterface wg0 = configured_wg0();
  before.dump(0.1, {wg0});
  wg0.listen_port = 51821;
  wg0.fwmark = 0;
  wg0.peers.front().allowed_ips = "0.0.0.0/0";
  wg0.peers.front().persistent_keepalive = std::chrono::seconds(25);
  EXPECT_EQ(before.dump(30, {wg0}).size(), 4U);
  Story after = restarted(before, 60, with_names());
  EXPECT_THAT(after.dump(61, {wg0}), IsEmpty());
}

TEST(ConfigChange, WhoCameAndWentWhileTheMonitorWasDownIsTold) {
  Story before(with_names());
  const DumpInterface wg1 = dump_interface("wg1", {});
  before.dump(0.1, {configured_wg0(), wg1});
  Story after = restarted(before, 60, with_names());
  DumpInterface wg0 = configured_wg0();
  wg0.peers.push_back(dump_peer({"bob", "(none)"}));
  const DumpInterface wg2 = dump_interface("wg2", {{"carol", "(none)"}});
  EXPECT_THAT(after.dump(61, {wg0, wg2}),
              ElementsAre("@61 CONFIG wg0 bob: peer added", "@61 CONFIG wg2: interface added",
                          "@61 ADDED wg0 bob offline", "@61 ADDED wg2 carol offline"));
  EXPECT_THAT(after.dump(61.4, {wg0, wg2}), ElementsAre("@61.4 CONFIG wg1: interface removed"));
  Story third = restarted(after, 70, with_names());
  EXPECT_THAT(third.dump(71, {wg0, wg2}), IsEmpty());
}

TEST(ConfigChange, TheHeadOfASegmentHasTheInterfacesToo) {
  Story before(with_names());
  before.dump(0.1, {configured_wg0()});
  before.last.clear();
  before.auditor.snapshot_records(at(10), before.records);
  before.take();
  Story after = restarted(before, 60, with_names());
  DumpInterface wg0 = configured_wg0();
  wg0.listen_port = 1;
  EXPECT_THAT(after.dump(61, {wg0}), ElementsAre("@61 CONFIG wg0: listen port 51820 → 1"));
}

TEST(ConfigChange, OfAPresharedKeyTheRecordSaysOnlyWhetherThereIsOne) {
  Story story(with_names());
  Configured configured;
  configured.alice().preshared_key = SecretDigest::of("one", salt);
  story.dump(0.1, configured.dump());
  configured.alice().preshared_key = SecretDigest::of("two", salt);
  story.dump(30, configured.dump());
  EXPECT_EQ(story.last.back().as<ConfigBody>()->change,
            (FieldChange{"preshared_key", "set", "set"}));
}

}  // namespace
}  // namespace wgaudit::config_change_test
