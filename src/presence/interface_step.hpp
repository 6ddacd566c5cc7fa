#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "presence/dump_context.hpp"

namespace wgaudit {

/// InterfaceStep brings one interface and its peers up to date with a dump that lists it. DumpStep
/// makes one for each interface; it borrows all that it is given.
class InterfaceStep {
 public:
  InterfaceStep(DumpContext& context, RosterInterface& interface, const DumpInterface& listed)
      : context_(context), interface_(interface), listed_(listed), rows_(listed.peers) {}

  /// Takes settings and rows. `knows_interfaces`: an interface that is not known is a new one.
  void take(bool knows_interfaces);

 private:
  using RowNumbers = std::unordered_map<PublicKey, std::size_t>;

  void take_settings(bool knows_interfaces);
  void take_rows();
  bool is_unchanged(const PeerState& peer, const DumpPeer& row);
  std::size_t count_unchanged();
  bool is_in_order(std::size_t from) const;
  std::size_t reorder();
  std::size_t place_listed(const RowNumbers& numbers, std::vector<PeerState>& ordered);
  void place_returned(const RowNumbers& numbers, std::vector<PeerState>& ordered);

  DumpContext& context_;
  RosterInterface& interface_;
  const DumpInterface& listed_;
  const std::vector<DumpPeer>& rows_;
};

}  // namespace wgaudit
