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

/// Parses a value of `event.action`.
std::optional<RecordKind> parse_record_kind(std::string_view text);

/// Selects a peer as users name it: digits alone are a kernel id; other text is a name as it was
/// recorded or the beginning of a public key.
class PeerSelector {
 public:
  /// Least length of the beginning of a key; shorter text is a name only.
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

/// Events that were recorded before it was proven which peer their id belongs to.
struct SettledEvents {
  PeerId id{};
  EventRange range;
};

/// Selects records. A part that is absent or empty selects all.
struct RecordFilter {
  std::optional<PeerSelector> peer;
  std::vector<RecordKind> kinds;
  InterfaceName interface;  ///< Matches the name before a rename too.
  std::optional<Network>
      source;  ///< Matches the endpoints before a roam and of an ended session too.
  std::optional<UtcTime> since;  ///< At that time or later.
  std::optional<UtcTime> until;  ///< Earlier.

  std::vector<SettledEvents> settled;  ///< Events that are the peer's too.

  /// Says whether a record is wanted, by its time of recording and all else.
  bool matches(const Record& record) const { return selects(record) && covers(record.created); }

  /// Says whether a record is wanted by all but its time.
  bool selects(const Record& record) const;

  /// Says whether a time is within the bounds; no time is only where there are none.
  bool covers(std::optional<UtcTime> time) const;

  /// Takes from a peer_identified record of this peer the events that it settles.
  void learn(const Record& identified);
};

}  // namespace wgaudit
