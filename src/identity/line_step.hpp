#pragma once

#include "identity/judge.hpp"
#include "wgaudit/identity/findings.hpp"
#include "wgaudit/identity/registry_state.hpp"

namespace wgaudit {

/// LineStep applies one line, in the order of stamps, to the lives of interfaces and peers.
/// Registry makes one for each line; it borrows the state and adds to the findings.
class LineStep {
 public:
  LineStep(RegistryState& state, Findings& findings)
      : state_(state), findings_(findings), judge_(state, findings) {}

  void take(const StampedLine& line);

  /// Takes that the module was loaded: ids begin again. The log does not begin whole with it,
  /// because debug may be off for the first peers.
  void take_load(Stamp stamp);

 private:
  void take_rename(const StampedLine& line);
  void take_destroyed(const StampedLine& line);
  void take_created(const StampedLine& line);
  void take_peer_line(const StampedLine& line);
  void note_event(const StampedLine& line, InterfaceLife& life, KernelPeer& peer);

  RegistryState& state_;
  Findings& findings_;
  Judge judge_;
};

}  // namespace wgaudit
