#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "shell/system/child_process.hpp"

namespace wgaudit {

/// Runs a program to its end, five seconds at most.
ChildResult run_program(const std::filesystem::path& program, std::vector<std::string> arguments);

}  // namespace wgaudit
