#include "wgaudit/wireguard/ids.hpp"

#include <algorithm>

namespace wgaudit {

std::optional<InterfaceName> parse_interface_name(std::string_view text) {
  InterfaceName name;
  if (text.empty() || text.size() > name.bytes_.size()) return std::nullopt;
  if (text == "." || text == "..") return std::nullopt;
  // isspace() of the kernel also counts the non-breaking space 0xA0 of Latin-1 (lib/ctype.c).
  if (text.find_first_of(std::string_view("/: \t\n\v\f\r\xA0\0", 10)) != std::string_view::npos) {
    return std::nullopt;
  }
  std::copy(text.begin(), text.end(), name.bytes_.begin());
  name.size_ = static_cast<std::uint8_t>(text.size());
  return name;
}

}  // namespace wgaudit
