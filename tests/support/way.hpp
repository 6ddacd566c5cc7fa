#pragma once

#include <string>
#include <utility>
#include <vector>

#include "audit/story.hpp"
#include "shell/journal/batcher.hpp"

namespace wgaudit {

/// The way of datagrams from the socket to the writer's queue, which only takes their bytes.
class Way {
 public:
  static constexpr std::size_t batch = 64;

  /// Takes so many batches, 0.1 ms from one to the next; over and over, if need be.
  void take(const std::vector<std::string>& datagrams, std::size_t batches) {
    for (std::size_t i = 0; i < batches; ++i) {
      now_.steady += std::chrono::microseconds(100);
      now_.utc += std::chrono::microseconds(100);
      for (std::size_t j = 0; j < batch; ++j) {
        auditor_.on_datagram(datagrams[next_++ % datagrams.size()], now_, records_);
        store_.add(records_);
      }
      auditor_.on_time(now_, records_);
      store_.put(records_, now_);
    }
  }

  std::size_t bytes() const { return bytes_; }

 private:
  bool push(Batch written) {
    bytes_ += written.lines.size();
    buffer_ = std::move(written.lines);
    buffer_.clear();
    return true;
  }

  Auditor auditor_{{}, shipped_classifier(), at(0)};
  Records records_;
  std::string buffer_;
  std::size_t bytes_ = 0;
  Store store_{{{"gw1", {}}, 1U << 30U, std::chrono::hours(24), 1U << 30U},
               auditor_,
               {[this](Batch written) { return push(std::move(written)); }, [] { return false; },
                [] { return true; }, [this] { return std::exchange(buffer_, {}); }}};
  std::size_t next_ = 0;
  Instant now_ = at(1);
};

}  // namespace wgaudit
