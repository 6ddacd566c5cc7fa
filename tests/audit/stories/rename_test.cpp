#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "audit/story.hpp"

namespace wgaudit::rename_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

AuditorOptions with_names(std::chrono::seconds grace = {}) {
  AuditorOptions options;
  for (const char* name : {"alice", "bob", "carol"}) options.names[key_of(name)] = name;
  options.grace = grace;
  return options;
}

/// An interface with a key of its own.
DumpInterface gateway(std::string_view name, std::string_view key, std::vector<Row> rows) {
  DumpInterface interface = dump_interface(name, rows);
  interface.public_key = key_of(key);
  interface.listen_port = 51820;
  return interface;
}

constexpr std::string_view alices = "203.0.113.7:1";
constexpr std::string_view bobs = "203.0.113.8:1";
const Row alice{"alice", alices, 10, 1000, 2000};
const Row bob{"bob", "(none)"};

/// A run that has told of alice online on wg0.
Story begun(AuditorOptions options = with_names()) {
  Story story(std::move(options));
  story.dump(0.1, {gateway("wg0", "home", {{"alice", "(none)"}, bob})});
  story.dump(10.5, {gateway("wg0", "home", {alice, bob})});
  return story;
}

std::vector<std::string> renamed(Story& story, double time, std::string_view to,
                                 std::string_view from) {
  auto texts = story.datagram(
      time, fmt::format("<6>Nov 21 07:00:00 gw1 kernel: [{:12.6f}] {}: renamed from {}", 10 + time,
                        to, from));
  texts.erase(texts.begin());  // the line's own record
  return texts;
}

/// The sessions' names of all records that have one.
std::vector<std::string> sessions(const Story& story) {
  std::vector<std::string> names;
  for (const Record& record : story.last) {
    if (!record.session_id.empty()) names.push_back(record.session_id);
  }
  return names;
}

// Naive: REMOVED and ONLINE of everybody, two sessions where there was one.
TEST(Rename, ARowThatGoesOnProvesItWithoutALine) {
  Story story = begun();
  EXPECT_THAT(story.dump(30, {gateway("office", "home", {alice, bob})}),
              ElementsAre("@30 CONFIG office: interface wg0 → office"));
  EXPECT_THAT(story.dump(30.4, {gateway("office", "home", {alice, bob})}), IsEmpty());
  EXPECT_THAT(
      story.dump(190.1, {gateway("office", "home", {{"alice", alices, 10, 1100, 2100}, bob})}),
      ElementsAre("@190 OFFLINE office alice (timeout)",
                  "@190 SESSION office alice ended (timeout) after 180 s, received 1100, "
                  "sent 2100 bytes"));
  const auto names = sessions(story);
  EXPECT_EQ(names.size(), 3U);
  EXPECT_EQ(std::count(names.begin(), names.end(), names.front()), 3);
  const auto ended = std::find_if(story.last.rbegin(), story.last.rend(), [](const Record& record) {
    return record.is(Action::session_ended);
  });
  EXPECT_EQ(ended->session()->began_on, *parse_interface_name("wg0"));
}

TEST(Rename, TheRecordNamesBothAndIsOfTheNewName) {
  Story story = begun();
  story.dump(30, {gateway("office", "home", {alice, bob})});
  const Record& record = story.last.back();
  EXPECT_TRUE(record.is(Action::config_changed));
  EXPECT_EQ(record.interface, *parse_interface_name("office"));
  EXPECT_EQ(record.as<ConfigBody>()->change, (FieldChange{"interface", "wg0", "office"}));
}

TEST(Rename, OfAnInterfaceWhereNobodyEverShookHandsALineTells) {
  Story story(with_names());
  story.dump(0.1, {gateway("wg0", "home", {{"alice", "(none)"}, bob})});
  renamed(story, 9, "office", "wg0");
  EXPECT_THAT(story.dump(10, {gateway("office", "home", {{"alice", "(none)"}, bob})}),
              ElementsAre("@10 CONFIG office: interface wg0 → office"));
}

TEST(Rename, WithoutALineAndWithoutAHandshakeItMayBeAnotherInterface) {
  Story story(with_names());
  story.dump(0.1, {gateway("wg0", "home", {{"alice", "(none)"}})});
  EXPECT_THAT(story.dump(10, {gateway("office", "home", {{"alice", "(none)"}})}),
              ElementsAre("@10 CONFIG office: interface added", "@10 ADDED office alice offline"));
}

TEST(Rename, OverAnotherNameBetweenTwoDumpsIsOne) {
  Story story(with_names());
  story.dump(0.1, {gateway("wg0", "home", {bob})});
  renamed(story, 8, "tmp", "wg0");
  renamed(story, 9, "office", "tmp");
  EXPECT_THAT(story.dump(10, {gateway("office", "home", {bob})}),
              ElementsAre("@10 CONFIG office: interface wg0 → office"));
}

TEST(Rename, WhatIsCreatedWithTheSameKeyAndCountsFromZeroIsNone) {
  Story story = begun();
  renamed(story, 29, "office", "wg0");  // forged, or of the one that was destroyed
  EXPECT_THAT(
      story.dump(30, {gateway("office", "home", {{"alice", alices, 29, 180, 92}, bob})}),
      ElementsAre("@30 CONFIG office: interface added", "@30 ADDED office alice online",
                  "@29 ONLINE office alice from 203.0.113.7:1", "@30 ADDED office bob offline"));
  EXPECT_THAT(story.dump(30.4, {gateway("office", "home", {{"alice", alices, 29, 180, 92}, bob})}),
              ElementsAre("@30.4 CONFIG wg0: interface removed",
                          "@30.4 REMOVED wg0 alice (interface removed)",
                          "@30.4 SESSION wg0 alice ended (interface removed) after 20 s, received "
                          "1000, sent 2000 bytes",
                          "@30.4 REMOVED wg0 bob (interface removed)"));
}

TEST(Rename, ALineOfAnInterfaceWithAnotherKeyIsNone) {
  Story story = begun();
  renamed(story, 29, "office", "wg0");
  EXPECT_THAT(story.dump(30, {gateway("office", "other", {bob})}),
              ElementsAre("@30 CONFIG office: interface added", "@30 ADDED office bob offline"));
}

TEST(Rename, ALineOfAnInterfaceWithAnotherPortIsNone) {
  Story story = begun();
  renamed(story, 29, "office", "wg0");
  DumpInterface office = gateway("office", "home", {bob});
  office.listen_port = 51821;
  EXPECT_THAT(story.dump(30, {office}),
              ElementsAre("@30 CONFIG office: interface added", "@30 ADDED office bob offline"));
}

TEST(Rename, ALineThatNamesOneThatIsThereIsNone) {
  Story story(with_names());
  const Dump both = {gateway("wg0", "home", {bob}), gateway("wg1", "home", {bob})};
  story.dump(0.1, both);
  renamed(story, 29, "wg1", "wg0");
  EXPECT_THAT(story.dump(30, {both[1]}), IsEmpty()) << "the list can be partial";
  EXPECT_THAT(story.dump(30.4, both), IsEmpty());
}

TEST(Rename, OfTwoThatLinesCallTheSameOnlyOneGoesOn) {
  Story story(with_names());
  story.dump(0.1, {gateway("wg0", "home", {bob}), gateway("wg1", "home", {bob})});
  renamed(story, 29, "office", "wg0");
  renamed(story, 29.1, "office", "wg1");
  EXPECT_THAT(story.dump(30, {gateway("office", "home", {bob})}),
              ElementsAre("@30 CONFIG office: interface wg0 → office"));
  EXPECT_THAT(story.dump(30.4, {gateway("office", "home", {bob})}),
              ElementsAre("@30.4 CONFIG wg1: interface removed",
                          "@30.4 REMOVED wg1 bob (interface removed)"));
}

TEST(Rename, WhoIsAddedAndRemovedMeanwhileIsToldUnderTheNewName) {
  Story story = begun();
  EXPECT_THAT(
      story.dump(30, {gateway("office", "home", {alice, {"carol", "(none)"}})}),
      ElementsAre("@30 CONFIG office: interface wg0 → office",
                  "@30 CONFIG office bob: peer removed", "@30 CONFIG office carol: peer added",
                  "@30 REMOVED office bob (peer removed)", "@30 ADDED office carol offline"));
}

TEST(Rename, TwoThatExchangeTheirNamesKeepTheirSessions) {
  Story story(with_names());
  const Row online_bob{"bob", bobs, 12, 500, 600};
  story.dump(0.1, {gateway("wg0", "home", {{"alice", "(none)"}}),
                   gateway("wg1", "office", {{"bob", "(none)"}})});
  story.dump(12.5, {gateway("wg0", "home", {alice}), gateway("wg1", "office", {online_bob})});
  const Dump exchanged = {gateway("wg0", "office", {online_bob}), gateway("wg1", "home", {alice})};
  EXPECT_THAT(story.dump(30, exchanged), ElementsAre("@30 CONFIG wg1: interface wg0 → wg1",
                                                     "@30 CONFIG wg0: interface wg1 → wg0"));
  EXPECT_THAT(story.dump(60, exchanged), IsEmpty());
  Story after = restarted(story, 70, with_names());
  EXPECT_THAT(after.dump(71, exchanged), IsEmpty());
  EXPECT_THAT(after.dump(190.1, exchanged),
              ElementsAre("@190 OFFLINE wg1 alice (timeout)",
                          "@190 SESSION wg1 alice ended (timeout) after 180 s, received 1000, sent "
                          "2000 bytes"));
  EXPECT_EQ(sessions(after).back(), sessions(story).front());
}

TEST(Rename, OntoTheNameOfOneThatIsGoneEndsWhatWasThere) {
  Story story(with_names());
  story.dump(0.1, {gateway("wg0", "home", {{"alice", "(none)"}}), gateway("wg1", "office", {bob})});
  story.dump(10.5, {gateway("wg0", "home", {alice}), gateway("wg1", "office", {bob})});
  EXPECT_THAT(
      story.dump(30, {gateway("wg1", "home", {alice})}),
      ElementsAre("@30 CONFIG wg1: interface removed", "@30 CONFIG wg1: interface wg0 → wg1",
                  "@30 REMOVED wg1 bob (interface removed)"));
  EXPECT_THAT(story.dump(60, {gateway("wg1", "home", {alice})}), IsEmpty());
  EXPECT_EQ(story.auditor.peer_count(), 1U);
}

TEST(Rename, OntoTheNameOfOneThatIsGoneWithinTheGraceEndsWhatWasThereAtOnce) {
  Story story(with_names(std::chrono::seconds(60)));
  story.dump(0.1, {gateway("wg0", "office", {bob}), gateway("wg1", "home", {{"alice", "(none)"}})});
  story.dump(10.5, {gateway("wg0", "office", {bob}), gateway("wg1", "home", {alice})});
  EXPECT_THAT(
      story.dump(30, {gateway("wg0", "home", {alice})}),
      ElementsAre("@30 CONFIG wg0: interface removed", "@30 CONFIG wg0: interface wg1 → wg0",
                  "@30 REMOVED wg0 bob (interface removed)"));
  EXPECT_THAT(story.dump(60, {gateway("wg0", "home", {alice})}), IsEmpty());
}

TEST(Rename, WhileTheMonitorWasDownIsToldWhereARowGoesOn) {
  Story before = begun();
  Story after = restarted(before, 60, with_names());
  EXPECT_THAT(after.dump(61, {gateway("office", "home", {alice, bob})}),
              ElementsAre("@61 CONFIG office: interface wg0 → office"));
  Story third = restarted(after, 70, with_names());
  EXPECT_THAT(third.dump(71, {gateway("office", "home", {alice, bob})}), IsEmpty());
}

TEST(Rename, KeepsWhoIsGoneWithinTheGrace) {
  Story story = begun(with_names(std::chrono::seconds(60)));
  story.dump(20, {gateway("wg0", "home", {bob})});
  renamed(story, 29, "office", "wg0");
  EXPECT_THAT(story.dump(30, {gateway("office", "home", {bob})}),
              ElementsAre("@30 CONFIG office: interface wg0 → office"));
  EXPECT_THAT(story.dump(80, {gateway("office", "home", {bob})}),
              ElementsAre("@20 REMOVED office alice (peer removed)",
                          "@20 SESSION office alice ended (peer removed) after 10 s, received "
                          "1000, sent 2000 bytes"));
}

// ---- Created anew under the same name -----------------------------------------------------------

// Naive: peers that were removed, and others that were created anew.
TEST(InterfaceCreatedAnew, BetweenTwoDumpsIsToldAsWhatItWasWhereLinesTell) {
  Story story = begun();
  story.kernel(29, "Interface destroyed");
  story.kernel(29.1, "Interface created");
  EXPECT_THAT(
      story.dump(30, {gateway("wg0", "home", {{"alice", "(none)"}})}),
      ElementsAre("@30 CONFIG wg0: interface removed", "@30 CONFIG wg0: interface added",
                  "@30 REMOVED wg0 alice (interface removed)",
                  "@30 SESSION wg0 alice ended (interface removed) after 20 s, received "
                  "1000, sent 2000 bytes",
                  "@30 REMOVED wg0 bob (interface removed)", "@30 ADDED wg0 alice offline"));
  EXPECT_THAT(story.dump(60, {gateway("wg0", "home", {{"alice", "(none)"}})}), IsEmpty());
  Story after = restarted(story, 70, with_names());
  EXPECT_THAT(after.dump(71, {gateway("wg0", "home", {{"alice", "(none)"}})}), IsEmpty());
}

TEST(InterfaceCreatedAnew, WhoIsOnlineAgainByThenHasANewSession) {
  Story story = begun();
  story.kernel(29, "Interface destroyed");
  story.kernel(29.1, "Interface created");
  story.dump(31, {gateway("wg0", "home", {{"alice", alices, 30, 180, 92}, bob})});
  const auto online = std::find_if(story.last.rbegin(), story.last.rend(), [](const auto& record) {
    return record.is(Action::peer_online);
  });
  EXPECT_TRUE(online->session()->complete) << "it was created since the dump before";
  EXPECT_EQ(online->session()->rx_bytes, 180U);
  const auto names = sessions(story);
  EXPECT_NE(names.front(), names.back());
}

// Another namespace's wg0, or forged.
TEST(InterfaceCreatedAnew, LinesThatARowContradictsAreOfAnother) {
  Story story = begun();
  story.kernel(29, "Interface destroyed");
  story.kernel(29.1, "Interface created");
  EXPECT_THAT(
      story.dump(30, {gateway("wg0", "home", {alice})}),
      ElementsAre("@30 CONFIG wg0 bob: peer removed", "@30 REMOVED wg0 bob (peer removed)"));
}

TEST(InterfaceCreatedAnew, LinesThatNothingInTheDumpConfirmsAreOfAnother) {
  Story story(with_names());
  story.dump(0.1, {gateway("wg0", "home", {{"alice", "(none)"}, bob})});
  story.kernel(9, "Interface destroyed");
  story.kernel(9.1, "Interface created");
  EXPECT_THAT(story.dump(10, {gateway("wg0", "home", {{"alice", "(none)"}, bob})}), IsEmpty());
}

TEST(InterfaceCreatedAnew, LinesOfBeforeTheLastDumpSayNothingOfTheNext) {
  Story story = begun();
  story.kernel(29, "Interface destroyed");
  story.kernel(29.1, "Interface created");
  story.dump(30, {gateway("wg0", "home", {alice, bob})});
  EXPECT_THAT(story.dump(60, {gateway("wg0", "home", {{"alice", "(none)"}, bob})}),
              ElementsAre("@60 CONFIG wg0 alice: created anew with the same key",
                          "@60 CONFIG wg0 bob: created anew with the same key",
                          "@60 OFFLINE wg0 alice (peer recreated)",
                          "@60 SESSION wg0 alice ended (peer recreated) after 50 s, received 1000, "
                          "sent 2000 bytes"));
}

TEST(InterfaceCreatedAnew, WithinTheGraceTheSessionGoesOn) {
  Story story = begun(with_names(std::chrono::seconds(60)));
  story.kernel(29, "Interface destroyed");
  story.kernel(29.1, "Interface created");
  EXPECT_THAT(story.dump(30, {gateway("wg0", "home", {{"alice", "(none)"}, bob})}),
              ElementsAre("@30 CONFIG wg0: interface removed", "@30 CONFIG wg0: interface added"));
  EXPECT_THAT(story.dump(40.5, {gateway("wg0", "home", {{"alice", alices, 40, 180, 92}, bob})}),
              IsEmpty());
}

}  // namespace
}  // namespace wgaudit::rename_test
