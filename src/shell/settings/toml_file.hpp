#pragma once

#include <toml++/toml.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wgaudit {

/// Reads TOML; throws SetupError `FILE:LINE: reason; cure`, with exit code 78, where it is none. A
/// file that holds WireGuard's secret keys is refused before any of it can reach an error text.
toml::table parse_toml(std::string_view text, std::string_view file);

struct TomlEntry {
  std::string key;
  const toml::node* value;
  std::size_t line;
};

/// The entries of a table, in the order of the file.
std::vector<TomlEntry> entries_of(const toml::table& table);

}  // namespace wgaudit
