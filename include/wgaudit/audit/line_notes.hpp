#pragma once

#include <map>

#include "wgaudit/audit/heard_line.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/identity/identity.hpp"
#include "wgaudit/presence/session.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Adds what a line of a peer says of its session.
void note_line(const HeardLine& line, LineNotes& notes);

/// What lines said of peers whose ids were not proven yet: which side began, and the last
/// keepalive. Which of their handshakes dumps have counted since is not known, so those are not
/// kept.
class UnsettledNotes {
 public:
  void on_line(const HeardLine& line);

  /// The id is proven: its notes go to `notes`, those of its peer.
  void settle(PeerId id, LineNotes& notes);

 private:
  std::map<PeerId, LineNotes> notes_;
};

}  // namespace wgaudit
