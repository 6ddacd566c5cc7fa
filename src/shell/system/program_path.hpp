#pragma once

#include <filesystem>
#include <string_view>

namespace wgaudit {

/// Where a program of wireguard-tools is: the first executable file `name` in /usr/bin, /usr/sbin,
/// /bin and /sbin. The environment has no say. Throws SetupError (69) where there is none.
std::filesystem::path find_program(std::string_view name);

/// Throws SetupError unless `program` is an absolute path of an executable file that only root and
/// the user we run as can write or replace. The file, the folders above it and, where the
/// path has symbolic links, what these lead through belong to one of the two; none may be written
/// by its group (that of root excepted) or by others. Folders with the sticky bit, such as /tmp,
/// may be: in them users can replace their own files only.
void require_trusted(const std::filesystem::path& program);

}  // namespace wgaudit
