#include "wgaudit/record/event_decoder.hpp"

#include <gtest/gtest.h>

#include "property/dice.hpp"
#include "record/random_records.hpp"
#include "wgaudit/record/record_encoder.hpp"

namespace wgaudit::event_decoder_test {
namespace {

const Observer observer{"gw1", "6b9f1c5e-0000-4000-8000-1"};

std::string encoded(const Record& event) {
  std::string line;
  RecordEncoder(observer).append(event, line);
  return line;
}

/// All that a record says, and what only its memory has.
std::string all_of(const Record& record) {
  return to_json(record, {"", record.boot_id}) + " " + record.message;
}

/// Whether the line was read; as parse_record does, if so.
bool reads_as_parsed(EventDecoder& decoder, const std::string& line) {
  const Record* const event = decoder.read(line);
  if (event == nullptr) return false;
  const auto parsed = parse_record(line);
  EXPECT_TRUE(parsed) << line << ": " << parsed.error();
  if (parsed) {
    EXPECT_EQ(all_of(*event), all_of(*parsed));
    const KernelEvent& said = event->as<EventBody>()->line;
    const KernelEvent& expected = parsed->as<EventBody>()->line;
    EXPECT_EQ(said.endpoint, expected.endpoint) << line;
    EXPECT_EQ(said.peer, expected.peer) << line;
  }
  return true;
}

TEST(EventDecoder, ReadsEventsAsTheLibraryDoes) {
  Dice dice(1);
  EventDecoder decoder;
  int read = 0;
  constexpr int count = 4'000;
  for (int i = 0; i < count; ++i) read += reads_as_parsed(decoder, encoded(random_event(dice)));
  EXPECT_GT(read, count / 4);  // the others have zones, or names that are escaped
}

TEST(EventDecoder, ReadsNoDamagedLineOtherwiseThanTheLibraryDoes) {
  Dice dice(2);
  EventDecoder decoder;
  const std::string bytes = "0123456789-+.eE\"\\{}[],:nultrfa \x01\x7f\xc3";
  int read = 0;
  for (int i = 0; i < 15'000; ++i) {
    std::string line = encoded(random_event(dice));
    const auto at =
        static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(line.size()) - 1));
    const char byte = bytes[static_cast<std::size_t>(
        dice.between(0, static_cast<std::int64_t>(bytes.size()) - 1))];
    switch (dice.between(0, 3)) {
      case 0:
        line[at] = byte;
        break;
      case 1:
        line.insert(at, 1, byte);
        break;
      case 2:
        line.erase(at, 1);
        break;
      default:
        line.resize(at);
    }
    read += reads_as_parsed(decoder, line);
  }
  EXPECT_GT(read, 100);
}

TEST(EventDecoder, LeavesToTheLibraryWhatIsNoPlainEvent) {
  EventDecoder decoder;
  Record journal;
  journal.sequence = 1;
  journal.action = Action::evidence_lost;
  const std::string lines[] = {"", "{}", "no record", to_json(journal, observer)};
  for (const std::string& line : lines) EXPECT_EQ(decoder.read(line), nullptr) << line;
}

}  // namespace
}  // namespace wgaudit::event_decoder_test
