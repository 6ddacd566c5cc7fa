// A dump is read as if it were the first, whatever the output before it was.

#include "wgaudit/wireguard/dump_parser.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/trace.hpp"

namespace wgaudit::dump_parser_test {
namespace {

/// A key of which all letters but the padding are `letter`: one that ends in zero bits.
std::string key(char letter) {
  return std::string(42, letter) + "A=";
}

std::string interface_line(std::string_view name) {
  return fmt::format("{}\t{}\t{}\t51820\toff\n", name, key('s'), key('p'));
}

std::string peer_line(std::string_view interface, char letter, std::string_view rest = "") {
  return fmt::format(
      "{}\t{}\t{}\n", interface, key(letter),
      rest.empty() ? "(none)\t203.0.113.7:51820\t10.0.0.2/32\t1795245190\t100\t200\t25" : rest);
}

std::string peers(std::string_view interface, std::string_view letters) {
  std::string text = interface_line(interface);
  for (const char letter : letters) text += peer_line(interface, letter);
  return text;
}

void expect_equal(const Dump& dump, const Dump& want) {
  ASSERT_EQ(dump.size(), want.size());
  for (std::size_t i = 0; i < dump.size(); ++i) {
    EXPECT_EQ(dump[i].name, want[i].name);
    EXPECT_EQ(dump[i].public_key, want[i].public_key);
    EXPECT_EQ(dump[i].listen_port, want[i].listen_port);
    EXPECT_EQ(dump[i].fwmark, want[i].fwmark);
    EXPECT_EQ(dump[i].peers, want[i].peers);
  }
}

/// Reads `text` and compares the result with that of a new parser.
void expect_as_if_first(DumpParser& parser, const std::string& text) {
  const auto dump = parser.parse(text);
  const auto want = parse_dump(text);
  ASSERT_EQ(dump.has_value(), want.has_value()) << text;
  if (want) return expect_equal(**dump, *want);
  EXPECT_EQ(dump.error().fault, want.error().fault) << text;
  EXPECT_EQ(dump.error().line, want.error().line) << text;
}

TEST(DumpParser, ReadsEveryTracesDumpsOneAfterAnother) {
  for (const auto* trace : recorded_trace_names) {
    SCOPED_TRACE(trace);
    DumpParser parser;
    for (const auto& recorded : read_dumps(trace_folder(trace) + "/dumps.jsonl")) {
      ASSERT_NO_FATAL_FAILURE(expect_as_if_first(parser, recorded.dump));
    }
  }
}

TEST(DumpParser, SeesAChangeOfAnyField) {
  const std::string before = peers("wg0", "abc");
  const std::vector<std::string> rests = {
      key('x') + "\t203.0.113.7:51820\t10.0.0.2/32\t1795245190\t100\t200\t25",
      key('y') + "\t203.0.113.7:51820\t10.0.0.2/32\t1795245190\t100\t200\t25",
      "(none)\t203.0.113.8:51820\t10.0.0.2/32\t1795245190\t100\t200\t25",
      "(none)\t203.0.113.7:51820\t10.0.0.3/32\t1795245190\t100\t200\t25",
      "(none)\t203.0.113.7:51820\t10.0.0.2/32\t1795245191\t100\t200\t25",
      "(none)\t203.0.113.7:51820\t10.0.0.2/32\t1795245190\t101\t200\t25",
      "(none)\t203.0.113.7:51820\t10.0.0.2/32\t1795245190\t100\t201\t25",
      "(none)\t203.0.113.7:51820\t10.0.0.2/32\t1795245190\t100\t200\toff",
      "(none)\t203.0.113.7:51820\t10.0.0.2/32\t1795245190\t100\t200\t2",
  };
  DumpParser parser;
  expect_as_if_first(parser, before);
  for (const std::string& rest : rests) {
    expect_as_if_first(parser, interface_line("wg0") + peer_line("wg0", 'a') +
                                   peer_line("wg0", 'b', rest) + peer_line("wg0", 'c'));
  }
  expect_as_if_first(parser, before);
}

TEST(DumpParser, FollowsRowsThatComeGoAndChangePlaces) {
  DumpParser parser;
  for (const auto* letters : {"abc", "abc", "ab", "abcd", "bcd", "dcb", "", "abcdefgh", "ab"}) {
    SCOPED_TRACE(letters);
    expect_as_if_first(parser, peers("wg0", letters));
    expect_as_if_first(parser, peers("wg0", letters) + peers("wg1", "xyz"));
  }
}

TEST(DumpParser, FollowsInterfacesThatComeGoAndChangePlaces) {
  const std::string wg0 = peers("wg0", "abc");
  const std::string wg1 = peers("wg1", "abc");
  const std::string wg10 = peers("wg10", "abc");
  DumpParser parser;
  for (const std::string& text :
       {wg0 + wg1, wg1 + wg0, wg1, wg10 + wg1, wg0 + wg10 + wg1, std::string(), wg0}) {
    expect_as_if_first(parser, text);
  }
}

TEST(DumpParser, RefusesWhatItWouldRefuseWithoutTheOneBefore) {
  const std::string good = peers("wg0", "abc") + peers("wg1", "xyz");
  const std::vector<std::string> bad = {
      peers("wg0", "abb"),
      peers("wg0", "abca"),
      peers("wg0", "aba") + peers("wg1", "xyz"),
      peers("wg0", "abc") + peers("wg0", "abc"),
      interface_line("wg0") + peer_line("wg1", 'a'),
      peer_line("wg0", 'a'),
      good.substr(0, good.size() - 1),
      peers("wg0", "abc") + "wg0\t" + key('d') + "\n",
      interface_line("wg0") + peer_line("wg0", 'a', "(none)\t(none)"),
      interface_line("wg0") +
          peer_line("wg0", 'a', "secret\t203.0.113.7:51820\t10.0.0.2/32\t1795245190\t100\t200\t25"),
  };
  DumpParser parser;
  for (const std::string& text : bad) {
    expect_as_if_first(parser, good);
    EXPECT_FALSE(parse_dump(text)) << text;
    expect_as_if_first(parser, text);
  }
  expect_as_if_first(parser, good);
}

}  // namespace
}  // namespace wgaudit::dump_parser_test
