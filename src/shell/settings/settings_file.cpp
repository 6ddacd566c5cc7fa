#include "shell/settings/settings_file.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shell/settings/setting_table.hpp"
#include "shell/settings/suggestion.hpp"
#include "shell/settings/toml_file.hpp"
#include "shell/system/read_file.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view list_of_keys = "`wgaudit run --help` lists the settings";

[[noreturn]] void fail(std::string_view place, std::string_view reason) {
  throw SetupError(fmt::format("{}: {}", place, reason), EX_CONFIG);
}

std::optional<std::string> joined(const toml::array& array) {
  std::vector<std::string> words;
  for (const toml::node& node : array) {
    const auto word = node.value_exact<std::string>();
    if (!word) return std::nullopt;
    words.push_back(*word);
  }
  return fmt::format("{}", fmt::join(words, ","));
}

/// The value as Setting::assign reads it, if it is written in the form that the setting has.
std::optional<std::string> text_of(const toml::node& node, TomlForm form) {
  const bool may_be_text = form == TomlForm::text || form == TomlForm::size;
  const bool may_be_number = form == TomlForm::number || form == TomlForm::size;
  if (may_be_text && node.is_string()) return node.value_exact<std::string>();
  if (may_be_number && node.is_integer()) return std::to_string(node.ref<std::int64_t>());
  if (form == TomlForm::boolean && node.is_boolean()) return node.ref<bool>() ? "true" : "false";
  if (form == TomlForm::list && node.is_array()) return joined(*node.as_array());
  return std::nullopt;
}

template <typename NameOf>
std::vector<std::string> names_of_settings(NameOf name_of, bool only_wg_monitor) {
  std::vector<std::string> names;
  for (const Setting& setting : setting_table()) {
    if (setting.of_wg_monitor || !only_wg_monitor) names.emplace_back(name_of(setting));
  }
  return names;
}

/// Refuses a section that no room has announced.
[[noreturn]] void refuse_section(std::string_view place, const TomlEntry& entry,
                                 const SectionReaders& sections) {
  std::vector<std::string> known;
  std::vector<std::string> headings;
  for (const SectionReader& section : sections) {
    known.push_back(section.name);
    headings.push_back(section_heading(section.name, section.is_many));
  }
  const std::string cure =
      known.empty() ? "a configuration has no sections"
                    : suggest(entry.key, known,
                              fmt::format("the sections are {}", fmt::join(headings, ", ")));
  const bool is_many = !entry.value->is_table();
  fail(place, fmt::format("unknown section {}; {}",
                          section_heading(to_printable(entry.key), is_many), cure));
}

void apply_toml_setting(const TomlEntry& entry, std::string_view place, Settings& settings) {
  const std::string key = to_printable(entry.key);
  const Setting* const setting = find_setting(entry.key);
  if (setting == nullptr) {
    const auto known = names_of_settings([](const Setting& s) { return s.name; }, false);
    fail(place, fmt::format("unknown key '{}'; {}", key, suggest(key, known, list_of_keys)));
  }
  const std::string place_of_key = fmt::format("{}: {}", place, key);
  const auto value = text_of(*entry.value, setting->form);
  if (!value) {
    fail(place_of_key, fmt::format("the wrong type; give {}", cure_for(setting->form)));
  }
  apply(*setting, *value, place_of_key, EX_CONFIG, settings);
}

void apply_toml_entry(const TomlEntry& entry, std::string_view file, Settings& settings,
                      const SectionReaders& sections) {
  const std::string place = fmt::format("{}:{}", file, entry.line);
  const auto section =
      std::find_if(sections.begin(), sections.end(),
                   [&](const SectionReader& one) { return one.name == entry.key; });
  if (section != sections.end()) {
    read_sections(*section, entry, file);
  } else if (entry.value->is_table() || entry.value->is_array_of_tables()) {
    refuse_section(place, entry, sections);
  } else {
    apply_toml_setting(entry, place, settings);
  }
}

void apply_toml(std::string_view text, std::string_view file, Settings& settings,
                const SectionReaders& sections) {
  const toml::table table = parse_toml(text, file);
  auto entries = entries_of(table);
  // `compat` goes first: it decides how the other values are checked.
  std::stable_partition(entries.begin(), entries.end(),
                        [](const TomlEntry& entry) { return entry.key == "compat"; });
  for (const TomlEntry& entry : entries) apply_toml_entry(entry, file, settings, sections);
}

bool is_key(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

bool is_assignment(std::string_view line) {
  return is_key(line.substr(0, line.find('='))) && line.find('=') != std::string_view::npos;
}

std::string_view take_line(std::string_view& text) {
  std::string_view line = take_until(text, '\n');
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return trim(line);
}

/// systemd reads such files as EnvironmentFile=: a comment is a line of its own.
bool is_empty_or_comment(std::string_view line) {
  return line.empty() || line.front() == '#' || line.front() == ';';
}

bool is_wg_monitor_file(std::string_view text, std::string_view file) {
  if (std::filesystem::path(file).extension() == ".toml") return false;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (!is_empty_or_comment(line)) return is_assignment(line);
  }
  return false;
}

std::string_view unquoted(std::string_view value, std::string_view place) {
  if (value.find('\\') != std::string_view::npos && value.front() != '\'') {
    fail(
        place,
        "systemd reads a backslash as an escape, which is not known here; leave it out, or put the "
        "value in single quotes");
  }
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) return value;
  if (value.size() < 2 || value.find(value.front(), 1) != value.size() - 1) {
    fail(place, "the quotes do not match; put the whole value in one pair of quotes");
  }
  return value.substr(1, value.size() - 2);
}

const Setting& find_wg_monitor_setting(std::string_view key, std::string_view place) {
  const auto table = setting_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const Setting& setting) {
    return upper_name_of(setting) == key;
  });
  if (found != table.end() && found->of_wg_monitor) return *found;
  if (found != table.end()) {
    fail(place, fmt::format("unknown key {}, which wg_monitor does not have; set {} or use TOML",
                            key, environment_of(*found)));
  }
  const auto known = names_of_settings(upper_name_of, true);
  const std::string otherwise = fmt::format("the keys are {}", fmt::join(known, ", "));
  fail(place, fmt::format("unknown key {}; {}", key, suggest(key, known, otherwise)));
}

void apply_wg_monitor_line(std::string_view line, std::string_view place, Settings& settings) {
  if (!is_assignment(line)) {
    fail(place, "not KEY=value; write one assignment a line, without blanks around '='");
  }
  const std::string_view key = take_until(line, '=');
  const Setting& setting = find_wg_monitor_setting(key, place);
  const std::string place_of_key = fmt::format("{}: {}", place, key);
  std::string_view value = unquoted(trim(line), place_of_key);
  // For wg_monitor only the literal `true` is true, and all else is false.
  if (setting.form == TomlForm::boolean && value != "true") value = "false";
  apply(setting, value, place_of_key, EX_CONFIG, settings);
}

void apply_wg_monitor(std::string_view text, std::string_view file, Settings& settings) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (is_empty_or_comment(line)) continue;
    apply_wg_monitor_line(line, fmt::format("{}:{}", file, number), settings);
  }
}

}  // namespace

void apply_settings_text(std::string_view text, std::string_view file, Settings& settings,
                         const SectionReaders& sections) {
  is_wg_monitor_file(text, file) ? apply_wg_monitor(text, file, settings)
                                 : apply_toml(text, file, settings, sections);
}

void apply_settings_file(const std::filesystem::path& file, Settings& settings,
                         const SectionReaders& sections) {
  const WipedBuffer text = read_text_file(file, EX_CONFIG);
  apply_settings_text(text.view(), to_printable(file.native()), settings, sections);
}

}  // namespace wgaudit
