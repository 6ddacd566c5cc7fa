#include "wgaudit/presence/peer_state.hpp"

#include <array>

#include "wgaudit/base/names.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 3> presence_names = {"unknown", "offline", "online"};

}  // namespace

std::string_view to_text(Presence presence) {
  return presence_names[static_cast<std::size_t>(presence)];
}

std::optional<Presence> parse_presence(std::string_view text) {
  return find_name<Presence>(presence_names, text);
}

std::string_view to_text(ChangeReason reason) {
  switch (reason) {
    case ChangeReason::first_seen:
      return "first_seen";
    case ChangeReason::handshake:
      return "handshake";
    case ChangeReason::timeout:
      return "timeout";
    case ChangeReason::peer_recreated:
      return "peer_recreated";
    case ChangeReason::endpoint_changed:
      return "endpoint_changed";
    case ChangeReason::peer_removed:
      return "peer_removed";
    case ChangeReason::interface_removed:
      return "interface_removed";
  }
  __builtin_unreachable();
}

}  // namespace wgaudit
