#pragma once

#include <string>
#include <string_view>

#include "wgaudit/record/json_writer.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// The machine that records; the same in every record of a run.
struct Observer {
  std::string hostname;
  std::string boot_id;  ///< /proc/sys/kernel/random/boot_id; empty where it is not known.

  friend bool operator==(const Observer&, const Observer&) = default;
};

/// Writes records, of which there can be hundreds of thousands a second: each is one line of JSON,
/// Elastic Common Schema where it has a field, `wireguard.*` for the rest, keys in fixed order.
/// Text that is not UTF-8 is escaped, never refused. The format is described by record.schema.json;
/// within `"v":1` fields are only added. Allocates nothing once its buffers, and those that it
/// appends to, have grown.
class RecordEncoder {
 public:
  explicit RecordEncoder(const Observer& observer);

  /// Appends the record as one line without line end.
  void append(const Record& record, std::string& text);

 private:
  void write_event(const Record& record);
  std::string_view time_text(UtcTime time);
  std::string_view message_of(const Record& record);

  std::string observer_;   ///< JSON of the observer.
  UtcTime time_;           ///< Time that time_text_ spells: the records of one batch share it.
  std::string time_text_;  ///< That time as JSON, between quotes.
  std::string message_;
  JsonWriter json_;
};

/// The record as one line of JSON without line end.
std::string to_json(const Record& record, const Observer& observer);

}  // namespace wgaudit
