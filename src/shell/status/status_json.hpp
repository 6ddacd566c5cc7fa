#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "shell/status/status.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {

/// A status as one line of JSON, made piece by piece: nobody waits until ten thousand peers are
/// encoded. What was made is kept, for others who are told the same. Interfaces and peers are the
/// records of a snapshot, as the journal has them. Within `"v":1` fields are only added.
class StatusJson {
 public:
  StatusJson(Status status, Observer observer)
      : status_(std::move(status)), observer_(std::move(observer)) {}

  /// Valid as long as this is; null behind the last. Each is first asked for in its turn.
  const std::string* piece(std::size_t number);

 private:
  void add_piece();
  std::string head() const;

  Status status_;
  Observer observer_;
  std::deque<std::string> pieces_;
  bool has_ended_ = false;
  std::size_t peers_told_ = 0;
};

/// A status as it was asked for, and whose it is.
struct ToldStatus {
  Status status;
  Observer observer;
};

/// Reads what StatusJson wrote, but for the counters that nobody reads as text: by kind, action and
/// reason of rejection. The error says what is wrong, without the text.
tl::expected<ToldStatus, std::string> parse_status(std::string_view json);

}  // namespace wgaudit
