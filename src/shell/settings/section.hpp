#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/settings/toml_form.hpp"

namespace wgaudit {

struct TomlEntry;
class Section;

/// How a room announces a section of the configuration file: its name, and what reads it.
struct SectionReader {
  std::string name;
  bool is_many;  ///< Whether it is [[name]], which may be there several times, and not [name].
  std::function<void(Section&)> read;  ///< Called once for each table of that name.
};

using SectionReaders = std::vector<SectionReader>;

/// One section of a configuration file while the room that it belongs to reads it, key by key, into
/// the members of a struct:
///
///     void read_history(Section& section, HistorySettings& history) {
///       section.duration("keep", history.keep, std::chrono::hours(1), std::chrono::days(400));
///       section.boolean("addresses", history.has_addresses);
///     }
///
/// A member keeps its value, the default, where its key is not there. Throws SetupError `FILE:LINE:
/// SECTION.KEY: reason; cure` with exit code 78. It holds no file and no copy of the text, and
/// lives as long as the call of the reader; after that, every key that the reader has not read is
/// refused.
class Section {
 public:
  /// `path` is the section's whole name, such as `history.rollup`.
  Section(std::string path, bool is_many, std::string_view file, std::size_t line,
          std::vector<TomlEntry> entries);
  ~Section();
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  void text(std::string_view key, std::string& value);
  void boolean(std::string_view key, bool& value);
  void list(std::string_view key, std::vector<std::string>& value);

  /// `unit` is for the error text, such as `hours`; empty: the number is of nothing.
  template <typename Number>
  void number(std::string_view key, Number& value, Number low, Number high,
              std::string_view unit = {}) {
    value = static_cast<Number>(
        number_of(key, static_cast<std::int64_t>(value),
                  {static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)}, unit));
  }

  void duration(std::string_view key, std::chrono::seconds& value, std::chrono::seconds low,
                std::chrono::seconds high);

  /// Reads the sections of this name within this one: [history.rollup], [[channel.rule]].
  void nested(const SectionReader& reader);

  /// Makes a key required. A missing key is refused after all keys have been read, because a key
  /// that is spelt wrong explains it.
  void require(std::string_view key);

  /// Refuses the value of a key for a reason of the room's own, `reason; cure`.
  [[noreturn]] void refuse(std::string_view key, std::string_view reason) const;

  /// Refuses keys that were not read, and keys that are required and missing.
  void finish() const;

 private:
  const TomlEntry* find(std::string_view key);
  std::int64_t number_of(std::string_view key, std::int64_t value,
                         std::pair<std::int64_t, std::int64_t> range, std::string_view unit);
  [[noreturn]] void refuse_type(std::string_view key, TomlForm form) const;
  std::size_t line_of(std::string_view key) const;

  const std::string path_;
  const bool is_many_;
  const std::string_view file_;
  const std::size_t line_;
  const std::vector<TomlEntry> entries_;
  std::vector<std::string> known_;     ///< Keys that the reader has asked for.
  std::vector<std::string> required_;  ///< Keys that the reader requires.
};

/// The section as it is written above its keys: `[history]`, `[[channel]]`.
std::string section_heading(std::string_view path, bool is_many);

/// Gives the section or the sections that `entry` holds to `reader`. `parent` is the path of the
/// section around it; empty: the file itself.
void read_sections(const SectionReader& reader, const TomlEntry& entry, std::string_view file,
                   std::string_view parent = {});

}  // namespace wgaudit
