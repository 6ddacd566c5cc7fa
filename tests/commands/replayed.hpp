#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "audit/story.hpp"
#include "commands/replayer.hpp"
#include "support/trace.hpp"

namespace wgaudit {

/// An interface and a public key.
using PeerOf = std::pair<std::string, std::string>;

inline std::vector<std::string> replayed(const std::string& trace) {
  std::vector<std::string> lines;
  replay(trace_folder(trace), {}, shipped_classifier(),
         [&](const std::string& line) { lines.push_back(line); });
  return lines;
}

inline std::vector<Record> records_of(const std::vector<std::string>& lines) {
  std::vector<Record> records;
  for (const auto& line : lines) records.push_back(*parse_record(line));
  return records;
}

inline PeerOf peer_of(const Record& record) {
  return {std::string(record.interface.view()), to_text(*record.peer()->public_key)};
}

inline UtcTime utc_of(std::int64_t microseconds) {
  return UtcTime(std::chrono::microseconds(microseconds));
}

inline nlohmann::json truth_of(const std::string& trace) {
  return nlohmann::json::parse(read_file(trace_folder(trace) + "/truth.json"));
}

/// When each peer's handshakes were completed, by the recording's own watcher.
inline std::map<PeerOf, std::vector<UtcTime>> true_handshakes(const std::string& trace) {
  std::map<PeerOf, std::vector<UtcTime>> handshakes;
  const auto truth = truth_of(trace);
  for (const auto& handshake : truth.at("handshakes")) {
    handshakes[{handshake.at("interface"), handshake.at("public_key")}].push_back(
        utc_of(handshake.at("t_us").get<std::int64_t>()));
  }
  return handshakes;
}

/// A row of a recorded dump, read here again without the parser.
struct RecordedRow {
  std::int64_t started;
  std::int64_t finished;
  std::int64_t handshake;
  std::uint64_t rx;
  std::uint64_t tx;
};

inline std::vector<RecordedRow> rows_of(const std::string& trace, const std::string& key) {
  std::vector<RecordedRow> rows;
  for (const auto& recorded : read_dumps(trace_folder(trace) + "/dumps.jsonl")) {
    std::istringstream lines(recorded.dump);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream fields(line);
      std::vector<std::string> field;
      for (std::string text; std::getline(fields, text, '\t');) field.push_back(text);
      if (field.size() != 9 || field[1] != key) continue;
      rows.push_back({recorded.t0_us, recorded.t_us, std::stoll(field[5]), std::stoull(field[6]),
                      std::stoull(field[7])});
    }
  }
  return rows;
}

}  // namespace wgaudit
