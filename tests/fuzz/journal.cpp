// A segment of the journal, of which the first half is read before the second is written.

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fuzz/target.hpp"
#include "shell/journal/journal_reader.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/event_decoder.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

using Json = nlohmann::json;

const Observer observer{"gw1", {}};

/// Whether every number that was written is the one that was read, where there was one. Of a
/// duration whole microseconds are kept.
bool has_same_numbers(const Json& written, const Json& read) {
  if (written.is_number()) return written.dump() == read.dump();
  if (!written.is_object() || !read.is_object()) return true;
  return std::all_of(written.items().begin(), written.items().end(), [&](const auto& item) {
    return item.key() == "duration" || !read.contains(item.key()) ||
           has_same_numbers(item.value(), read.at(item.key()));
  });
}

void check(const Record& record, const std::string& line) {
  const std::string written = to_json(record, observer);
  const auto again = parse_record(written);
  require(again.has_value(), "a record that was read is written and read again");
  require(to_json(*again, observer) == written, "a record that was read again is the same");
  require(has_same_numbers(Json::parse(written), Json::parse(line)), "no number is another one");
}

/// The fast way reads a line as the slow one does, or not at all.
void check_decoded(std::string_view line, const tl::expected<Record, std::string>& parsed) {
  static EventDecoder decoder;
  const Record* const decoded = decoder.read(line);
  if (decoded == nullptr) return;
  require(parsed.has_value(), "what is decoded is a record");
  require(to_json(*decoded, observer) == to_json(*parsed, observer), "and the same one");
}

/// What a reader does, as simply as can be.
class NaiveReader {
 public:
  void read(std::string_view text) {
    while (text.find('\n') != std::string_view::npos) {
      const std::string_view line = take_until(text, '\n');
      if (line.empty()) continue;
      const auto record = parse_record(line);
      check_decoded(line, record);
      if (!record) {
        ++unreadable;
      } else if (record->sequence >= next) {
        next = record->sequence + 1;
        lines.emplace_back(line);
      }
    }
  }

  std::vector<std::string> lines;
  std::uint64_t next = 1;
  std::uint64_t unreadable = 0;
};

void read_all(JournalReader& reader, std::vector<std::string>& lines) {
  while (const auto record = reader.next()) {
    check(*record, reader.line());
    lines.push_back(reader.line());
  }
}

}  // namespace

void try_input(std::string_view input) {
  static const TemporaryFolder folder;
  std::ofstream file(segment_path(folder.path(), Stream::journal, 1), std::ios::trunc);
  JournalReader reader(folder.path(), Stream::journal, 1);
  std::vector<std::string> lines;
  for (const auto part : {input.substr(0, input.size() / 2), input.substr(input.size() / 2)}) {
    file << part << std::flush;
    read_all(reader, lines);
  }
  NaiveReader naive;
  naive.read(input);
  require(lines == naive.lines, "every record is read, in order, once");
  require(reader.unreadable_lines() == naive.unreadable, "every other line is counted");
}

}  // namespace wgaudit
