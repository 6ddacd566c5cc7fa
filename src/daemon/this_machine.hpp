#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "wgaudit/record/record_json.hpp"
#include "wgaudit/wireguard/dynamic_debug.hpp"

namespace wgaudit {

/// What this machine says of itself.

Observer this_machine();

/// A number of the module's load: that of its folder in sysfs, which each load makes anew. Nothing
/// where it is not loaded.
std::optional<std::uint64_t> module_load_now(const std::filesystem::path& modules = "/sys/module");

/// Nothing where `control` cannot be read or lists no message of WireGuard.
std::optional<DynamicDebug> dynamic_debug_now(
    const std::filesystem::path& control = "/proc/dynamic_debug/control");

}  // namespace wgaudit
