#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "commands/command_line.hpp"
#include "shell/journal/segment_stream.hpp"

namespace wgaudit {

/// Checks a journal (JournalCheck) and prints one line for each fault, then how
/// complete each day is and how far it is sealed. Returns whether the journal is intact. A daemon
/// may write to it meanwhile. Throws SetupError with exit code 74 where there is no journal or it
/// cannot be read.
bool verify(const std::filesystem::path& journal, const VerifyOptions& options,
            const std::function<void(const std::string&)>& print, const OnRead& on_read);

}  // namespace wgaudit
