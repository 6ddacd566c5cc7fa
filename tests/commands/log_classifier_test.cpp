#include "commands/log_classifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "audit/story.hpp"

namespace wgaudit::log_classifier_test {
namespace {

constexpr const char* log_text =
    "2026-11-20T06:00:00.5+00:00 gw1 kernel: wireguard: wg0: Invalid MAC of handshake, dropping "
    "packet from 198.51.100.1:5\n"
    "no log line\n"
    "2026-11-20T06:00:01+00:00 gw1 kernel: wireguard: wg1: Receiving keepalive packet from peer 7 "
    "(10.1.0.7:40001)\n"
    "[12345.678901] wireguard: wg0: \x1b[2J\n";

std::vector<std::string> classified(const RecordFilter& filter, ShownForm form) {
  std::istringstream log(log_text);
  std::vector<std::string> lines;
  std::size_t read = 0;
  const std::size_t rejected = classify_logs(
      log, shipped_classifier(), filter, form, [&](auto line) { lines.emplace_back(line); },
      [&](std::size_t bytes) { read += bytes; });
  EXPECT_EQ(rejected, 1U);
  EXPECT_EQ(read, std::string_view(log_text).size());
  return lines;
}

// The auditor would take the first for an attempt at the time of reading.
TEST(ClassifyLogs, GiveWhatWasPrintedAndNothingThatIsConcludedOfIt) {
  std::vector<std::string> messages;
  for (const std::string& line : classified({}, ShownForm::json)) {
    const auto record = parse_record(line);
    messages.push_back((record->timestamp ? to_rfc3339(*record->timestamp) : "-") + " " +
                       record->message);
  }
  EXPECT_THAT(messages,
              testing::ElementsAre("2026-11-20T06:00:00.500000Z wg0 mac invalid (198.51.100.1:5)",
                                   "2026-11-20T06:00:01.000000Z wg1 peer 7: keepalive received "
                                   "(10.1.0.7:40001)",
                                   "- wg0 unknown message, wireguard: wg0: \\x1b[2J"));
}

TEST(ClassifyLogs, ShowTheLineBelowWhereItIsAskedFor) {
  EXPECT_THAT(
      classified({}, ShownForm::raw),
      testing::ElementsAre(
          "2026-11-20T06:00:00.500000Z wg0 mac invalid (198.51.100.1:5)\n"
          "    2026-11-20T06:00:00.5+00:00 gw1 kernel: wireguard: wg0: Invalid MAC of handshake, "
          "dropping packet from 198.51.100.1:5",
          "2026-11-20T06:00:01.000000Z wg1 peer 7: keepalive received (10.1.0.7:40001)\n"
          "    2026-11-20T06:00:01+00:00 gw1 kernel: wireguard: wg1: Receiving keepalive packet "
          "from "
          "peer 7 (10.1.0.7:40001)",
          "- wg0 unknown message, wireguard: wg0: \\x1b[2J\n"
          "    [12345.678901] wireguard: wg0: \\x1b[2J"));
}

TEST(ClassifyLogs, AreFilteredByWhatTheLogTells) {
  const auto count = [](auto set) {
    RecordFilter filter;
    set(filter);
    return classified(filter, ShownForm::text).size();
  };
  EXPECT_EQ(count([](RecordFilter& filter) { filter.peer.emplace("7"); }), 1U);
  EXPECT_EQ(count([](RecordFilter& filter) { filter.kinds = {EventKind::mac_invalid}; }), 1U);
  EXPECT_EQ(count([](RecordFilter& filter) { filter.interface = *parse_interface_name("wg0"); }),
            2U);
  EXPECT_EQ(count([](RecordFilter& filter) { filter.source = parse_network("10.1.0.0/16"); }), 1U);
  EXPECT_EQ(
      count([](RecordFilter& filter) { filter.since = parse_rfc3339("2026-11-20T06:00:01Z"); }),
      1U);
  EXPECT_EQ(
      count([](RecordFilter& filter) { filter.until = parse_rfc3339("2026-11-20T06:00:01Z"); }),
      1U);
}

}  // namespace
}  // namespace wgaudit::log_classifier_test
