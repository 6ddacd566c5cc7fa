#pragma once

#include <string>

#include "shell/journal/segment_writer.hpp"

namespace wgaudit {

/// A bounded queue of batches that wait for the disk: the loop's view of the writer.
class BatchQueue {
 public:
  /// Queues a batch; false, and the batch is not taken, where the queue is full. Events find it
  /// full long before the journal does.
  virtual bool push(Batch batch) = 0;

  /// Whether what is left of the queue is for the journal's transitions alone.
  virtual bool is_crowded() = 0;

  /// Whether the queue is so far from full that what was lost meanwhile can be recorded.
  virtual bool has_room() = 0;

  /// An empty buffer for the lines of a batch, if possible one that was used before.
  virtual std::string buffer() = 0;

 protected:
  ~BatchQueue() = default;
};

}  // namespace wgaudit
