#pragma once

#include <string>
#include <string_view>

#include "wgaudit/record/record_json.hpp"

namespace wgaudit {

/// Writes the records of the events file, of which there can be hundreds of thousands a second: the
/// bytes of to_json, which remains what it is tested against, without to_json's detour over a tree.
/// Allocates nothing once its buffers and those that it appends to have grown.
class EventEncoder {
 public:
  explicit EventEncoder(const Observer& observer);

  /// Appends an event as one line without line end.
  void append(const Record& event, std::string& text);

 private:
  std::string_view time_text(UtcTime time);
  std::string_view words_of(const Record& event);

  std::string observer_;   ///< What stands between the action and what follows it.
  UtcTime time_;           ///< Of the last event: those of one batch have the same.
  std::string time_text_;  ///< That, between quotes.
  std::string words_;
  std::string scratch_;
};

}  // namespace wgaudit
