#pragma once

#include "presence/dump_context.hpp"

namespace wgaudit {

/// Absences decides from when a peer that is not there any more is reported as gone: at once, or
/// with a grace once the absence has lasted that long. Each step of a dump has one of its own; it
/// borrows the DumpContext and keeps nothing.
class Absences {
 public:
  explicit Absences(DumpContext& context) : context_(context) {}

  /// Starts the absence of an online peer, where none runs yet, and reports the peer offline when
  /// the grace is over.
  void start_absence(PeerState& peer, const InterfaceName& interface, const Absence& absence);

  /// Takes a peer that its interface lists no more: it is removed, or in its grace first.
  void remove_peer(RosterInterface& interface, PeerState peer, ChangeReason reason);

  /// Takes an interface that is no more, with its peers. What comes under its name later is
  /// another interface.
  void remove_interface(RosterInterface& interface);

  /// Takes an interface whose name another one has now. None of its peers can come back under that
  /// name, so all are reported as removed, and DumpStep drops the interface at the end of the dump.
  void rename_aside(RosterInterface& interface);

  /// Reports the peers whose grace is over.
  void end_graces(RosterInterface& interface);

 private:
  void report_offline(PeerState& peer, const InterfaceName& interface);
  void report_removed(RosterInterface& interface, const PeerState& peer);

  DumpContext& context_;
};

}  // namespace wgaudit
