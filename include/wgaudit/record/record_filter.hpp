#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/network.hpp"

namespace wgaudit {

using RecordKind = std::variant<Action, EventKind>;

/// Reads a name of `event.action`.
std::optional<RecordKind> parse_record_kind(std::string_view text);

/// Names one peer, as people do: a kernel id, which digits alone are; a name as it was recorded; or
/// the beginning of a public key.
class PeerSelector {
 public:
  /// Shorter, what might be a key's beginning is a name only.
  static constexpr std::size_t shortest_key = 4;

  /// `text` is not empty.
  explicit PeerSelector(std::string text);

  bool names(const PeerFacts& peer) const;

  const std::string& text() const { return text_; }
  const std::optional<PeerId>& id() const { return id_; }
  bool may_be_key() const;

 private:
  std::string text_;
  std::optional<PeerId> id_;
};

/// Events of an id that were recorded before it was proven whose it is.
struct SettledEvents {
  PeerId id{};
  EventRange range;
};

/// Which records are wanted. A part that is absent or empty wants all.
struct RecordFilter {
  std::optional<PeerSelector> peer;
  std::vector<RecordKind> kinds;
  InterfaceName interface;        ///< Also as it was called before.
  std::optional<Network> source;  ///< Where from, also before it roamed or in the ended session.
  std::optional<UtcTime> since;   ///< At that time or later.
  std::optional<UtcTime> until;   ///< Earlier.

  std::vector<SettledEvents> settled;  ///< Are the peer's too.

  /// By the time of recording.
  bool matches(const Record& record) const { return selects(record) && covers(record.created); }

  /// By all but the time.
  bool selects(const Record& record) const;

  /// With a bound, no time is out of it.
  bool covers(std::optional<UtcTime> time) const;

  /// Takes from a peer_identified record of this peer's which events it settles.
  void learn(const Record& identified);
};

}  // namespace wgaudit
