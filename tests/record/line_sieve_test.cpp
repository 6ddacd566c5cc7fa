#include "wgaudit/record/line_sieve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "record/random_records.hpp"
#include "wgaudit/record/record_encoder.hpp"

namespace wgaudit::line_sieve_test {
namespace {

const Observer observer{"gw1", ""};

std::string line_of(const Record& record) {
  if (record.stream() == Stream::journal) return to_json(record, observer);
  std::string line;
  RecordEncoder(observer).append(record, line);
  return line;
}

RecordFilter random_filter(Dice& dice) {
  RecordFilter filter;
  const std::string key = to_text(random_key(dice));
  if (dice.chance(0.4)) {
    filter.peer.emplace(dice.one_of(std::vector<std::string>{
        "alice", "7", "k\xC3\xB6nig", "a \"b\", c", key, key.substr(0, 4), key.substr(0, 3)}));
    const auto ids = dice.chance(0.2) ? dice.between(1, 40) : dice.between(0, 2);
    for (std::int64_t i = 0; i < ids; ++i) {
      filter.settled.push_back({PeerId{static_cast<std::uint64_t>(dice.between(1, 80))}, {1, 500}});
    }
  }
  for (auto i = dice.between(-3, 4); i > 0; --i) {
    filter.kinds.emplace_back(
        static_cast<EventKind>(dice.between(0, static_cast<int>(event_kind_count) - 1)));
    if (dice.chance(0.3)) filter.kinds.emplace_back(Action::session_ended);
  }
  if (dice.chance(0.3)) {
    filter.interface = *parse_interface_name(dice.one_of(random_interfaces()));
  }
  if (dice.chance(0.3)) {
    filter.source = parse_network(dice.one_of(
        std::vector<std::string>{"10.1.0.7", "10.1.0.0/16", "10.1.0.0/20", "0.0.0.0/0", "fe80::/10",
                                 "2001:db8::/32", "2001:db8::7", "2001:db8:1::/47"}));
  }
  if (dice.chance(0.3)) filter.since = story_start() + dice.between(secs(0), secs(5));
  if (dice.chance(0.3)) filter.until = story_start() + dice.between(secs(0), secs(5));
  return filter;
}

TEST(LineSieve, NeverPassesOverARecordThatTheFilterWants) {
  Dice dice(3);
  std::string text;
  std::vector<std::string> lines;
  std::map<std::string, Record, std::less<>> records;
  for (int i = 0; i < 600; ++i) {
    lines.push_back(line_of(i % 3 == 0 ? random_conclusion(dice) : random_event(dice)));
    text += lines.back() + "\n";
    records[lines.back()] = parse_record(lines.back()).value();
  }
  std::size_t wanted = 0;
  std::size_t looked_at = 0;
  for (int i = 0; i < 400; ++i) {
    const RecordFilter filter = random_filter(dice);
    std::vector<std::string> slow;
    std::vector<std::string> fast;
    for (const std::string& line : lines) {
      if (filter.matches(records.at(line))) slow.push_back(line);
    }
    LineSieve sieve(filter);
    sieve.search(text);
    for (auto line = sieve.next(); !line.empty(); line = sieve.next()) {
      ++looked_at;
      if (filter.matches(records.find(line)->second)) fast.emplace_back(line);
    }
    ASSERT_EQ(slow, fast);
    wanted += slow.size();
  }
  EXPECT_GT(wanted, 3'000U);
  EXPECT_LT(looked_at, 2 * wanted);
}

TEST(LineSieve, TakesEmptyTextAndALastLineWithoutEnd) {
  RecordFilter filter;
  filter.kinds = {EventKind::cookie_sent};
  LineSieve sieve(filter);
  sieve.search("");
  EXPECT_EQ(sieve.next(), "");
  sieve.search("a\n\"action\":\"cookie_sent\"\n\nb \"action\":\"cookie_sent\"");
  EXPECT_EQ(sieve.next(), "\"action\":\"cookie_sent\"");
  EXPECT_EQ(sieve.next(), "b \"action\":\"cookie_sent\"");
  EXPECT_EQ(sieve.next(), "");
  EXPECT_EQ(sieve.next(), "");

  LineSieve all{RecordFilter{}};
  all.search("\n\na\n\nb\n");
  EXPECT_EQ(all.next(), "a");
  EXPECT_EQ(all.next(), "b");
  EXPECT_EQ(all.next(), "");
}

TEST(LineSieve, LooksAtNoLineOutOfTime) {
  RecordFilter filter;
  filter.since = parse_rfc3339("2026-11-21T07:00:00Z");
  filter.until = parse_rfc3339("2026-11-21T08:00:00Z");
  LineSieve sieve(filter);
  sieve.search(
      "\"created\":\"2026-11-21T06:59:59.999999Z\"\n\"created\":\"2026-11-21T07:00:00.000000Z\"\n"
      "\"created\":\"2026-11-21T07:59:59.999999Z\"\n\"created\":\"2026-11-21T08:00:00.000000Z\"\n");
  EXPECT_EQ(sieve.next(), "\"created\":\"2026-11-21T07:00:00.000000Z\"");
  EXPECT_EQ(sieve.next(), "\"created\":\"2026-11-21T07:59:59.999999Z\"");
  EXPECT_EQ(sieve.next(), "");
}

}  // namespace
}  // namespace wgaudit::line_sieve_test
