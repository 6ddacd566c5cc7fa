#pragma once

#include <map>
#include <optional>
#include <vector>

#include "wgaudit/identity/kernel_peer.hpp"
#include "wgaudit/identity/line_queue.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// On printk's clock, when a dump was taken: what is stamped before `begin` happened before it,
/// what is stamped behind `end` after it, and between the two nobody knows.
struct DumpSpan {
  Stamp begin{};
  Stamp end{};
  UtcTime finished;

  bool may_contain(Stamp stamp) const { return begin <= stamp && stamp <= end; }
};

/// How much of an interface's log is known.
enum class LogExtent : std::uint8_t {
  whole,  ///< From `Interface created` on.
  late,   ///< Peers may be older than the log, or a line was lost.
};

/// A row that an interface had when its log began, and what dumps have shown of it since.
struct FirstRow {
  PublicKey key;
  Stamp last_seen = never_before;              ///< Beginning of the last dump that has it.
  Stamp gone = never_yet;                      ///< Beginning of the first dump that has it no more.
  Stamp first_endpoint = never_yet;            ///< End of the first dump with an endpoint.
  Stamp last_without_endpoint = never_before;  ///< Beginning of the last dump without.
  std::chrono::sys_seconds handshake{};
  Stamp moved_after = never_before;  ///< Beginning of the last dump before `handshake` moved.
  Stamp moved_before = never_yet;    ///< End of the first dump behind; never_yet: it never did.
  std::uint64_t rx_bytes = 0;
  Stamp still_since = never_yet;     ///< End of the first dump that has shown only these since.
  std::size_t endpoint = 0;          ///< Hash.
  Stamp endpoint_since = never_yet;  ///< End of the first dump that has shown only this one since.
  bool is_shared = false;            ///< Another row has shown it meanwhile.
};

/// The keys of a dump's rows.
struct Listing {
  DumpSpan span;
  std::vector<PublicKey> keys;
};

/// One life of an interface, from its creation to its end, under all its names: the peer ids that
/// lines name in it. Lines never name the network namespace: the ids of a namesake, an interface of
/// the same name in another, are among them for as long as it lives, too. So all that a dump lists
/// under the name are among them.
struct InterfaceLife {
  struct Name {
    Stamp unsure_from;  ///< A move under another name prints nothing: known only from a later line.
    Stamp from;
    InterfaceName name;
  };

  std::uint64_t number = 0;  ///< Never given twice.
  LogExtent extent = LogExtent::late;
  Stamp born = never_before;
  Stamp dead = never_yet;
  Stamp log_began{};         ///< Dumps before this do not count.
  PeerId last_foreign_id{};  ///< Given out before this interface was created: not in it.
  std::uint32_t namesakes = 0;
  bool is_mixed = false;  ///< Namesakes, or ids of theirs, may be there that were not counted.
  std::vector<Name> names;
  std::map<PeerId, KernelPeer> peers;

  // Late only.
  bool has_first_rows = false;
  std::vector<FirstRow> first_rows;
  std::size_t forgotten_dead = 0;        ///< Of peers older than the log.
  std::optional<Listing> first_listing;  ///< Of the first dump that counts, or of the last before.
  Stamp first_dump = never_before;
  std::optional<DumpSpan> last_dump;  ///< That counted.
  std::uint32_t rows = 0;             ///< In it.
  SteadyTime judged_at{};

  bool is_listed = false;          ///< By the last dump.
  std::size_t dumps_without = 0;   ///< In a row, until now.
  Stamp excess_since = never_yet;  ///< More live ids than rows; never_yet: not so.

  std::size_t contradictions = 0;  ///< Each within an hour of the one before.
  Stamp contradicted = never_before;
  Stamp last_line = never_before;

  const InterfaceName& name() const { return names.back().name; }
  bool is_live() const { return dead == never_yet; }
  /// Nothing where it is not sure.
  std::optional<InterfaceName> name_at(Stamp stamp) const;
  bool is_absent_from_dumps() const { return dumps_without >= 2; }
  bool is_shared() const { return namesakes != 0 || is_mixed; }
  bool has_proven_peer() const;

  /// Drops all that was proven; what is known from now on is a log that began late. After three
  /// times within an hour, nothing counts for an hour: the interface shares its name with another,
  /// or somebody forges its lines.
  void begin_again(Stamp from);

  /// A namesake was created; `last_id` is the last that was given out until then.
  void meet_namesake(Stamp created, PeerId last_id);
  /// One of those of the name is gone, and all its peers before it.
  void lose_namesake();
  /// Another has the name: who was created since the last dump is of either.
  void doubt(Stamp from);
  /// Whose the peers are that are not proven is not known, nor who is older than the log.
  void mix(Stamp from);
  /// Lines of any kind were lost until then.
  void lose_lines(Stamp from);
};

}  // namespace wgaudit
