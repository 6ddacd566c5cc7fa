#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>

#include "wgaudit/base/time.hpp"
#include "wgaudit/identity/creations.hpp"
#include "wgaudit/identity/dump_queue.hpp"
#include "wgaudit/identity/interface_lives.hpp"
#include "wgaudit/identity/line_clock.hpp"

namespace wgaudit {

/// DebugLog knows since when dynamic debug of the module is on. A load of the module switches it
/// off, and before the run it may have been off: what happened until then was not seen.
class DebugLog {
 public:
  /// Takes a line that is printed only with debug on.
  void on_debug_line(Stamp stamp) { began_ = std::min(began_, stamp); }

  /// Takes that debug is known to be on since then, though no line has come.
  void on_enabled(SteadyTime since) { on_from_ = since; }

  /// Takes a load of the module.
  void on_load() { *this = {}; }

  /// Returns whether debug was on when a dump was started.
  bool was_on(const DumpSpan& dump, SteadyTime started) const {
    return dump.begin > began_ || started >= on_from_;
  }

 private:
  Stamp began_ = never_yet;                 ///< Stamp of the first debug line of this module load.
  SteadyTime on_from_ = SteadyTime::max();  ///< From when on it was known to be on without a line.
};

/// AnnouncedLines is what must not wait until lines are put in order: an id must not be taken for
/// that of an earlier peer.
class AnnouncedLines {
 public:
  /// Takes a line that was received and is not applied yet.
  void on_line(const StampedLine& line) {
    if (line.kind == EventKind::module_loaded) load_ = std::min(load_, line.stamp);
    if (line.kind == EventKind::peer_destroyed) deaths_[*line.peer] = line.stamp;
  }

  /// Takes that the line of the id's destruction was applied.
  void on_destroyed(PeerId id) { deaths_.erase(id); }
  void on_load() { *this = {}; }

  /// Returns the stamp of a load that is not applied yet; never_yet: there is none.
  Stamp load() const { return load_; }

  /// Returns the stamp of a destruction that is not applied yet.
  std::optional<Stamp> death_of(PeerId id) const {
    const auto death = deaths_.find(id);
    return death == deaths_.end() ? std::nullopt : std::optional(death->second);
  }

 private:
  Stamp load_ = never_yet;
  std::unordered_map<PeerId, Stamp> deaths_;
};

/// RegistryState is what the registry keeps from one wake-up to the next. Registry owns it and
/// lends it to the Judge and the LineSteps of one wake-up.
struct RegistryState {
  LineClock clock;               ///< Places lines and dumps in time.
  DumpQueue dumps;               ///< Dumps that lines have to catch up with.
  InterfaceLives lives;          ///< Interfaces and peers, with what is proven of them.
  std::set<std::uint64_t> news;  ///< Lives of a late log on which lines have said more since.
  Creations creations;           ///< Ids whose creation is missing from the log.
  DebugLog debug;                ///< Since when debug lines are printed.
  AnnouncedLines announced;      ///< What lines say that still wait.
  SteadyTime now;                ///< Time of the last wake-up.
  Stamp reached = never_before;  ///< Latest stamp of the lines that were applied.
  bool has_changes = false;      ///< A line said that a peer or an interface comes or goes.
};

}  // namespace wgaudit
