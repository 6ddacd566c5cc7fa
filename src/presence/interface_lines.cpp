#include "wgaudit/presence/interface_lines.hpp"

namespace wgaudit {
namespace {

// More lines than these between two dumps are forged, or a test: the oldest go. A dump is taken
// soon after such a line, so that few are needed.
constexpr std::size_t max_lines = 256;

}  // namespace

void InterfaceLines::on_line(const KernelEvent& event, SteadyTime printed) {
  const bool is_of_interface = event.kind == EventKind::interface_renamed ||
                               event.kind == EventKind::interface_created ||
                               event.kind == EventKind::interface_destroyed;
  if (!is_of_interface) return;
  const auto previous = parse_interface_name(event.previous_interface);
  lines_.push_back({event.kind, event.interface, previous.value_or(InterfaceName{}), printed});
  if (lines_.size() > max_lines) lines_.pop_front();
}

bool InterfaceLines::was_renamed(InterfaceName from, const InterfaceName& to,
                                 SteadyTime since) const {
  bool was_renamed = false;
  for (const Line& line : lines_) {
    if (line.printed < since) continue;
    if (line.kind == EventKind::interface_destroyed && line.interface == from) return false;
    if (line.kind != EventKind::interface_renamed || line.previous != from) continue;
    // The next rename of a chain starts from this name.
    from = line.interface;
    was_renamed = true;
  }
  return was_renamed && from == to;
}

bool InterfaceLines::was_created_anew(const InterfaceName& name, SteadyTime since) const {
  bool was_destroyed = false;
  for (const Line& line : lines_) {
    if (line.printed < since || line.interface != name) continue;
    if (line.kind == EventKind::interface_destroyed) was_destroyed = true;
    if (line.kind == EventKind::interface_created && was_destroyed) return true;
  }
  return false;
}

}  // namespace wgaudit
