#include "wgaudit/peers/identity.hpp"

#include <array>

#include "wgaudit/base/names.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 3> names = {"unresolved", "proven", "foreign"};

}  // namespace

std::string_view to_text(IdentityState state) {
  return names[static_cast<std::size_t>(state)];
}

std::optional<IdentityState> parse_identity_state(std::string_view text) {
  return find_name<IdentityState>(names, text);
}

}  // namespace wgaudit
