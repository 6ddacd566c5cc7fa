#pragma once

#include <filesystem>
#include <vector>

#include "wgaudit/classify/classifier.hpp"

namespace wgaudit {

/// The rules of the shipped pattern files, which lie in ../share/wgaudit/patterns as seen from the
/// program, and of the *.patterns in `added` (empty: none), in the order of their names. Throws
/// SetupError (exit code 78) for a file that cannot be read or is wrong.
std::vector<Rule> load_patterns(const std::filesystem::path& added);

}  // namespace wgaudit
