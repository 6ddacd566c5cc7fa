#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// What was done to a journal.
enum class FaultKind : std::uint8_t {
  edited,           ///< A line differs from what was written, or is no record.
  inserted,         ///< A line is there that was not written.
  removed,          ///< Lines are missing.
  reordered,        ///< A line is there, but not in its place.
  segment_missing,  ///< Lines are missing from one segment's end to another one's beginning.
  cut_off,          ///< Lines after the last one are missing.
};

std::string_view to_text(FaultKind kind);

/// A place of a journal that is not as wgaudit wrote it.
struct Fault {
  Stream stream{};
  std::string segment;                    ///< Name of the file.
  std::uint64_t line = 0;                 ///< Number of the line in its segment, from 1.
  std::uint64_t position = 0;             ///< Number of the line in its stream, from 1.
  std::optional<std::uint64_t> sequence;  ///< Number of the record, where the line is one.
  FaultKind kind{};
  std::string what;
};

/// A stream and a position in it.
using PlaceOfLine = std::pair<Stream, std::uint64_t>;

/// Makes a fault of the line at the place `at`.
Fault fault_at(const Fault& at, FaultKind kind, std::string what);

/// Returns a fault as one line for people: `journal-…1.jsonl:57: record 58: edited: …`.
std::string message_for(const Fault& fault);

}  // namespace wgaudit
