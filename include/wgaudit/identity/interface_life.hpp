#pragma once

#include <map>
#include <optional>
#include <vector>

#include "wgaudit/identity/kernel_peer.hpp"
#include "wgaudit/identity/line_queue.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// DumpSpan says when a dump was taken, on printk's clock: what is stamped before `begin` happened
/// before it, what is stamped after `end` after it, and what is stamped in between before or after.
struct DumpSpan {
  Stamp begin{};
  Stamp end{};
  UtcTime finished;

  bool may_contain(Stamp stamp) const { return begin <= stamp && stamp <= end; }
};

/// LogExtent says how much of an interface's log is known.
enum class LogExtent : std::uint8_t {
  whole,  ///< All from `Interface created` on.
  late,   ///< Peers may be older than the log, or a line was lost.
};

/// FirstRow is a row that an interface had when its log began, and what dumps have shown of it
/// since.
struct FirstRow {
  PublicKey key;
  Stamp last_seen = never_before;              ///< Beginning of the last dump that has it.
  Stamp gone = never_yet;                      ///< Beginning of the first dump that lacks it.
  Stamp first_endpoint = never_yet;            ///< End of the first dump with an endpoint.
  Stamp last_without_endpoint = never_before;  ///< Beginning of the last dump without.
  std::chrono::sys_seconds handshake{};        ///< Latest handshake in the last dump.
  Stamp moved_after = never_before;  ///< Beginning of the last dump before `handshake` moved.
  Stamp moved_before = never_yet;    ///< End of the first dump after that; never_yet: no move.
  std::uint64_t rx_bytes = 0;        ///< Bytes received, in the last dump.
  Stamp still_since = never_yet;     ///< End of the first dump since which `rx_bytes` stood.
  std::size_t endpoint = 0;          ///< Hash of the endpoint in the last dump.
  Stamp endpoint_since = never_yet;  ///< End of the first dump since which `endpoint` stayed.
  bool is_shared = false;            ///< Another row has shown the endpoint meanwhile.
};

/// FirstRows are the rows that an interface had when its log began, in the dump's order.
struct FirstRows {
  Stamp first_dump = never_before;  ///< Beginning of the dump that showed them.
  std::vector<FirstRow> rows;
  std::size_t forgotten_dead = 0;  ///< Number of their ids that are destroyed and forgotten.
};

/// Listing has the keys of a dump's rows.
struct Listing {
  DumpSpan span;
  std::vector<PublicKey> keys;
};

/// CountedDump is a dump that counted for an interface: its rows fit the ids.
struct CountedDump {
  DumpSpan span;
  std::uint32_t rows = 0;
};

/// InterfaceLife is one life of an interface, from its creation to its end, under all its names,
/// with the peer ids that lines name in it. InterfaceLives owns it.
///
/// Lines never name the network namespace. So the ids of a namesake, an interface of the same name
/// in another namespace, are among these ids for as long as it lives. All ids that a dump can list
/// under the name are therefore among them.
struct InterfaceLife {
  /// Name is one name, and from when on the interface had it. A move to another namespace under
  /// another name prints nothing: it is known only from a later line.
  struct Name {
    Stamp unsure_from;  ///< Earliest stamp at which it can have had the name.
    Stamp from;
    InterfaceName name;
  };

  std::uint64_t number = 0;  ///< Number of the life; never given twice.
  LogExtent extent = LogExtent::late;
  Stamp born = never_before;    ///< Its creation; never_before: no line said so.
  Stamp dead = never_yet;       ///< Its end.
  Stamp log_began{};            ///< Dumps before this do not count.
  PeerId last_foreign_id{};     ///< Last id given out before the creation: not in this interface.
  std::uint32_t namesakes = 0;  ///< Number of other interfaces that have the name.
  bool is_mixed = false;    ///< Namesakes, or ids of theirs, may be there that were not counted.
  std::vector<Name> names;  ///< All its names, the present one last.
  std::map<PeerId, KernelPeer> peers;  ///< By id: in the order of their creation.

  // A late log only.
  std::optional<FirstRows> first_rows;      ///< Absent until a dump counts.
  std::optional<Listing> first_listing;     ///< First dump that counts, or the last before it.
  std::optional<CountedDump> last_counted;  ///< Last dump that counted.
  SteadyTime judged_at{};                   ///< When it was last judged, by a dump or by news.

  bool is_listed = false;          ///< The last dump lists it.
  std::size_t dumps_without = 0;   ///< Number of dumps in a row, until now, without it.
  Stamp excess_since = never_yet;  ///< When more live ids than rows were first seen; never_yet: no.

  std::size_t contradictions = 0;  ///< Number of contradictions, each within an hour of the last.
  Stamp contradicted = never_before;  ///< When the last contradiction was.
  Stamp last_line = never_before;     ///< Last line of one of its peers.

  const InterfaceName& name() const { return names.back().name; }
  bool is_live() const { return dead == never_yet; }
  /// Returns the name at that time; nothing where it is not sure.
  std::optional<InterfaceName> name_at(Stamp stamp) const;
  /// Returns whether it is in another namespace. One dump can be partial, two in a row are not.
  bool is_absent_from_dumps() const { return dumps_without >= 2; }
  /// Returns whether peers here can be those of a namesake.
  bool is_shared() const { return namesakes != 0 || is_mixed; }
  /// Returns whether a peer that lives is proven.
  bool has_proven_peer() const;

  /// Drops all that was proven; what is known from now on is a log that began late. After three
  /// times within an hour, no dump counts for an hour: the interface shares its name with another,
  /// or its lines are forged.
  void begin_again(Stamp from);

  /// Takes that a namesake was created; `last_id` is the last id that was given out until then.
  void on_namesake_created(Stamp created, PeerId last_id);
  /// Takes that one of the interfaces of the name is gone, and all its peers before it.
  void on_namesake_destroyed();
  /// Takes that another interface has the name: the peers that were created since the last dump can
  /// be of either.
  void doubt(Stamp from);
  /// Takes that peers that are not proven can be of any interface of the name, and that others may
  /// be older than the log.
  void mix(Stamp from);
  /// Takes that lines of any kind were lost until then.
  void on_gap(Stamp from);
  /// Drops the peers that were destroyed before that, and returns their ids.
  std::vector<PeerId> forget_peers(Stamp before);

  /// Drops what lines said about the seconds of handshakes.
  void forget_handshakes();
};

}  // namespace wgaudit
