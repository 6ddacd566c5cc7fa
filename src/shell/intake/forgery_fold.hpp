#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "wgaudit/base/growing_window.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Counts the datagrams that look forged for one reason, and says when they are to be recorded: the
/// first at once, those after it in windows that grow as long as it goes on. Anybody may send
/// them.
class ForgeryFold {
 public:
  /// A datagram, borrowed for the call.
  struct Sample {
    std::string_view text;
    Endpoint source;
    std::optional<std::uint32_t> uid;
  };

  /// `reason` is a literal.
  explicit ForgeryFold(std::string_view reason) : reason_(reason) {}

  void add(const Sample& sample, Instant now);

  /// Returns what is due, with the first datagram since the last time as its sample.
  std::optional<Forgery> take(Instant now);

  /// What is left, due or not: the end of a run.
  std::optional<Forgery> flush();

 private:
  std::string_view reason_;
  std::optional<Forgery> untold_;
  GrowingWindow window_{std::chrono::seconds(10), std::chrono::seconds(600)};
};

}  // namespace wgaudit
