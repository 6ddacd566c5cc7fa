#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "shell/status/status_json.hpp"

namespace wgaudit {

/// Asks the daemon that listens on `socket`: its answer, one line of JSON without line end, as it
/// came. Throws SetupError (exit code 69) with the cure where nobody answers, or nothing comes for
/// so long.
std::string ask_for_status(const std::filesystem::path& socket,
                           std::chrono::milliseconds time_limit = std::chrono::seconds(10));

/// Reads the answer of `socket`. Throws SetupError (exit code 69) where that is no daemon's.
ToldStatus read_answer(const std::filesystem::path& socket, const std::string& answer);

}  // namespace wgaudit
