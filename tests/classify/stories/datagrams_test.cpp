#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "support/read_file.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/classify/classifier.hpp"
#include "wgaudit/syslog/frame.hpp"
#include "wgaudit/syslog/kernel_line.hpp"

namespace wgaudit::datagrams_test {
namespace {

std::string to_outcome(const KernelEvent& event, std::uint32_t repeated) {
  const bool known = event.kind != EventKind::unknown_message;
  std::string outcome = (known ? "event:" : "") + std::string(to_text(event.kind));
  if (repeated > 1) outcome += " x" + std::to_string(repeated);
  return outcome;
}

/// Returns what becomes of a datagram, in the words of the files expected.tsv.
std::string outcome_of(const Classifier& classifier, std::string_view datagram) {
  const auto frame = parse_frame(datagram);
  if (!frame) return "rejected:" + std::string(to_text(frame.error()));
  const auto line = kernel_line(*frame);
  if (line) {
    const auto event = classifier.classify({"kernel", line->severity, line->text});
    return event ? to_outcome(*event, line->repeated) : "ignored";
  }
  if (frame->program != "kernel") {
    const auto event =
        classifier.classify({frame->program, frame->priority->severity, frame->message});
    if (event) return to_outcome(*event, 1);
  }
  return "rejected:" + std::string(to_text(line.error()));
}

/// Reads the first two columns of expected.tsv: file and outcome.
std::map<std::string, std::string> read_expected(const std::string& path) {
  const std::string text = read_file(path);
  std::map<std::string, std::string> expected;
  std::string_view rest = text;
  EXPECT_EQ(take_until(rest, '\n'), "file\toutcome\twhy");
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    const std::string file(take_until(line, '\t'));
    EXPECT_TRUE(expected.emplace(file, take_until(line, '\t')).second) << file << " twice";
  }
  return expected;
}

void expect_outcomes(const std::string& folder, std::size_t count) {
  const Classifier classifier(parse_patterns(
      read_file(WGAUDIT_SOURCE "/patterns/wireguard.patterns"), "shipped", wireguard_vocabulary()));
  const auto expected = read_expected(folder + "/expected.tsv");
  EXPECT_EQ(expected.size(), count);
  for (const auto& [file, outcome] : expected) {
    EXPECT_EQ(outcome_of(classifier, read_file(folder + "/" + file)), outcome) << file;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    if (entry.path().extension() != ".bin") continue;
    EXPECT_TRUE(expected.contains(file)) << file << " is not in expected.tsv";
  }
}

TEST(CapturedDatagrams, AreUnderstoodAsTheyShould) {
  expect_outcomes(WGAUDIT_TEST_DATA "/datagrams", 334);
}

TEST(MalformedDatagrams, AreTakenOrRefusedAsACarefulReceiverDoes) {
  expect_outcomes(WGAUDIT_TEST_DATA "/datagrams/malformed", 122);
}

}  // namespace
}  // namespace wgaudit::datagrams_test
