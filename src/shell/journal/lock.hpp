#pragma once

#include <filesystem>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// Makes the journal's folder and locks it for as long as what is returned is open: two daemons on
/// one journal would destroy it. Throws SetupError where it cannot be used, or another has it.
FileDescriptor lock_journal(const std::filesystem::path& folder);

}  // namespace wgaudit
