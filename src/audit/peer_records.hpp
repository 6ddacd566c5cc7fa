#pragma once

#include "wgaudit/audit/attempt_log.hpp"
#include "wgaudit/presence/roster.hpp"
#include "wgaudit/record/peer_names.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// The parts of a record that say what a peer did, is or was set to. Number and times are the
/// auditor's.
void describe(const PeerChange& change, const PeerNames& names, Record& record);
void describe(const ConfigChange& change, const PeerNames& names, Record& record);
void describe(const Attempt& attempt, const PeerNames& names, Record& record);

/// A peer as it is now.
void describe(const InterfaceName& interface, const PeerState& peer, const PeerNames& names,
              Record& record);

/// An interface as it is now.
void describe(const InterfaceState& interface, Record& record);

/// Fills in the session that ended with `change`; `record` is that of the change.
void describe_end(const PeerChange& change, const PeerNames& names, Record& record);

Action action_of(PeerChange::Kind kind);

}  // namespace wgaudit
