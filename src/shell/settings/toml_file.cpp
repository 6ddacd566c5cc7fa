#include "shell/settings/toml_file.hpp"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>

#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

bool is_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() && strncasecmp(text.data(), word.data(), word.size()) == 0;
}

void refuse_secrets(std::string_view text, std::string_view file) {
  for (std::size_t line = 1; !text.empty(); ++line) {
    std::string_view rest = take_until(text, '\n');
    const std::string_view key = trim(take_until(rest, '='));
    if (!is_word(key, "PrivateKey") && !is_word(key, "PresharedKey")) continue;
    throw SetupError(fmt::format(
        "{}:{}: holds a secret key, as a configuration of WireGuard does; name a file of wgaudit",
        file, line));
  }
}

/// toml++ repeats the key of a duplicate, but not as it was spelt.
std::string reason_of(std::string_view description) {
  if (description.find("cannot redefine") != std::string_view::npos) {
    return "the second value for one key; keep one of them";
  }
  take_prefix(description, "Error while parsing ");
  return fmt::format("not TOML: {}; mend the line (strings stand in quotes)",
                     to_printable(description));
}

}  // namespace

toml::table parse_toml(std::string_view text, std::string_view file) {
  refuse_secrets(text, file);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw SetupError(
        fmt::format("{}:{}: {}", file, error.source().begin.line, reason_of(error.description())));
  }
}

std::vector<TomlEntry> entries_of(const toml::table& table) {
  std::vector<TomlEntry> entries;
  for (const auto& [key, value] : table) {
    entries.push_back({std::string(key.str()), &value, key.source().begin.line});
  }
  std::sort(entries.begin(), entries.end(),
            [](const TomlEntry& a, const TomlEntry& b) { return a.line < b.line; });
  return entries;
}

}  // namespace wgaudit
