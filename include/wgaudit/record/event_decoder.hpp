#pragma once

#include <string>
#include <string_view>

#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Reads what RecordEncoder writes, many times as fast as parse_record, which it is tested against:
/// byte by byte in the encoder's order, without a tree. Text that is escaped, and whatever else is
/// not the rule, it leaves to parse_record.
class EventDecoder {
 public:
  /// What parse_record makes of the line, valid until the next call; null where that has to be
  /// asked.
  const Record* read(std::string_view line);

 private:
  bool take_time(std::string_view& text, UtcTime& time);
  bool take_observer(std::string_view& text);
  bool read_record(std::string_view line);

  Record record_;
  UtcTime minute_;  ///< Of the last event.
  std::string minute_text_;
  std::string observer_;  ///< Of the last event, whole; record_ has its boot.
};

}  // namespace wgaudit
