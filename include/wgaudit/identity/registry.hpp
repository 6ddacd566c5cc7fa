#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "wgaudit/identity/creations.hpp"
#include "wgaudit/identity/dump_queue.hpp"
#include "wgaudit/identity/findings.hpp"
#include "wgaudit/identity/identity.hpp"
#include "wgaudit/identity/interface_lives.hpp"
#include "wgaudit/identity/line_queue.hpp"
#include "wgaudit/identity/stamp_clock.hpp"
#include "wgaudit/wireguard/dump.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// When a line was printed and when it was received, and the number of its record.
struct LineTimes {
  std::optional<Stamp> stamp;  ///< Without, the line can prove nothing.
  Instant received;
  std::uint64_t event_sequence = 0;
};

/// Joins the kernel's peer ids to public keys. It is shown every line and every dump, and never
/// guesses. Lines are taken as they come, put in order, and applied about a second later; a dump
/// counts only when a line stamped behind its end was applied: silence proves nothing.
///
/// What is steady here is so by Instant::awake, which printk's clock can be compared with.
class Registry {
 public:
  /// Takes a line; the identity of its peer, for its record.
  Identity on_line(const KernelEvent& event, const LineTimes& times);

  /// Dynamic debug of the module is known to be on. Otherwise it counts as on from its first line.
  void on_debug_enabled(SteadyTime since) { debug_on_from_ = since; }

  /// Takes a kernel line of another subsystem, which says how far the log has come.
  void on_other_line(const LineTimes& times);

  void on_dump(const Dump& dump, Instant started, Instant finished) {
    dumps_.push(dump, started, finished);
  }

  /// When a line that was taken had been printed, at the latest: a line that came out of a stall is
  /// older than its receipt.
  Instant printed(const LineTimes& times) const;

  /// Up to when all that was printed has come and was put in order, as far as stamps tell; as
  /// Instant::awake.
  SteadyTime drained_to() const;

  /// Draws conclusions. To be called with every wake-up; what is not ripe yet waits.
  Findings advance(Instant now);

  /// Lines of any kind were lost before those that come now. Whom an id was proven to be it stays,
  /// but it proves nothing about others until a line says that it is still there. Of the others,
  /// only those are proven from now on that are created from now on.
  Findings on_gap(Instant now);

  /// The module was loaded anew, and no line said so.
  Findings on_unseen_load();

  /// The end of a run: a load whose line is still being put in order ends all proofs.
  Findings finish();

  /// When a dump would be good evidence: none of the changes that lines told of can fall into it.
  /// In the past: one was taken since, or nothing changed.
  SteadyTime calm_from() const { return changed_ + calm; }

  /// What was proven in an earlier run, since the same boot and module load. The first dump that
  /// counts is its test; and as after a gap, it proves nothing about others until a line says that
  /// it is still there.
  void restore(const InterfaceName& interface, PeerId id, const PublicKey& key);

  /// A live id that is proven, and what proved it.
  struct Binding {
    PeerId id{};
    EvidenceSet evidence;
  };

  /// All of them, by interface and key.
  using Bindings = std::map<std::pair<InterfaceName, PublicKey>, Binding>;
  Bindings bindings() const;

  /// How many peers were not followed for want of room, since the last time: of so many, nothing
  /// will be proven.
  std::uint64_t take_overlooked() { return lives_.take_overlooked(); }

  /// What is known of an id, in words, one line each; empty where it is not known.
  std::vector<std::string> explain(PeerId id) const;

 private:
  static constexpr Stamp calm = longest_lag + std::chrono::milliseconds(200);

  Identity identify(const KernelEvent& event, Stamp stamp) const;
  void announce(const StampedLine& line);
  void watch_wall_clock(Instant now);

  DumpSpan span_of(const WaitingDump& dump) const;
  void judge_dumps(Stamp reached, Findings& findings);
  void judge(const WaitingDump& dump, const DumpSpan& span, Drained drained, Findings& findings);
  void judge_life(InterfaceLife& life, const WaitingDump& dump, const DumpSpan& span,
                  Drained drained, Findings& findings);
  void conclude(InterfaceLife& life, const Verdict& verdict, Stamp from, Findings& findings);
  void reconsider_news(SteadyTime judged_before, Findings& findings);
  void meet_interfaces(const WaitingDump& dump, const DumpSpan& span);

  void apply(const StampedLine& line, Findings& findings);
  void apply_load(Stamp stamp, Findings& findings);
  void apply_rename(const StampedLine& line);
  void apply_destroyed(const StampedLine& line, Findings& findings);
  void apply_created(const StampedLine& line, Findings& findings);
  void apply_peer_line(const StampedLine& line, Findings& findings);
  std::optional<UtcTime> printed_not_before(const StampedLine& line) const;

  void contradict(InterfaceLife& life, ContradictionCause cause, Stamp from, Findings& findings);
  void settle(InterfaceLife& life, PeerId id, Findings& findings);

  StampClock clock_;
  LineQueue queue_;
  DumpQueue dumps_;
  InterfaceLives lives_;
  std::set<std::uint64_t> news_;  ///< Lives of a late log of which lines have told more.
  Creations creations_;
  SteadyTime now_;                                ///< Of the last advance.
  Stamp reached_ = never_before;                  ///< Of the last line applied.
  Stamp debug_began_ = never_yet;                 ///< First debug line of this module load.
  SteadyTime debug_on_from_ = SteadyTime::max();  ///< It was known to be on without a line.
  SteadyTime changed_;                ///< When the last line about a change was received.
  bool has_changes_ = false;          ///< A line told of a peer or an interface coming or going.
  Stamp announced_load_ = never_yet;  ///< Received, and not applied yet.
  std::unordered_map<PeerId, Stamp> announced_deaths_;  ///< Likewise.
  std::chrono::microseconds wall_ahead_{};              ///< Of the steady clock.
  SteadyTime wall_set_;  ///< When the wall clock was last set, or first read.
};

}  // namespace wgaudit
