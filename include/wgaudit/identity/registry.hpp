#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "wgaudit/identity/evidence.hpp"
#include "wgaudit/identity/findings.hpp"
#include "wgaudit/identity/identity.hpp"
#include "wgaudit/identity/line_clock.hpp"
#include "wgaudit/identity/line_queue.hpp"
#include "wgaudit/identity/registry_state.hpp"
#include "wgaudit/wireguard/dump.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Registry joins the kernel's peer ids to public keys. The Auditor owns it and gives it every line
/// and every dump; it reads no clock and no file, and never guesses. Lines are taken as they come,
/// put in order, and applied about a second later (LineStep). A dump counts only when a line with a
/// stamp after its end was applied (Judge): silence proves nothing.
///
/// Steady times in here are Instant::awake, which printk's clock can be compared with.
class Registry {
 public:
  /// Takes a line. Returns the identity of its peer, for its record.
  Identity on_line(const KernelEvent& event, const LineTimes& times);

  /// Takes that dynamic debug of the module is on. Without, it counts as on from its first line.
  void on_debug_enabled(SteadyTime since) { state_.debug.on_enabled(since); }

  /// Takes a kernel line of another subsystem, which says how far the log has come.
  void on_other_line(const LineTimes& times);

  /// Takes a dump, which is judged when lines have caught up with it.
  void on_dump(const Dump& dump, Instant started, Instant finished) {
    state_.dumps.push(dump, started, finished);
  }

  /// Returns when a line that was taken had been printed, at the latest: a line that comes after a
  /// stall is older than its receipt.
  Instant printed(const LineTimes& times) const { return state_.clock.printed(times); }

  /// Returns up to when all that was printed has come and was put in order, as far as stamps say;
  /// as Instant::awake.
  SteadyTime drained_to() const;

  /// Draws conclusions. To be called with every wake-up; what is not ripe yet waits.
  Findings advance(Instant now);

  /// Takes that lines of any kind were lost before those that come now. An id keeps the key that
  /// was proven, but proves nothing about others until a line says that it is still there. Of the
  /// other ids, only those that are created from now on can be proven.
  Findings on_gap(Instant now);

  /// Takes that the module was loaded anew, and that no line said so.
  Findings on_unseen_load();

  /// Ends a run: a load whose line is still being put in order ends all proofs.
  Findings finish();

  /// Returns when a dump would be good evidence: none of the changes that lines reported can fall
  /// into it. In the past: a dump was taken since, or nothing changed.
  SteadyTime calm_from() const { return changed_ + calm; }

  /// Puts back what was proven in an earlier run, since the same boot and module load. The first
  /// dump that counts is its test. As after a gap, it proves nothing about others until a line says
  /// that the peer is still there.
  void restore(const InterfaceName& interface, PeerId id, const PublicKey& key);

  /// Binding is a live id that is proven, and what proved it.
  struct Binding {
    PeerId id{};
    EvidenceSet evidence;
  };

  /// Bindings by interface and key.
  using Bindings = std::map<std::pair<InterfaceName, PublicKey>, Binding>;

  /// Returns all live ids that are proven.
  Bindings bindings() const;

  /// Returns how many peers were not followed for want of room, since the last call: nothing will
  /// be proven about them.
  std::uint64_t take_overlooked() { return state_.lives.take_overlooked(); }

  /// Returns what is known of an id, in words, one line each; empty where it is not known.
  std::vector<std::string> explain(PeerId id) const;

 private:
  /// Lines of a change have come by then, and a dump does not touch their bounds.
  static constexpr Stamp calm = longest_lag + std::chrono::milliseconds(200);

  /// Returns what is known of the event's peer now.
  Identity identify(const KernelEvent& event, Stamp stamp) const;
  void watch_wall_clock(Instant now);

  LineQueue queue_;      ///< Lines that are being put in order.
  RegistryState state_;  ///< All that lines and dumps have shown.
  SteadyTime changed_;   ///< When the last line about a change was received.
};

}  // namespace wgaudit
