#pragma once

#include "identity/verdict.hpp"
#include "wgaudit/identity/findings.hpp"
#include "wgaudit/identity/registry_state.hpp"

namespace wgaudit {

/// Drained says how far the log has come when a dump is judged. Each dump is judged twice.
enum class Drained : std::uint8_t {
  to_end,   ///< All that was printed before the dump's end is known.
  to_calm,  ///< Also the `destroyed` that were on their way, a moment after the dump's end.
};

/// Judge joins the ids of interfaces, ascending, to the rows of dumps, and adds what is newly
/// proven or contradicted to the findings. Registry makes one for a wake-up, and LineStep has one;
/// it borrows the state. Judging a dump is linear in ids and rows. The three rules:
///
/// The log is whole (reconcile_whole): `created` is printed under the lock that a dump needs,
/// `destroyed` only after the peer has left the list (drivers/net/wireguard/peer.c). So the live
/// ids include the rows, and equal numbers are an exact map. Ids created while the dump was taken
/// are the last: those before them have the first rows, if no peer was going.
///
/// The log began late (reconcile_late): ids created since are the last rows. The rows before them
/// were there when the log began, less those whose `destroyed` was seen. As long as that count
/// holds, the older ids that lines name go to these rows, ascending, by the evidence of each.
///
/// Another interface has the name, in a namespace of its own (name_strangers): the live ids still
/// include the rows, so that equal numbers are still an exact map. And where the rows are exactly
/// those of the ids whose keys are known, the other ids belong to the other interface.
class Judge {
 public:
  Judge(RegistryState& state, Findings& findings) : state_(state), findings_(findings) {}

  /// Judges the dumps that are drained by a line stamped `reached`.
  void judge_dumps(Stamp reached);

  /// Judges the lives that were judged before this time, and on which lines have said more since.
  void reconsider_news(SteadyTime judged_before);

  /// Judges the first listing of an interface that is gone (reconcile_end).
  void conclude_end(InterfaceLife& life);

  /// Drops all that was proven of the life, and counts its log from `from` on.
  void contradict(InterfaceLife& life, ContradictionCause cause, Stamp from);

  /// Reports an id as proven, with the records of it that have no key.
  void settle(InterfaceLife& life, PeerId id);

 private:
  DumpSpan span_of(const WaitingDump& dump) const;
  void judge_dump(const WaitingDump& dump, const DumpSpan& span, Drained drained);
  void judge_life(InterfaceLife& life, const WaitingDump& dump, const DumpSpan& span,
                  Drained drained);
  void conclude(InterfaceLife& life, const Verdict& verdict, Stamp from);
  void add_unnamed(const WaitingDump& dump, const DumpSpan& span);

  RegistryState& state_;
  Findings& findings_;
};

}  // namespace wgaudit
