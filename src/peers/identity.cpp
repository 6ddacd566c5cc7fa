#include "wgaudit/peers/identity.hpp"

#include <algorithm>
#include <array>

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 3> names = {"unresolved", "proven", "foreign"};

}  // namespace

std::string_view to_text(IdentityState state) {
  return names[static_cast<std::size_t>(state)];
}

std::optional<IdentityState> parse_identity_state(std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<IdentityState>(found - names.begin());
}

}  // namespace wgaudit
