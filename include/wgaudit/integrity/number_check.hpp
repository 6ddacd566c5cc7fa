#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/integrity/fault.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Checks the numbers of each stream's records: they begin at 1 and ascend by one, except
/// where an evidence_lost record names the missing ones. Such a record may come after the gap that
/// it explains, or in the other stream, so faults are known at the end only.
class NumberCheck {
 public:
  /// Takes the next record's number and time of recording. `whole_before`: it is the first of its
  /// segment, and all before that segment seems whole.
  void on_number(const Fault& here, std::uint64_t sequence, UtcTime created, bool whole_before);

  /// Takes numbers whose absence a record explains.
  void account_for(const MissingNumbers& numbers) { accounted_.push_back(numbers); }

  /// Returns the number of the stream's last record that is in its place.
  std::uint64_t last(Stream stream) const { return of(stream).last; }

  /// `begin`: when the first record that is there of a journal whose beginning is gone was
  /// recorded. Why events before that are missing can no longer be known.
  std::vector<Fault> finish(std::optional<UtcTime> begin);

  /// Returns the places of lines that do not follow those before them.
  const std::set<PlaceOfLine>& broken_places() const { return broken_; }

 private:
  struct Gap {
    Fault fault;  ///< Fault at the record after the gap.
    MissingNumbers numbers;
    UtcTime since;  ///< Time of the record before the gap, or of the one after it.
  };

  /// A record that is not in its place.
  struct Stray {
    Fault fault;
    std::uint64_t sequence;
  };

  /// A record whose number is further on than the next one's would be. If that one follows, it is a
  /// stray; if not, what is between is missing.
  struct Jump {
    Stray stray;
    std::uint64_t last;
  };

  struct StreamState {
    std::uint64_t last = 0;
    std::optional<UtcTime> created;
    std::optional<Jump> jump;
    std::vector<Gap> gaps;  ///< Ascending.
  };

  const StreamState& of(Stream stream) const { return states_[static_cast<std::size_t>(stream)]; }
  void judge_strays(std::vector<Fault>& faults);
  void judge_gaps(const std::vector<Gap>& gaps, std::vector<Fault>& faults);
  void mark(const Fault& fault) { broken_.insert({fault.stream, fault.position}); }

  std::array<StreamState, stream_count> states_;
  std::vector<Stray> strays_;
  std::vector<MissingNumbers> accounted_;
  std::set<PlaceOfLine> broken_;
};

}  // namespace wgaudit
