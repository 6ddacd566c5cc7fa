#include "wgaudit/record/record_encoder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "audit/story.hpp"
#include "support/trace.hpp"
#include "wgaudit/wireguard/dump_parser.hpp"

namespace wgaudit::record_encoder_test {
namespace {

const Observer observer{"gw1", "6b9f1c5e-0000-4000-8000-1"};

std::string encoded(const Record& event, const Observer& by = observer) {
  RecordEncoder encoder(by);
  std::string line = "before";
  encoder.append(event, line);
  return line.substr(6);
}

/// The line as the library spells what it reads there.
std::string respelt(const std::string& line) {
  return nlohmann::ordered_json::parse(line).dump();
}

KernelEvent line_of(EventKind kind) {
  KernelEvent line;
  line.kind = kind;
  line.interface = *parse_interface_name("wg0");
  return line;
}

Record event_of(KernelEvent line) {
  Record event;
  event.sequence = 7;
  event.timestamp = story_start();
  event.created = story_start() + std::chrono::microseconds(1);
  event.action = line.kind;
  event.interface = line.interface;
  auto& body = event.body.emplace<EventBody>();
  if (line.peer) body.peer.emplace().id = line.peer;
  body.line = std::move(line);
  return event;
}

/// Every event that the datagrams cause, with the dumps between them, so that some peers are known.
Records events_of(const RecordedTrace& trace) {
  const auto instant = [](std::int64_t us) {
    const std::chrono::microseconds since(us);
    return Instant{SteadyTime(since), UtcTime(since)};
  };
  Auditor auditor({}, shipped_classifier(), instant(trace.datagrams.front().t_us));
  Records events;
  auto dump = trace.dumps.begin();
  for (const RecordedDatagram& datagram : trace.datagrams) {
    Records records;
    for (; dump != trace.dumps.end() && dump->t_us <= datagram.t_us; ++dump) {
      const auto parsed = parse_dump(dump->dump);
      if (!parsed) continue;
      auditor.on_dump(*parsed, {}, {instant(dump->t0_us), instant(dump->t_us)}, records);
    }
    auditor.on_datagram(datagram.data, instant(datagram.t_us), records);
    auditor.on_time(instant(datagram.t_us), records);
    for (Record& record : records) {
      if (record.stream() == Stream::events) events.push_back(std::move(record));
    }
  }
  return events;
}

TEST(RecordEncoder, WritesEveryRecordedTraceAsTheLibraryDoes) {
  RecordEncoder encoder(observer);
  std::string line;
  std::size_t proven = 0;
  std::size_t unresolved = 0;
  for (const char* const name : recorded_trace_names) {
    for (const Record& event : events_of(load_trace(name))) {
      line.clear();
      encoder.append(event, line);
      ASSERT_EQ(line, respelt(line)) << name;
      const PeerFacts* const peer = event.peer();
      if (peer == nullptr) continue;
      if (peer->identity == IdentityState::proven) ++proven;
      if (peer->identity == IdentityState::unresolved) ++unresolved;
    }
  }
  EXPECT_GT(proven, 100U);
  EXPECT_GT(unresolved, 100U);
}

TEST(RecordEncoder, WritesEverySampleAsTheLibraryDoes) {
  Auditor auditor({}, shipped_classifier(), at(0));
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(WGAUDIT_TEST_DATA "/datagrams")) {
    Records records;
    if (file.path().extension() != ".bin") continue;
    auditor.on_datagram(read_file(file.path().string()), at(0), records);
    for (const Record& record : records) {
      if (record.stream() != Stream::events) continue;
      ++count;
      EXPECT_EQ(encoded(record), respelt(encoded(record))) << file.path();
    }
  }
  EXPECT_GT(count, 100U);
}

TEST(RecordEncoder, WritesEveryFieldOfEveryKindAsTheLibraryDoes) {
  for (std::size_t i = 0; i < event_kind_count; ++i) {
    KernelEvent line = line_of(static_cast<EventKind>(i));
    line.peer = PeerId{18'446'744'073'709'551'615U};
    line.keypair = KeypairId{9};
    line.endpoint = parse_endpoint("203.0.113.7:51820");
    line.address = parse_ip_address("fd99::250");
    line.nonce = 18'446'744'073'709'551'615U;
    line.nonce_max = 8;
    line.count = 34;
    line.attempt = 20;
    line.seconds = 0;
    line.error = -101;
    line.previous_interface = "wg1";
    line.text = "said";
    Record event = event_of(line);
    auto& body = std::get<EventBody>(event.body);
    body.stamp = std::chrono::microseconds(12'345'678);
    body.repeated = 3;
    body.peer->identity = IdentityState::unresolved;
    body.peer->candidates = {key_of("alice"), key_of("bob")};
    EXPECT_EQ(encoded(event), respelt(encoded(event)));
    body.peer->candidates.clear();
    body.peer->identity = IdentityState::proven;
    body.peer->public_key = key_of("alice");
    body.peer->name = "alice";
    EXPECT_EQ(encoded(event), respelt(encoded(event)));
  }
}

TEST(RecordEncoder, WritesPlacesAsTheLibraryDoes) {
  for (const char* const place :
       {"0.0.0.0:0", "255.255.255.255:65535", "(einval)", "[::]:1/0%0", "[fe80::1]:40001/0%2",
        "[2001:db8::1]:51820/0%0", "[::ffff:203.0.113.7]:1/0%0", "[fe80::1%e\"t\\h\xC3]:1"}) {
    KernelEvent line = line_of(EventKind::mac_invalid);
    line.endpoint = parse_endpoint(place);
    ASSERT_TRUE(line.endpoint) << place;
    const Record event = event_of(line);
    EXPECT_EQ(encoded(event), respelt(encoded(event)));
  }
}

TEST(RecordEncoder, WritesAnyTextAsTheLibraryDoes) {
  std::vector<std::string> texts;
  for (int i = 0; i < 256; ++i) texts.push_back("1234567" + std::string(1, static_cast<char>(i)));
  for (int i = 0; i < 256; ++i) texts.push_back(std::string(1, static_cast<char>(i)));
  texts.push_back(std::string("\xE2\x82\xAC \xED\xA0\x80 \xF0\x9F\x98\x80 \xC2\x9B \0", 18));
  texts.push_back(std::string(1024, 'a'));
  texts.push_back(std::string(1025, 'a'));
  texts.push_back(std::string(3000, '"'));
  for (const std::string& text : texts) {
    KernelEvent line = line_of(EventKind::unknown_message);
    line.text = text;
    line.peer = PeerId{1};
    line.previous_interface = text;
    line.interface = parse_interface_name(text).value_or(InterfaceName{});
    Record event = event_of(line);
    std::get<EventBody>(event.body).peer->name = text;
    EXPECT_EQ(encoded(event), respelt(encoded(event)));
    event.message = text;
    const Observer by{text, {}};
    EXPECT_EQ(encoded(event, by), respelt(encoded(event, by)));
  }
}

TEST(RecordEncoder, WritesTimesAsTheLibraryDoes) {
  RecordEncoder encoder(observer);
  Record event = event_of(line_of(EventKind::interface_created));
  for (const std::int64_t us : {0, 0, 1, 999'999, 1'000'000, 0, -1}) {
    event.created = UtcTime(std::chrono::microseconds(us));
    std::string line;
    encoder.append(event, line);
    EXPECT_EQ(line, respelt(line));
  }
  event.timestamp.reset();
  EXPECT_EQ(encoded(event), respelt(encoded(event)));
}

}  // namespace
}  // namespace wgaudit::record_encoder_test
