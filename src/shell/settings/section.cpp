#include "shell/settings/section.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <optional>

#include "shell/settings/setting_duration.hpp"
#include "shell/settings/suggestion.hpp"
#include "shell/settings/toml_file.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

[[noreturn]] void refuse_at(std::string_view file, std::size_t line, std::string_view reason) {
  throw SetupError(fmt::format("{}:{}: {}", file, line, reason), EX_CONFIG);
}

void read_table(const SectionReader& reader, const std::string& path, std::string_view file,
                std::size_t line, const toml::table& table) {
  Section section(path, reader.is_many, file, line, entries_of(table));
  reader.read(section);
  section.finish();
}

}  // namespace

Section::Section(std::string path, bool is_many, std::string_view file, std::size_t line,
                 std::vector<TomlEntry> entries)
    : path_(std::move(path)),
      is_many_(is_many),
      file_(file),
      line_(line),
      entries_(std::move(entries)) {}

Section::~Section() = default;

void Section::text(std::string_view key, std::string& value) {
  const TomlEntry* const entry = find(key);
  if (entry == nullptr) return;
  const auto given = entry->value->value_exact<std::string>();
  if (!given) refuse_type(key, TomlForm::text);
  value = *given;
}

void Section::boolean(std::string_view key, bool& value) {
  const TomlEntry* const entry = find(key);
  if (entry == nullptr) return;
  const auto given = entry->value->value_exact<bool>();
  if (!given) refuse_type(key, TomlForm::boolean);
  value = *given;
}

void Section::list(std::string_view key, std::vector<std::string>& value) {
  const TomlEntry* const entry = find(key);
  if (entry == nullptr) return;
  if (!entry->value->is_array()) refuse_type(key, TomlForm::list);
  std::vector<std::string> words;
  for (const toml::node& node : *entry->value->as_array()) {
    const auto word = node.value_exact<std::string>();
    if (!word) refuse_type(key, TomlForm::list);
    words.push_back(*word);
  }
  value = std::move(words);
}

void Section::duration(std::string_view key, std::chrono::seconds& value, std::chrono::seconds low,
                       std::chrono::seconds high) {
  const TomlEntry* const entry = find(key);
  if (entry == nullptr) return;
  const auto given = entry->value->value_exact<std::string>();
  if (!given) refuse_type(key, TomlForm::duration);
  const auto duration = parse_duration(*given);
  if (!duration) {
    refuse(key, fmt::format("'{}' is not a duration; give {}", to_printable(*given),
                            cure_for(TomlForm::duration)));
  }
  if (*duration < low || *duration > high) {
    refuse(key, fmt::format("'{}' is out of range; give {} to {}", to_printable(*given),
                            duration_text(low), duration_text(high)));
  }
  value = *duration;
}

std::int64_t Section::number_of(std::string_view key, std::int64_t value,
                                std::pair<std::int64_t, std::int64_t> range,
                                std::string_view unit) {
  const TomlEntry* const entry = find(key);
  if (entry == nullptr) return value;
  const auto given = entry->value->value_exact<std::int64_t>();
  if (!given) refuse_type(key, TomlForm::number);
  if (*given >= range.first && *given <= range.second) return *given;
  refuse(key, fmt::format("'{}' is out of range; give {} to {}{}{}", *given, range.first,
                          range.second, unit.empty() ? "" : " ", unit));
}

void Section::nested(const SectionReader& reader) {
  if (const TomlEntry* const entry = find(reader.name)) {
    read_sections(reader, *entry, file_, path_);
  }
}

void Section::require(std::string_view key) {
  required_.emplace_back(key);
}

void Section::refuse(std::string_view key, std::string_view reason) const {
  refuse_at(file_, line_of(key), fmt::format("{}.{}: {}", path_, key, reason));
}

void Section::refuse_type(std::string_view key, TomlForm form) const {
  refuse(key, fmt::format("the wrong type; give {}", cure_for(form)));
}

void Section::finish() const {
  const std::string heading = section_heading(path_, is_many_);
  for (const TomlEntry& entry : entries_) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    const std::string keys = fmt::format("its keys are {}", fmt::join(known_, ", "));
    refuse_at(file_, entry.line,
              fmt::format("unknown key '{}' in {}; {}", to_printable(entry.key), heading,
                          suggest(entry.key, known_, keys)));
  }
  for (const std::string& key : required_) {
    const bool is_there = std::any_of(entries_.begin(), entries_.end(),
                                      [&](const TomlEntry& entry) { return entry.key == key; });
    if (!is_there) refuse_at(file_, line_, fmt::format("{} has no {}; add it", heading, key));
  }
}

const TomlEntry* Section::find(std::string_view key) {
  known_.emplace_back(key);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const TomlEntry& entry) { return entry.key == key; });
  return found == entries_.end() ? nullptr : &*found;
}

std::size_t Section::line_of(std::string_view key) const {
  for (const TomlEntry& entry : entries_) {
    if (entry.key == key) return entry.line;
  }
  return line_;
}

std::string section_heading(std::string_view path, bool is_many) {
  return is_many ? fmt::format("[[{}]]", path) : fmt::format("[{}]", path);
}

void read_sections(const SectionReader& reader, const TomlEntry& entry, std::string_view file,
                   std::string_view parent) {
  const std::string path = parent.empty() ? reader.name : fmt::format("{}.{}", parent, reader.name);
  const toml::node& value = *entry.value;
  if (!reader.is_many && value.is_table()) {
    read_table(reader, path, file, entry.line, *value.as_table());
  } else if (reader.is_many && value.is_array_of_tables()) {
    for (const toml::node& one : *value.as_array()) {
      read_table(reader, path, file, one.source().begin.line, *one.as_table());
    }
  } else {
    refuse_at(file, entry.line,
              fmt::format("{} is not a section here; write it as {}", path,
                          section_heading(path, reader.is_many)));
  }
}

}  // namespace wgaudit
