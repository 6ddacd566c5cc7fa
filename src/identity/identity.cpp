#include "wgaudit/identity/identity.hpp"

#include <array>

#include "wgaudit/base/names.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 3> state_names = {"unresolved", "proven", "foreign"};

}  // namespace

std::string_view to_text(IdentityState state) {
  return state_names[static_cast<std::size_t>(state)];
}

std::optional<IdentityState> parse_identity_state(std::string_view text) {
  return find_name<IdentityState>(state_names, text);
}

}  // namespace wgaudit
