#include "shell/classify_logs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "audit/story.hpp"

namespace wgaudit {
namespace {

// The auditor would take it for an attempt at the time of reading.
TEST(ClassifyLogs, GiveWhatWasPrintedAndNothingThatIsConcludedOfIt) {
  std::istringstream log(
      "2026-11-20T06:00:00.5+00:00 gw1 kernel: wireguard: wg0: Invalid MAC of handshake, dropping "
      "packet from 198.51.100.1:5\n"
      "no log line\n");
  std::vector<std::string> messages;
  const std::size_t rejected = classify_logs(log, shipped_classifier(), [&](const auto& line) {
    messages.push_back(to_rfc3339(*parse_record(line)->timestamp) + " " +
                       parse_record(line)->message);
  });
  EXPECT_THAT(messages,
              testing::ElementsAre("2026-11-20T06:00:00.500000Z wg0 mac invalid (198.51.100.1:5)"));
  EXPECT_EQ(rejected, 1U);
}

}  // namespace
}  // namespace wgaudit
