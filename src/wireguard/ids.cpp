#include "wgaudit/wireguard/ids.hpp"

#include <algorithm>

namespace wgaudit {
namespace {

/// dev_valid_name refuses `/`, `:` and isspace(), which in the kernel also counts the non-breaking
/// space 0xA0 of Latin-1 (lib/ctype.c).
bool is_forbidden(char c) {
  return c == '/' || c == ':' || c == ' ' || (c >= '\t' && c <= '\r') || c == '\xA0' || c == '\0';
}

}  // namespace

std::optional<InterfaceName> parse_interface_name(std::string_view text) {
  InterfaceName name;
  if (text.empty() || text.size() > name.bytes_.size()) return std::nullopt;
  if (text == "." || text == "..") return std::nullopt;
  if (std::any_of(text.begin(), text.end(), is_forbidden)) return std::nullopt;
  std::copy(text.begin(), text.end(), name.bytes_.begin());
  name.size_ = static_cast<std::uint8_t>(text.size());
  return name;
}

}  // namespace wgaudit
