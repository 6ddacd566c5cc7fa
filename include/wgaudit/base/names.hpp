#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace wgaudit {

/// Returns the value of an enumeration by its name. `names` are those of its values in their order,
/// from 0.
template <typename Enum, std::size_t size>
constexpr std::optional<Enum> find_name(const std::array<std::string_view, size>& names,
                                        std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace wgaudit
