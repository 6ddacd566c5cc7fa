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
  edited,           ///< A line is another than was written, or is none of ours.
  inserted,         ///< A line was not written there.
  removed,          ///< Lines are missing.
  reordered,        ///< A line is there, but not in its place.
  segment_missing,  ///< Lines are missing from one segment's end to another one's beginning.
  cut_off,          ///< What came behind the last line is missing.
};

std::string_view to_text(FaultKind kind);

/// Something about a journal that wgaudit did not write so.
struct Fault {
  Stream stream{};
  std::string segment;                    ///< Name of the file.
  std::uint64_t line = 0;                 ///< In its segment, from 1 on.
  std::uint64_t position = 0;             ///< In its stream, from 1 on.
  std::optional<std::uint64_t> sequence;  ///< Of the record, where the line is one.
  FaultKind kind{};
  std::string what;
};

/// A stream and a position in it.
using PlaceOfLine = std::pair<Stream, std::uint64_t>;

/// `at` with the rest: a fault of the line that it is the place of.
Fault fault_at(const Fault& at, FaultKind kind, std::string what);

/// One line for people: `journal-…1.jsonl:57: record 58: edited: …`.
std::string message_for(const Fault& fault);

}  // namespace wgaudit
