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
        batcher_.add(records_);
      }
      auditor_.on_time(now_, records_);
      batcher_.put(records_, now_);
    }
  }

  std::size_t bytes() const { return sink_.bytes; }

 private:
  /// Keeps nothing of a batch but its buffer.
  struct Sink : BatchQueue {
    bool push(Batch written) override {
      bytes += written.lines.size();
      used = std::move(written.lines);
      used.clear();
      return true;
    }
    bool is_crowded() override { return false; }
    bool has_room() override { return true; }
    std::string buffer() override { return std::exchange(used, {}); }

    std::string used;
    std::size_t bytes = 0;
  };

  Auditor auditor_{{}, shipped_classifier(), at(0)};
  Records records_;
  Sink sink_;
  Batcher batcher_{{{"gw1", {}}, 1U << 30U, std::chrono::hours(24), 1U << 30U}, sink_};
  std::size_t next_ = 0;
  Instant now_ = at(1);
};

}  // namespace wgaudit
