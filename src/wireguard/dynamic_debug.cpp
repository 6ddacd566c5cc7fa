#include "wgaudit/wireguard/dynamic_debug.hpp"

#include <array>

#include "wgaudit/base/names.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 3> debug_names = {"off", "partial", "on"};

/// Returns whether a message is printed; nothing where the line is another module's.
std::optional<bool> is_printed(std::string_view line) {
  std::string_view flags;
  for (const std::string_view module : {" [wireguard]", " [amneziawg]"}) {
    const auto found = line.find(module);
    if (found != std::string_view::npos) flags = line.substr(found + module.size());
  }
  take_until(flags, '=');
  if (flags.empty()) return std::nullopt;
  return take_until(flags, ' ').find('p') != std::string_view::npos;
}

}  // namespace

std::string_view to_text(DynamicDebug state) {
  return debug_names[static_cast<std::size_t>(state)];
}

std::optional<DynamicDebug> parse_dynamic_debug(std::string_view text) {
  return find_name<DynamicDebug>(debug_names, text);
}

DebugSites count_debug_sites(std::string_view control) {
  DebugSites sites;
  while (!control.empty()) {
    const auto printed = is_printed(take_until(control, '\n'));
    if (!printed) continue;
    ++sites.all;
    if (*printed) ++sites.on;
  }
  return sites;
}

std::optional<DynamicDebug> read_dynamic_debug(std::string_view control) {
  const DebugSites sites = count_debug_sites(control);
  if (sites.all == 0) return std::nullopt;
  if (sites.on == 0) return DynamicDebug::off;
  return sites.on == sites.all ? DynamicDebug::on : DynamicDebug::partial;
}

}  // namespace wgaudit
