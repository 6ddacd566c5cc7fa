#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/recorder.hpp"
#include "shell/journal/sealer.hpp"
#include "shell/journal/segment_writer.hpp"
#include "shell/journal/writer.hpp"
#include "shell/settings/settings.hpp"
#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// The journal's folder: locks it, takes up what an earlier run left, and owns the thread that
/// writes to it. Owned by the daemon; only the writer's thread waits for the disk.
class JournalKeeper {
 public:
  /// Locks the folder. Throws SetupError.
  JournalKeeper(const Settings& settings, Writer::Listener listener);

  Writer& writer() { return writer_; }

  /// Opens both streams, and has the recorder take up the peers' state and the numbers. Throws
  /// SetupError.
  void open(Recorder& recorder, Instant now);

  /// Opens the keys that the journal is sealed with.
  void open_sealer(Recorder& recorder);

  /// Cuts off what a crash left unfinished. Throws SetupError.
  void cut();

  /// Starts the thread.
  void start() { writer_.start(); }

  /// Number of the journal's last record before this run; 0: there was none.
  std::uint64_t found() const { return found_; }

  /// Records what was cut off.
  void record_torn(Recorder& recorder, Instant now) const;

  /// Records what was deleted, or is to be, since the last call.
  void record_deleted(Recorder& recorder, Instant now);

 private:
  void restore_peers(Recorder& recorder) const;
  void continue_from(const StreamEnd& end, Stream stream, Recorder& recorder, Instant now);
  void on_sealed(const HeldLink& sealed) const;

  const Settings& settings_;
  FileDescriptor lock_;
  SegmentWriter journal_;
  SegmentWriter events_;
  Sealer sealer_;
  std::uint64_t found_ = 0;
  std::vector<std::string> torn_;  ///< What a crash of the run before left unfinished.
  Writer writer_;                  ///< Destroyed first: its thread uses the others.
};

}  // namespace wgaudit
