#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/identity/contradiction.hpp"
#include "wgaudit/identity/event_range.hpp"
#include "wgaudit/identity/evidence.hpp"
#include "wgaudit/identity/identity.hpp"
#include "wgaudit/presence/config_change.hpp"
#include "wgaudit/presence/peer_state.hpp"
#include "wgaudit/presence/session.hpp"
#include "wgaudit/record/loss_reason.hpp"
#include "wgaudit/wireguard/dynamic_debug.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// What happened, by the auditor's conclusion; `event.action` of the journal. Never rename one.
enum class Action : std::uint8_t {
  monitor_started,
  monitor_stopped,
  snapshot,  ///< A peer or an interface as it is. A segment begins with all of them.
  peer_added,
  peer_online,
  peer_offline,
  peer_roamed,
  peer_removed,
  session_ended,
  attempt,
  peer_identified,
  identity_contradicted,
  config_changed,
  evidence_lost,
  clock_stepped,
  forged_input,
  checkpoint,
};

/// `event.reason` of the checkpoints that seal the journal.
inline constexpr std::string_view seal_reason = "seal";

/// `event.reason` of the snapshots of peers as the first dump of a run shows them.
inline constexpr std::string_view start_reason = "start";

inline constexpr std::size_t action_count = static_cast<std::size_t>(Action::checkpoint) + 1;

std::string_view to_text(Action action);
std::optional<Action> parse_action(std::string_view text);

/// The two files of records: the journal has the conclusions, the events every kernel line.
enum class Stream : std::uint8_t { journal, events };

inline constexpr std::size_t stream_count = static_cast<std::size_t>(Stream::events) + 1;

std::string_view to_text(Stream stream);
std::optional<Stream> parse_stream(std::string_view text);

/// A peer as a record shows it. Fields that are not known are absent.
struct PeerFacts {
  std::optional<PeerId> id;
  std::optional<PublicKey> public_key;
  std::string name;
  std::optional<IdentityState> identity;  ///< With a kernel id only.
  std::vector<PublicKey> candidates;      ///< Unresolved: the few keys that the id can still have.
  std::vector<Evidence> evidence;  ///< peer_identified and snapshot: what proved the identity.
  std::optional<Presence> presence;
  std::optional<UtcTime> since;                              ///< Begin of that presence.
  std::string allowed_ips;                                   ///< As `wg` prints them.
  std::optional<std::chrono::sys_seconds> latest_handshake;  ///< 0: never.
  std::optional<std::uint64_t> rx_bytes;
  std::optional<std::uint64_t> tx_bytes;
  std::optional<std::chrono::seconds> persistent_keepalive;  ///< 0: off.

  friend bool operator==(const PeerFacts&, const PeerFacts&) = default;
};

/// The greatest number of a record. No stream gets there; a greater number is damage. Sums of it
/// and a count do not wrap.
constexpr std::uint64_t max_sequence = std::numeric_limits<std::int64_t>::max();

/// Numbers of records that a stream does not have, first and last included. Records with numbers
/// between two losses of one time may exist.
struct MissingNumbers {
  Stream stream{};
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  friend bool operator==(const MissingNumbers&, const MissingNumbers&) = default;
};

/// What may be missing; body of evidence_lost.
struct Loss {
  std::optional<std::uint64_t> count;  ///< How many, where that is known.
  std::optional<UtcTime> from;         ///< Begin of the time in which it was lost.
  std::optional<UtcTime> to;           ///< End of that time.
  std::string detail;
  std::optional<std::chrono::milliseconds> delay = {};  ///< lines_late: the greatest delay.
  std::optional<MissingNumbers> numbers = {};  ///< Numbers that are missing because of this loss.

  friend bool operator==(const Loss&, const Loss&) = default;
};

/// A loss, and the reason that its record gives.
struct NamedLoss {
  LossReason reason;
  Loss loss;
};

/// Datagrams of senders that may not send, since the previous record of this reason. Only the first
/// one is shown: a forger decides how many there are.
struct ForgeryFacts {
  std::uint64_t count = 0;
  UtcTime first;
  UtcTime last;
  std::optional<std::uint32_t> uid;  ///< User of the first sender, where it was looked up.
  std::string sample;                ///< Beginning of the first datagram.

  friend bool operator==(const ForgeryFacts&, const ForgeryFacts&) = default;
};

/// Datagrams that look forged, and the reason that their record gives.
struct Forgery {
  std::string_view reason;  ///< A literal.
  Endpoint source;          ///< Sender of the first one; none: not an internet socket.
  ForgeryFacts facts;
};

/// The source that showed what a record says. `both`: a line raised the question that a dump
/// answered.
enum class Witness : std::uint8_t { kernel, dump, both };

std::string_view to_text(Witness witness);
std::optional<Witness> parse_witness(std::string_view text);

/// Handshakes that dumps proved, and how many of these a kernel line reported.
struct HandshakeCounts {
  std::uint64_t proven = 0;
  std::uint64_t printed = 0;

  friend bool operator==(const HandshakeCounts&, const HandshakeCounts&) = default;
};

/// Handshakes of a day for which it was decided, since the previous checkpoint, whether a line
/// reported them; body of checkpoint. The sum of a day's checkpoints is the sum of the day.
struct CompletenessFacts {
  std::chrono::sys_days day;  ///< In which the handshakes were completed; UTC.
  UtcTime since;              ///< Time of the previous checkpoint, or of the start.
  HandshakeCounts handshakes;

  friend bool operator==(const CompletenessFacts&, const CompletenessFacts&) = default;
};

/// Failed attempts of one source and cause since the previous record of them.
struct AttemptFacts {
  std::uint64_t count = 0;
  UtcTime first;
  UtcTime last;
  std::optional<std::int32_t> tries;  ///< handshake_abandoned: how many in one go.
  std::optional<std::int32_t> error;  ///< no_route: negative errno.
  bool of_other_sources = false;  ///< Sources beyond those that are kept apart, folded into one.

  friend bool operator==(const AttemptFacts&, const AttemptFacts&) = default;
};

/// A setting that changed. Values are spelt as `wg` does; absent: the setting was, or is, not
/// there.
struct FieldChange {
  std::string field;
  std::optional<std::string> before;
  std::optional<std::string> after;

  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

/// Proofs that were dropped; body of identity_contradicted.
struct ContradictionFacts {
  ContradictionCause cause{};
  std::vector<PeerId> ids;

  friend bool operator==(const ContradictionFacts&, const ContradictionFacts&) = default;
};

/// What became of the datagrams of a run: received is the sum of the others. Datagrams that were
/// dropped before they were received are in evidence_lost.
struct DatagramCounts {
  std::uint64_t received = 0;
  std::uint64_t recorded = 0;
  std::uint64_t ignored = 0;
  std::uint64_t rejected = 0;

  friend bool operator==(const DatagramCounts&, const DatagramCounts&) = default;
};

/// The dumps of a run and their cost, `wg` included.
struct DumpCosts {
  std::uint64_t count = 0;
  std::chrono::microseconds cpu{0};  ///< The processor's time.

  friend bool operator==(const DumpCosts&, const DumpCosts&) = default;
};

/// How the daemon was set and, in monitor_stopped, what ended it and what it did.
struct MonitorFacts {
  std::string version;
  std::chrono::seconds interval{};
  std::chrono::seconds threshold{};
  std::chrono::seconds stats_interval{};
  std::string only_interface;
  std::optional<std::int32_t> signal;
  std::chrono::seconds grace{};
  std::optional<std::uint64_t> module_load{};   ///< Differs where the module was loaded anew.
  std::optional<DynamicDebug> dynamic_debug{};  ///< At the start; absent where it cannot be read.

  std::optional<DatagramCounts> datagrams{};  ///< For monitor_stopped.
  std::optional<DumpCosts> dumps{};           ///< For monitor_stopped.

  friend bool operator==(const MonitorFacts&, const MonitorFacts&) = default;
};

/// Body of an event: one classified line of the kernel.
struct EventBody {
  KernelEvent line;
  std::optional<PeerFacts> peer;  ///< Identity of the line's peer id, where it has one.
  std::optional<std::chrono::microseconds> stamp;  ///< printk's clock.
  std::uint32_t repeated = 1;                      ///< Lines that the event stands for.
};

/// Body of a peer's change (`peer_added` to `peer_removed`) and of a peer's snapshot.
struct PeerBody {
  PeerFacts peer;  ///< With its public key.
  std::optional<Endpoint> endpoint;
  std::optional<Endpoint> previous_endpoint;
  std::optional<Session> session;  ///< As far as it has come, where the peer is online.
};

/// Body of session_ended.
struct SessionEndBody {
  PeerFacts peer;  ///< Key and name only: the record restores no presence.
  std::optional<Endpoint> endpoint;
  std::optional<Endpoint> previous_endpoint;
  EndedSession ended;
};

/// Body of attempt.
struct AttemptBody {
  AttemptFacts facts;
  std::optional<PeerFacts> peer;     ///< Where a line named a kernel peer.
  std::optional<Endpoint> endpoint;  ///< The source, where it is known.
};

/// Body of peer_identified.
struct IdentifiedBody {
  PeerFacts peer;                    ///< With kernel id, public key and evidence.
  std::optional<EventRange> events;  ///< Holds the events that the proof settles.
};

/// Body of config_changed.
struct ConfigBody {
  FieldChange change;
  std::optional<PeerFacts> peer;  ///< Where a peer was set, not its interface.
};

/// Body of forged_input.
struct ForgeryBody {
  ForgeryFacts facts;
  std::optional<Endpoint> endpoint;  ///< The sender, where it is an internet socket.
};

/// What a record says beyond its header: one body for each kind of record. std::monostate: nothing,
/// as in the checkpoint that seals the journal, or because the line that was read lacks the part.
using RecordBody = std::variant<std::monostate, EventBody, PeerBody, SessionEndBody, AttemptBody,
                                IdentifiedBody, ContradictionFacts, ConfigBody, InterfaceSettings,
                                Loss, ForgeryBody, ClockStep, CompletenessFacts, MonitorFacts>;

/// One line of the journal or of the events file: a header, which every record has, and the body of
/// its kind.
struct Record {
  std::uint64_t sequence = 0;        ///< Each stream counts on its own, from 1, without gaps.
  std::optional<UtcTime> timestamp;  ///< When it happened; absent where log text lacks it.
  UtcTime created;                   ///< When it was recorded.
  std::variant<Action, EventKind> action;
  std::string reason;
  InterfaceName interface;
  std::string session_id;  ///< Names the session that the record belongs to.
  std::optional<Witness> witness;
  std::string message;  ///< The record in words; empty in an event that was not read (message_of).
  /// Time of recording since boot, suspend included, independent of the wall clock; journal only.
  std::optional<std::chrono::microseconds> uptime;
  std::string boot_id;  ///< Boot of the machine; set in records that were read.
  RecordBody body;

  Stream stream() const {
    return std::holds_alternative<Action>(action) ? Stream::journal : Stream::events;
  }
  bool is(Action wanted) const {
    const Action* const mine = std::get_if<Action>(&action);
    return mine != nullptr && *mine == wanted;
  }

  /// The body, where it is a `Body`; else null.
  template <typename Body>
  const Body* as() const {
    return std::get_if<Body>(&body);
  }
  template <typename Body>
  Body* as() {
    return std::get_if<Body>(&body);
  }

  // What several kinds of body have; null or absent where this body does not have it.
  const PeerFacts* peer() const;
  const Session* session() const;
  std::optional<Endpoint> endpoint() const;
  std::optional<Endpoint> previous_endpoint() const;
};

std::string_view to_text(const std::variant<Action, EventKind>& action);

/// Says whether the record shows a known peer as the run found it at its start.
bool is_peer_at_start(const Record& record);

using Records = std::vector<Record>;

/// Makes the name of a session from interface, peer and begin: the same after a restart.
std::string session_id(const InterfaceName& interface, const PublicKey& key, UtcTime since);

/// The first eight characters of a key.
std::string short_key(const PublicKey& key);

}  // namespace wgaudit
