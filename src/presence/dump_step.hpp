#pragma once

#include <span>
#include <vector>

#include "presence/dump_context.hpp"
#include "presence/interface_match.hpp"

namespace wgaudit {

/// DumpStep takes one dump into the roster's state and finds out what it changed. Roster makes one
/// for each dump and lends it the state; what is known of that dump alone ends with the step.
///
/// The order of the work is part of the rules: renames come first, so that no interface is taken
/// for the one whose name it got; then come the listed interfaces in the dump's order, then those
/// that are missing, then the graces that are over.
class DumpStep {
 public:
  DumpStep(RosterState& state, DumpContext context) : state_(state), context_(std::move(context)) {}

  RosterChanges take(const Dump& dump, std::span<const InterfaceName> unreadable);

 private:
  void apply(const std::vector<InterfaceRename>& renames);
  void rename_others_aside(const std::vector<InterfaceRename>& renames);
  void take_listed(const Dump& dump, const InterfaceMatch& match);
  void take_unlisted(std::span<const InterfaceName> unreadable);
  void mark_missing(RosterInterface& interface, std::span<const InterfaceName> unreadable);

  RosterState& state_;
  DumpContext context_;
};

}  // namespace wgaudit
