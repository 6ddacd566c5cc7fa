#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>

#include "commands/arguments.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record_filter.hpp"

namespace wgaudit {

/// `--since` and `--until`: a point in time, or a span that ends now.
using Since = std::variant<UtcTime, std::chrono::seconds>;

/// Where `since` begins if it is now `now`.
UtcTime begin_of(const Since& since, UtcTime now);

/// The form in which records are shown.
enum class ShownForm : std::uint8_t {
  text,
  raw,  ///< As text, and below it the line that it was read from.
  json
};

/// The records that a user of follow or classify wants to see, and how.
struct ViewOptions {
  RecordFilter filter;  ///< Without its times.
  std::optional<Since> since;
  std::optional<Since> until;
  ShownForm form = ShownForm::text;

  /// The filter, if it is now `now`. Throws SetupError (exit code 64) where it ends before it
  /// begins.
  RecordFilter filter_at(UtcTime now) const;
};

/// Reads the flags of a command that shows records; those of other commands leave the defaults.
/// Throws SetupError with exit code 64: `--flag: reason; cure`.
ViewOptions read_view(const CommandRow& row, const Arguments& arguments);

}  // namespace wgaudit
