#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "shell/status/status_json.hpp"

namespace wgaudit {

/// Asks the daemon that listens on `socket`, and returns its answer as it came: one line of JSON
/// without line end. Throws SetupError (exit code 69) with the cure where no daemon answers, or
/// nothing arrives for `time_limit`.
std::string ask_for_status(const std::filesystem::path& socket,
                           std::chrono::milliseconds time_limit = std::chrono::seconds(10));

/// Reads the answer from `socket`. Throws SetupError (exit code 69) where no daemon wrote it.
ToldStatus read_answer(const std::filesystem::path& socket, const std::string& answer);

}  // namespace wgaudit
