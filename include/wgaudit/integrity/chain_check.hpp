#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/integrity/chain.hpp"
#include "wgaudit/integrity/fault.hpp"
#include "wgaudit/integrity/seal.hpp"

namespace wgaudit {

/// The last seal that holds: all before it is as it was written, if the seal is the machine's.
struct SealedPart {
  std::uint64_t last_sequence = 0;  ///< Number of the checkpoint that is sealed.
  UtcTime created;
  std::uint64_t epoch = 0;
};

/// A line of the journal, or only its link, that was kept elsewhere. The link vouches for all lines
/// before it too.
struct HeldLink {
  std::uint64_t sequence = 0;
  Hash link{};

  friend auto operator<=>(const HeldLink&, const HeldLink&) = default;
};

/// Reads it from a line of the journal, or from what the daemon says of a seal (message_for_link).
/// Nothing where the line is neither.
std::optional<HeldLink> parse_held_link(std::string_view line);

/// What the daemon says of a seal, to be kept elsewhere: `sealed: record 58, link <hexadecimal>`.
std::string message_for_link(const HeldLink& held);

/// Checks that the journal's lines are a chain, beginning at the first line that carries a link;
/// that each seal is of the lines before it, signed with the key that the seal before it names; and
/// that what was kept elsewhere, and the events segments that seals name, are as they were.
class ChainCheck {
 public:
  /// `key` is the key of the first epoch, from elsewhere. Without it, or where the segments that it
  /// sealed are gone, the key that the first seal names is trusted.
  explicit ChainCheck(std::optional<SealKey> key) : key_(key) {}

  /// Takes what was kept elsewhere, before the lines.
  void hold(const HeldLink& held) { held_.insert(held); }

  /// Takes the next line that was kept of deleted segments, before the lines: a seal, which names
  /// the key of the next one, or the last line of a segment, to which the next line is linked.
  void on_kept_line(std::string_view line, const Fault& here);

  /// Takes the digest of the lines of an events segment, which lie between these places.
  void on_events_segment(std::uint64_t first_sequence, Fault begin, Fault end, const Hash& digest);

  /// Takes a segment that was written to while the others were read, or later.
  void forget_events_segment(std::uint64_t first_sequence) { unread_.insert(first_sequence); }

  /// Takes from a record that these numbers are not there any more.
  void account_for(const MissingNumbers& numbers) {
    if (numbers.stream == Stream::events) accounted_.push_back(numbers);
  }

  /// Takes the journal's next line. `created` is the time of its record, where it is one.
  void on_line(std::string_view line, const Fault& here, std::optional<UtcTime> created);

  /// Ends the journal at `end` and returns what is wrong. A chain that is broken only where lines
  /// are known to be missing or moved is no fault of its own.
  std::vector<Fault> finish(const Fault& end, const std::set<PlaceOfLine>& known);

  /// Returns the last seal before the first fault of the journal.
  std::optional<SealedPart> sealed_before(const std::vector<Fault>& faults) const;

  /// Returns the number of the first event after the segments that seals name.
  std::optional<std::uint64_t> first_unsealed_event() const;

  /// Returns how many lines that were kept elsewhere are older than the first of the journal.
  std::size_t held_before() const { return held_before_; }

  const std::optional<SealKey>& first_key() const { return first_key_; }
  bool is_behind_seal() const { return is_behind_seal_; }  ///< The last line was a seal.

 private:
  /// A fault between two places of a stream.
  struct Breach {
    std::uint64_t first;
    std::uint64_t last;
    Fault fault;
  };

  struct EventsSegment {
    Fault begin;
    Fault end;
    Hash digest;
  };

  struct SealedSegment {
    Hash digest;
    std::uint64_t sealed_by;  ///< The number of the record.
    bool is_kept;             ///< The seal is kept of deleted segments.
  };

  void check_link(std::string_view line, const Fault& here);
  void check_seal(const SealedLine& sealed, const Fault& here, UtcTime created);
  void check_key(const SealedLine& sealed, const Fault& here, std::uint64_t first);
  void note_events(const Seal& seal, std::uint64_t sealed_by, bool is_kept);
  void judge_events();
  bool is_accounted_for(std::uint64_t first_sequence, const SealedSegment& sealed) const;
  void judge_events_segment(std::uint64_t first_sequence, const EventsSegment& segment);
  void check_held(std::string_view line, const Fault& here);
  void breach(std::uint64_t first, const Fault& here, std::string what);

  std::optional<Hash> link_;  ///< Link of the last line.
  std::optional<SealKey> key_;
  std::optional<SealKey> first_key_;
  std::optional<Seal> seal_;  ///< The last seal, and its place.
  std::uint64_t seal_position_ = 0;
  bool has_kept_ = false;
  bool is_behind_seal_ = false;
  std::vector<std::pair<std::uint64_t, SealedPart>> holding_;  ///< Seals that hold, by position.
  std::set<HeldLink> held_;                                    ///< Links that have not been met.
  std::size_t held_before_ = 0;
  std::uint64_t first_sequence_ = 0;  ///< First number of the journal's records.
  bool has_unlinked_ = false;
  std::map<std::uint64_t, EventsSegment> events_;         ///< By their first record.
  std::map<std::uint64_t, SealedSegment> sealed_events_;  ///< By their first record, too.
  std::set<std::uint64_t> unread_;
  std::vector<MissingNumbers> accounted_;
  std::vector<Breach> breaches_;
};

/// Says how far the journal, whose last record is `last_sequence`, is sealed.
std::string message_for(const SealedPart& sealed, std::uint64_t last_sequence);

/// Says which events no seal names.
std::string message_for_unsealed_events(std::uint64_t first_sequence);

/// Says that the first key is not confirmed from elsewhere.
std::string message_for_first(const SealKey& key);

}  // namespace wgaudit
