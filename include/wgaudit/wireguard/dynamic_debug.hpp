#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wgaudit {

/// How many of the module's debug messages are switched on. The names are written to the journal;
/// never rename one.
enum class DynamicDebug : std::uint8_t { off, partial, on };

std::string_view to_text(DynamicDebug state);
std::optional<DynamicDebug> parse_dynamic_debug(std::string_view text);

/// The module's debug messages, each at a site in its source, and how many of them are printed.
struct DebugSites {
  std::size_t all = 0;
  std::size_t on = 0;
};

/// Reads /proc/dynamic_debug/control: one line `file:line [module]function =flags "format"` for
/// each message, `p` among the flags of one that is printed (lib/dynamic_debug.c).
DebugSites count_debug_sites(std::string_view control);

/// The same in a word. Nothing where no message of WireGuard is listed: the module is not loaded,
/// or cannot say.
std::optional<DynamicDebug> read_dynamic_debug(std::string_view control);

}  // namespace wgaudit
