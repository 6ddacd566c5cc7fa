#include "wgaudit/wireguard/dump.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "support/read_file.hpp"
#include "support/trace.hpp"
#include "wgaudit/wireguard/dump_parser.hpp"

namespace wgaudit::dump_test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view key_a = "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30g=";
constexpr std::string_view key_b = "imCpX6y82iC0S3zokRg69KXkRm1/qWAYX3N82ZbktlM=";
constexpr std::string_view secret = "AMZWngPzWcZXiXcpoyTjJt58FKoFgfHwV4j0tbEDeHk=";

std::string line_of(const std::vector<std::string_view>& fields) {
  std::string line;
  for (const auto field : fields) line.append(field).append("\t");
  line.back() = '\n';
  return line;
}

std::string interface_line(std::string_view name) {
  return line_of({name, secret, key_a, "51820", "off"});
}

std::string peer_line(std::string_view interface, std::string_view key) {
  return line_of({interface, key, "(none)", "(none)", "(none)", "0", "0", "0", "off"});
}

TEST(ParseDump, ReadsInterfacesAndTheirPeersInOrder) {
  const std::string text =
      line_of({"wg0", secret, key_a, "51820", "0xca6c"}) +
      line_of({"wg0", key_b, secret, "[fe80::1%eth0]:40001", "10.0.0.2/32,fd00::/64", "1795245190",
               "18446744073709551615", "148", "25"}) +
      peer_line("wg0", key_a) + line_of({"[1]", "(none)", "(none)", "0", "off"});
  const auto dump = parse_dump(text);
  ASSERT_TRUE(dump);
  ASSERT_EQ(dump->size(), 2U);

  const DumpInterface& wg0 = dump->front();
  EXPECT_EQ(wg0.name.view(), "wg0");
  EXPECT_EQ(to_text(wg0.public_key), key_a);
  EXPECT_EQ(wg0.listen_port, 51820);
  EXPECT_EQ(wg0.fwmark, 0xca6cU);
  ASSERT_EQ(wg0.peers.size(), 2U);
  const DumpPeer& peer = wg0.peers.front();
  EXPECT_EQ(to_text(peer.public_key), key_b);
  EXPECT_EQ(to_text(peer.endpoint), "[fe80::1%eth0]:40001");
  EXPECT_EQ(peer.allowed_ips, "10.0.0.2/32,fd00::/64");
  EXPECT_EQ(peer.latest_handshake.time_since_epoch(), 1'795'245'190s);
  EXPECT_EQ(peer.rx_bytes, 18446744073709551615U);
  EXPECT_EQ(peer.tx_bytes, 148U);
  EXPECT_EQ(peer.persistent_keepalive, 25s);

  DumpPeer silent;
  silent.public_key = *parse_public_key(key_a);
  silent.preshared_key = SecretDigest::none();
  silent.allowed_ips = "(none)";
  EXPECT_EQ(wg0.peers.back(), silent);

  const DumpInterface& bare = dump->back();
  EXPECT_EQ(bare.name.view(), "[1]");
  EXPECT_EQ(bare.public_key, PublicKey{});
  EXPECT_EQ(bare.listen_port, 0);
  EXPECT_EQ(bare.fwmark, 0U);
  EXPECT_TRUE(bare.peers.empty());
}

TEST(ParseDump, ReadsNoInterfaceAtAll) {
  const auto dump = parse_dump("");
  ASSERT_TRUE(dump);
  EXPECT_TRUE(dump->empty());
}

TEST(ParseDump, TakesOnePeerOnTwoInterfaces) {
  const auto dump = parse_dump(interface_line("wg0") + peer_line("wg0", key_b) +
                               interface_line("wg1") + peer_line("wg1", key_b));
  ASSERT_TRUE(dump);
  EXPECT_EQ(dump->at(0).peers, dump->at(1).peers);
}

/// A dump of two lines in which one field is another; the fields of the interface come first.
std::string dump_with(std::size_t field, std::string_view value) {
  std::vector<std::string_view> fields = {"wg0",        secret, key_a,  "51820",     "off",
                                          "wg0",        key_b,  secret, "1.2.3.4:5", "10.0.0.2/32",
                                          "1795245190", "1",    "2",    "25"};
  fields.at(field) = value;
  return line_of({fields.begin(), fields.begin() + 5}) +
         line_of({fields.begin() + 5, fields.end()});
}

TEST(ParseDump, SaysWhatIsWrongWithAField) {
  const struct {
    const char* name;
    std::size_t field;
    std::string_view value;
    DumpFault fault;
    std::size_t line;
  } rows[] = {
      {"interface too long", 0, "abcdefghijklmnop", DumpFault::bad_interface, 1},
      {"interface empty", 0, "", DumpFault::bad_interface, 1},
      {"interface with a blank", 0, "wg 0", DumpFault::bad_interface, 1},
      {"private key", 1, "x", DumpFault::bad_key, 1},
      {"private key empty", 1, "", DumpFault::bad_key, 1},
      {"public key of the interface", 2, "off", DumpFault::bad_key, 1},
      {"port above 65535", 3, "65536", DumpFault::bad_number, 1},
      {"port empty", 3, "", DumpFault::bad_number, 1},
      {"port negative", 3, "-1", DumpFault::bad_number, 1},
      {"fwmark without 0x", 4, "1234", DumpFault::bad_number, 1},
      {"fwmark without digits", 4, "0x", DumpFault::bad_number, 1},
      {"fwmark above 32 bits", 4, "0x100000000", DumpFault::bad_number, 1},
      {"fwmark with text", 4, "0x12 ", DumpFault::bad_number, 1},
      {"fwmark with a sign", 4, "0x-1", DumpFault::bad_number, 1},
      {"another interface's peer", 5, "wg1", DumpFault::stray_peer, 2},
      {"peer without key", 6, "(none)", DumpFault::bad_key, 2},
      {"public key cut short", 6, key_b.substr(1), DumpFault::bad_key, 2},
      {"preshared key", 7, "x", DumpFault::bad_key, 2},
      {"endpoint without port", 8, "1.2.3.4", DumpFault::bad_endpoint, 2},
      {"endpoint empty", 8, "", DumpFault::bad_endpoint, 2},
      {"endpoint of getnameinfo's error", 8, "Name or service not known", DumpFault::bad_endpoint,
       2},
      {"allowed IPs empty", 9, "", DumpFault::bad_allowed_ips, 2},
      {"allowed IP without length", 9, "10.0.0.2", DumpFault::bad_allowed_ips, 2},
      {"allowed IP with a length too great", 9, "10.0.0.2/33", DumpFault::bad_allowed_ips, 2},
      {"allowed IPv6 with a length too great", 9, "fd00::/129", DumpFault::bad_allowed_ips, 2},
      {"allowed IP without address", 9, "/32", DumpFault::bad_allowed_ips, 2},
      {"allowed IPs with a blank", 9, "10.0.0.2/32, 10.0.0.3/32", DumpFault::bad_allowed_ips, 2},
      {"allowed IPs with an empty one in the middle", 9, "10.0.0.2/32,,10.0.0.3/32",
       DumpFault::bad_allowed_ips, 2},
      {"allowed IPs that end in a comma", 9, "10.0.0.2/32,", DumpFault::bad_allowed_ips, 2},
      {"handshake negative", 10, "-1", DumpFault::bad_number, 2},
      {"handshake in the year 10000", 10, "253402300800", DumpFault::bad_number, 2},
      {"handshake with decimals", 10, "1795245190.5", DumpFault::bad_number, 2},
      {"received above 64 bits", 11, "18446744073709551616", DumpFault::bad_number, 2},
      {"sent empty", 12, "", DumpFault::bad_number, 2},
      {"keepalive above 65535", 13, "65536", DumpFault::bad_number, 2},
      {"keepalive as a word", 13, "on", DumpFault::bad_number, 2},
      {"line that ends in CR", 13, "25\r", DumpFault::bad_number, 2},
  };
  ASSERT_TRUE(parse_dump(dump_with(0, "wg0")));
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto dump = parse_dump(dump_with(row.field, row.value));
    ASSERT_FALSE(dump);
    EXPECT_EQ(to_text(dump.error().fault), to_text(row.fault));
    EXPECT_EQ(dump.error().line, row.line);
  }
}

TEST(ParseDump, SaysWhatIsWrongWithItsLines) {
  const std::string wg0 = interface_line("wg0");
  const struct {
    const char* name;
    std::string text;
    DumpFault fault;
    std::size_t line;
  } rows[] = {
      {"text", "Unable to access interface wg0: No such device\n", DumpFault::wrong_field_count, 1},
      {"blank line", wg0 + "\n", DumpFault::wrong_field_count, 2},
      {"`wg show wg0 dump`", line_of({secret, key_a, "51820", "off"}), DumpFault::wrong_field_count,
       1},
      {"tab too many",
       wg0 + line_of({"wg0", key_b, secret, "(none)", "(none)", "0", "0", "0", "off", ""}),
       DumpFault::wrong_field_count, 2},
      {"peer first", peer_line("wg0", key_b) + wg0, DumpFault::stray_peer, 1},
      {"peer of the interface before", wg0 + interface_line("wg1") + peer_line("wg0", key_b),
       DumpFault::stray_peer, 3},
      {"interface twice", wg0 + interface_line("wg1") + wg0, DumpFault::duplicate, 3},
      {"peer twice",
       wg0 + peer_line("wg0", key_a) + peer_line("wg0", key_b) + peer_line("wg0", key_a),
       DumpFault::duplicate, 4},
      {"no line end", wg0.substr(0, wg0.size() - 1), DumpFault::cut_short, 1},
      {"no line end after a peer", wg0 + "wg0", DumpFault::cut_short, 2},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto dump = parse_dump(row.text);
    ASSERT_FALSE(dump);
    EXPECT_EQ(to_text(dump.error().fault), to_text(row.fault));
    EXPECT_EQ(dump.error().line, row.line);
  }
}

TEST(DumpError, HasNoRoomForAKey) {
  const auto [fault, line] = DumpError{DumpFault::bad_key, 7};
  EXPECT_EQ(fault, DumpFault::bad_key);
  EXPECT_EQ(line, 7U);
  static_assert(sizeof(DumpError) <= 2 * sizeof(std::size_t), "it has a third member");
  static_assert(std::is_same_v<decltype(DumpError::fault), DumpFault>);
  static_assert(std::is_same_v<decltype(DumpError::line), std::size_t>);
}

/// Lines that have `fields` fields, counted without the parser.
std::ptrdiff_t count_lines(std::string_view dump, std::ptrdiff_t fields) {
  std::ptrdiff_t lines = 0;
  while (!dump.empty()) {
    const auto line = take_until(dump, '\n');
    if (std::count(line.begin(), line.end(), '\t') + 1 == fields) ++lines;
  }
  return lines;
}

void expect_whole(const std::string& text) {
  const auto dump = parse_dump(text);
  ASSERT_TRUE(dump) << to_text(dump.error().fault) << " in line " << dump.error().line;
  EXPECT_EQ(std::ssize(*dump), count_lines(text, 5));
  std::ptrdiff_t peers = 0;
  for (const auto& interface : *dump) peers += std::ssize(interface.peers);
  EXPECT_EQ(peers, count_lines(text, 9));
}

TEST(ParseDump, ReadsEveryDumpOfEveryTrace) {
  std::size_t dumps = 0;
  for (const auto* trace : recorded_trace_names) {
    SCOPED_TRACE(trace);
    for (const auto& recorded : read_dumps(trace_folder(trace) + "/dumps.jsonl")) {
      ASSERT_EQ(recorded.rc, 0);
      ASSERT_NO_FATAL_FAILURE(expect_whole(recorded.dump)) << recorded.t_us;
      ++dumps;
    }
  }
  EXPECT_EQ(dumps, 3878U);
}

/// Dumps of a guest with odd interface names, scopes, ISATAP and v4-mapped endpoints; each stands
/// between a line `--- wg show all dump in …` and a line `exit N`.
std::vector<std::string> odd_dumps() {
  const std::string text = read_file(WGAUDIT_TEST_DATA "/kmsg/6.1.192-debian12.wgdump");
  std::vector<std::string> dumps;
  bool inside = false;
  for (std::string_view rest = text; !rest.empty();) {
    const auto line = take_until(rest, '\n');
    if (line.substr(0, 22) == "--- wg show all dump i") {
      dumps.emplace_back();
      inside = true;
    } else if (line.substr(0, 5) == "exit ") {
      inside = false;
    } else if (inside) {
      dumps.back().append(line).append("\n");
    }
  }
  return dumps;
}

TEST(ParseDump, ReadsDumpsWithOddNamesAndAddresses) {
  const auto dumps = odd_dumps();
  ASSERT_EQ(dumps.size(), 43U);
  std::string all;
  for (const auto& dump : dumps) {
    all += dump;
    ASSERT_NO_FATAL_FAILURE(expect_whole(dump)) << dump;
  }
  for (const auto* odd : {"\nwireguard\t", "\n[1]\t", "\t[::ffff:", "%", "\t0x"}) {
    EXPECT_NE(all.find(odd), std::string::npos) << odd;  // the data still hold what they are for
  }
}

TEST(ParseDump, RefusesADumpThatIsCutAnywhereInALine) {
  for (const auto* trace : {"peers", "roaming"}) {
    const auto dumps = read_dumps(trace_folder(trace) + "/dumps.jsonl");
    const auto longest = std::max_element(
        dumps.begin(), dumps.end(),
        [](const auto& a, const auto& b) { return a.dump.size() < b.dump.size(); });
    const std::string_view whole = longest->dump;
    ASSERT_GT(count_lines(whole, 9), 2);
    std::size_t line = 1;
    for (std::size_t size = 1; size < whole.size(); ++size) {
      const auto dump = parse_dump(whole.substr(0, size));
      if (whole[size - 1] == '\n') {
        EXPECT_TRUE(dump) << "cut after " << size;
        ++line;
        continue;
      }
      ASSERT_FALSE(dump) << "cut after " << size;
      EXPECT_EQ(dump.error().fault, DumpFault::cut_short);
      EXPECT_EQ(dump.error().line, line);
    }
  }
}

}  // namespace
}  // namespace wgaudit::dump_test
