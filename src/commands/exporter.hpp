#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

#include "commands/pseudonyms.hpp"

namespace wgaudit {

/// Gives each record of a journal, without line end, with its addresses replaced except those
/// within the tunnels (allowed IPs), and without its link and seal, which belong to the record as
/// it was. Returns how many lines are not records and were left out. Throws SetupError with exit
/// code 74 where there is no journal or it cannot be read.
std::size_t export_journal(const std::filesystem::path& journal, const Pseudonyms& pseudonyms,
                           const std::function<void(const std::string&)>& print);

}  // namespace wgaudit
