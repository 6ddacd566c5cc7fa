#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "wgaudit/peers/identity.hpp"
#include "wgaudit/peers/interface_life.hpp"
#include "wgaudit/peers/line_queue.hpp"
#include "wgaudit/peers/reconcile.hpp"
#include "wgaudit/peers/stamp_clock.hpp"
#include "wgaudit/wireguard/dump.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// When a line was printed and when it was received, and the number of its record.
struct LineTimes {
  std::optional<Stamp> stamp;  ///< Without, the line can prove nothing.
  Instant received;
  std::uint64_t event_sequence = 0;
};

/// Numbers of records in the events file, both inclusive.
struct EventRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  friend bool operator==(const EventRange&, const EventRange&) = default;
};

/// An id became proven; or events of a proven one were recorded while that was still being worked
/// out.
struct Settlement {
  InterfaceName interface;
  PeerId id{};
  PublicKey public_key;
  std::vector<Evidence> evidence;
  std::optional<EventRange> events;  ///< Those of this id in it were recorded without the key.
};

/// What was proven of these ids does not hold.
struct Contradiction {
  InterfaceName interface;
  ContradictionCause cause{};
  std::vector<PeerId> ids;
};

struct Findings {
  std::vector<Settlement> settlements;
  std::vector<Contradiction> contradictions;
};

/// Joins the kernel's peer ids to public keys. It is shown every line and every dump, and never
/// guesses. Lines are taken as they come, put in order, and applied about a second later; a dump
/// counts only when a line stamped behind its end was applied: silence proves nothing.
class Registry {
 public:
  /// Takes a line; the identity of its peer, for its record.
  Identity on_line(const KernelEvent& event, const LineTimes& times);

  /// Takes a kernel line of another subsystem, which says how far the log has come.
  void on_other_line(const LineTimes& times);

  void on_dump(const Dump& dump, Instant started, Instant finished);

  /// When a line that was taken had been printed, at the latest: a line that came out of a stall is
  /// older than its receipt.
  Instant printed(const LineTimes& times) const;

  /// Draws conclusions. To be called with every wake-up; what is not ripe yet waits.
  Findings advance(Instant now);

  /// Whether advance will have something to do later without another line.
  bool is_waiting() const { return queue_.size() != 0; }

  /// When a dump would be good evidence: none of the changes that lines told of can fall into it.
  /// In the past: one was taken since, or nothing changed.
  SteadyTime calm_from() const { return changed_ + calm; }

  /// What was proven in an earlier run, since the same boot and module load. The first dump that
  /// counts is its test.
  void restore(const InterfaceName& interface, PeerId id, const PublicKey& key);

  /// The live ids that are proven, by interface and key.
  using Bindings = std::map<std::pair<InterfaceName, PublicKey>, PeerId>;
  Bindings bindings() const;

  /// What is known of an id, in words, one line each; empty where it is not known.
  std::vector<std::string> explain(PeerId id) const;

 private:
  static constexpr Stamp calm = longest_lag + std::chrono::milliseconds(200);

  struct PendingInterface {
    InterfaceName name;
    std::vector<DumpRow> rows;
  };
  /// A dump that lines still have to catch up with.
  struct PendingDump {
    Instant started;
    Instant finished;
    std::vector<PendingInterface> interfaces;
    bool is_half_done = false;  ///< Judged for interfaces whose log is whole.
  };
  struct Located {
    InterfaceLife* life;
    KernelPeer* peer;
  };

  Identity identify(const KernelEvent& event, Stamp stamp) const;
  void announce(const KernelEvent& event, Stamp stamp);
  void make_room();

  DumpSpan span_of(const PendingDump& dump) const;
  void judge_dumps(Stamp reached, Findings& findings);
  void judge(const PendingDump& dump, const DumpSpan& span, LogExtent extent, Findings& findings);
  void judge_life(InterfaceLife& life, const PendingDump& dump, const DumpSpan& span,
                  Findings& findings);
  void conclude(InterfaceLife& life, const Verdict& verdict, Stamp from, Findings& findings);
  void reconsider_news(SteadyTime judged_before, Findings& findings);
  void meet_interfaces(const PendingDump& dump, const DumpSpan& span);

  void apply(const StampedLine& line, Findings& findings);
  void apply_load(Stamp stamp, Findings& findings);
  void apply_rename(const StampedLine& line);
  void apply_created(const StampedLine& line);
  void apply_destroyed(const StampedLine& line);
  void apply_peer_line(const StampedLine& line, Findings& findings);
  std::optional<Located> locate(const StampedLine& line, Findings& findings);
  std::optional<Located> meet(const StampedLine& line, Findings& findings);
  void follow_move(InterfaceLife& life, const StampedLine& line);
  void note(KernelPeer& peer, const StampedLine& line) const;

  std::vector<InterfaceLife*> live(const InterfaceName& name);
  InterfaceLife& new_life(const InterfaceName& name, Stamp born);
  Located new_peer(InterfaceLife& life, PeerId id);
  void drop_life(const InterfaceLife* life);
  void begin_again(InterfaceLife& life, ContradictionCause cause, Stamp from, Findings& findings);
  void settle(InterfaceLife& life, PeerId id, Findings& findings);
  void forget(Stamp before);

  StampClock clock_;
  LineQueue queue_;
  std::deque<PendingDump> dumps_;
  std::list<InterfaceLife> lives_;
  std::unordered_map<PeerId, Located> located_;
  SteadyTime now_;                    ///< Of the last advance.
  Stamp reached_ = never_before;      ///< Of the last line applied.
  Stamp debug_began_ = never_yet;     ///< First debug line of this module load.
  SteadyTime changed_;                ///< When the last line about a change was received.
  bool has_changes_ = false;          ///< A line told of a peer or an interface coming or going.
  bool has_load_ = false;             ///< Its line was seen.
  Stamp announced_load_ = never_yet;  ///< Received, and not applied yet.
  std::unordered_map<PeerId, Stamp> announced_deaths_;
  PeerId last_id_{};                     ///< Highest that was named.
  std::optional<PeerId> first_created_;  ///< Of this load: from here on every id was seen created.
};

}  // namespace wgaudit
