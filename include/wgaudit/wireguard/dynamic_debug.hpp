#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wgaudit {

/// DynamicDebug says how many of the module's debug messages are switched on: none, some or all.
/// The names are written to the journal; never rename one.
enum class DynamicDebug : std::uint8_t { off, partial, on };

/// Returns the name of a state, or the state of that name.
std::string_view to_text(DynamicDebug state);
std::optional<DynamicDebug> parse_dynamic_debug(std::string_view text);

/// DebugSites counts the module's debug messages, each a site in its source.
struct DebugSites {
  std::size_t all = 0;  ///< Messages of the module.
  std::size_t on = 0;   ///< Messages that are printed.
};

/// Counts in the text of /proc/dynamic_debug/control. It has one line
/// `file:line [module]function =flags "format"` for each message; `p` is among the flags of one
/// that is printed (lib/dynamic_debug.c).
DebugSites count_debug_sites(std::string_view control);

/// Returns the same as a state; nothing where no message of WireGuard is listed, because the module
/// is not loaded or was built without dynamic debug.
std::optional<DynamicDebug> read_dynamic_debug(std::string_view control);

}  // namespace wgaudit
