#pragma once

#include <span>
#include <vector>

#include "presence/dump_context.hpp"

namespace wgaudit {

/// InterfaceRename is an interface and the name that it has now.
struct InterfaceRename {
  RosterInterface* interface;
  InterfaceName to;
};

/// InterfaceMatch finds out which interface of a dump is which of the dump before. DumpStep makes
/// one for each dump; it changes nothing.
class InterfaceMatch {
 public:
  InterfaceMatch(const DumpContext& context, RosterState& state, const Dump& dump,
                 std::span<const InterfaceName> unreadable)
      : context_(context), state_(state), dump_(dump), unreadable_(unreadable) {}

  /// Finds the interfaces that go on under another name.
  std::vector<InterfaceRename> renames() const;

  /// Returns whether `listed` is a new interface, created after the one of its name was destroyed.
  bool is_created_anew(const RosterInterface& before, const DumpInterface& listed) const;

 private:
  const DumpInterface* find_listed(const InterfaceName& name) const;
  bool keeps_name(const RosterInterface& interface) const;
  bool goes_on_as(const RosterInterface& before, const DumpInterface& listed) const;

  const DumpContext& context_;
  RosterState& state_;
  const Dump& dump_;
  std::span<const InterfaceName> unreadable_;
};

}  // namespace wgaudit
