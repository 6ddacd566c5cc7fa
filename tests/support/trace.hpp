#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/read_file.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {

struct RecordedDatagram {
  std::int64_t t_us = 0;  ///< Received, microseconds since 1970.
  std::string data;
};

struct RecordedDump {
  std::int64_t t0_us = 0;  ///< `wg show all dump` was started.
  std::int64_t t_us = 0;   ///< Its output was complete.
  int rc = 0;
  std::string dump;
};

/// A folder of tests/data/traces.
struct RecordedTrace {
  std::vector<RecordedDatagram> datagrams;
  std::vector<RecordedDump> dumps;
};

inline constexpr std::array<const char*, 12> recorded_trace_names = {
    "badpackets", "basic", "cookie",     "kernel-6-12", "load",    "load-nolimit",
    "netns",      "peers", "retransmit", "roaming",     "rsyslog", "wrongkey"};

inline std::string trace_folder(const std::string& name) {
  return WGAUDIT_TEST_DATA "/traces/" + name;
}

inline std::vector<nlohmann::json> read_json_lines(const std::string& path) {
  const std::string text = read_file(path);
  std::vector<nlohmann::json> lines;
  for (std::string_view rest = text; !rest.empty();) {
    lines.push_back(nlohmann::json::parse(take_until(rest, '\n')));
  }
  return lines;
}

inline std::vector<RecordedDatagram> read_datagrams(const std::string& path) {
  std::vector<RecordedDatagram> datagrams;
  for (const auto& line : read_json_lines(path)) {
    datagrams.push_back({line.at("t_us").get<std::int64_t>(), line.at("data").get<std::string>()});
  }
  return datagrams;
}

inline std::vector<RecordedDump> read_dumps(const std::string& path) {
  std::vector<RecordedDump> dumps;
  for (const auto& line : read_json_lines(path)) {
    dumps.push_back({line.at("t0_us").get<std::int64_t>(), line.at("t_us").get<std::int64_t>(),
                     line.at("rc").get<int>(), line.at("dump").get<std::string>()});
  }
  return dumps;
}

/// `datagrams` names the file: `roaming` was recorded in three formats at once.
inline RecordedTrace load_trace(const std::string& name,
                                const std::string& datagrams = "datagrams.jsonl") {
  const std::string folder = trace_folder(name);
  return {read_datagrams(folder + "/" + datagrams), read_dumps(folder + "/dumps.jsonl")};
}

}  // namespace wgaudit
