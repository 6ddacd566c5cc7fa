#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "wgaudit/record/record_json.hpp"

namespace wgaudit {

/// to_json, with a copy kept for the test that checks every record that tests write against the
/// schema.
inline std::string noted_json(const Record& record,
                              const Observer& observer = {"gw1", "6b9f1c5e-0000-4000-8000-1"}) {
  static std::ofstream notes = [] {
    std::filesystem::create_directories(WGAUDIT_RECORDS);
    return std::ofstream(std::string(WGAUDIT_RECORDS) + "/" + std::to_string(::getpid()) +
                         ".jsonl");
  }();
  std::string json = to_json(record, observer);
  notes << json << std::endl;
  return json;
}

}  // namespace wgaudit
