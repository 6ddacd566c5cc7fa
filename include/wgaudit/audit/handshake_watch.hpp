#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "wgaudit/audit/attempt_log.hpp"
#include "wgaudit/audit/heard_line.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/identity/registry.hpp"
#include "wgaudit/wireguard/dump.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Follows handshakes that lines announce until a dump shows them, and says which never came about.
///
/// - A handshake that the peer began is confirmed where latest-handshake moves: its first packet
///   under the new keys came. Where it does not within the time after which the peer tries again,
///   our response was lost or the peer could not read it.
/// - One that we began is answered by a line (or, where that was suppressed, by a dump).
/// - An invalid response is harmless where both sides began at once (kernel-details 5.8): a
///   handshake with that endpoint was then completed at about the same time.
///
/// Whose an id is need not be known. Where it is not, an equal endpoint counts as its row, and if
/// no row has it, any handshake of the interface: a failure is reported only where nothing
/// speaks against it. Interfaces that no dump lists are not judged.
class HandshakeWatch {
 public:
  void on_line(const HeardLine& line);

  struct Findings {
    std::vector<Attempt> failed;
    std::vector<AttemptSource> confirmed;
  };

  /// Takes a dump that was started at `started`.
  Findings on_dump(const Dump& dump, Instant started, const WallClock& wall_clock);

  /// Returns how many handshakes were not followed for want of room, since the last call.
  std::uint64_t take_overlooked();

  std::size_t size() const { return followed_.size(); }

 private:
  enum class Side : std::uint8_t { peer, gateway, response };

  static constexpr SteadyTime never = SteadyTime::min();

  struct Key {
    InterfaceName interface;
    Side side;
    std::optional<PeerId> peer;
    std::optional<Endpoint> endpoint;  ///< Source of an invalid response, which names no peer.
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };

  /// Tries of one side that no dump has confirmed yet.
  struct Tries {
    std::optional<Endpoint> endpoint;
    AttemptPeer peer;       ///< Peer by the last line.
    AttemptPeer all_lines;  ///< What holds for all of them.
    Instant first;
    Instant before_last;
    Instant last;
    std::uint64_t count = 0;
  };

  /// Latest handshakes that a dump shows of an interface.
  struct Handshakes {
    std::unordered_map<PublicKey, std::optional<SteadyTime>> of_key;
    std::unordered_map<Endpoint, std::optional<SteadyTime>> at_endpoint;
    SteadyTime any = never;

    void take(const DumpPeer& row, const WallClock& wall_clock);
    SteadyTime latest(const Tries& tries) const;
  };

  void follow(const HeardLine& line, Side side);
  void forget(const KernelEvent& event);
  std::unordered_map<InterfaceName, Handshakes> handshakes_in(const Dump& dump,
                                                              const WallClock& wall_clock) const;
  bool is_confirmed(const Handshakes& handshakes, const Key& key, Tries& tries) const;
  static void keep_last(Tries& tries);
  static AttemptSource source_of(const Key& key, const Tries& tries);
  std::optional<Attempt> failed(const Key& key, Tries& tries, Instant started) const;

  std::unordered_map<Key, Tries, KeyHash> followed_;
  std::uint64_t overlooked_ = 0;
};

}  // namespace wgaudit
