#pragma once

#include <cstdint>
#include <string_view>

namespace wgaudit {

/// How a value is written in TOML.
enum class TomlForm : std::uint8_t {
  text,      ///< A string.
  number,    ///< An integer.
  size,      ///< An integer, or a string such as "64M".
  boolean,   ///< true or false.
  list,      ///< An array of strings.
  duration,  ///< A string such as "90s".
};

/// The cure for a value of another type: what to write instead.
std::string_view cure_for(TomlForm form);

}  // namespace wgaudit
