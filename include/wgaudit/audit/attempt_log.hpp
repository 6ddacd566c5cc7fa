#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "wgaudit/base/growing_window.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/attempt.hpp"

namespace wgaudit {

/// Folds attempts, so that neither a client that tries for ever nor a flood of forged sources fills
/// the journal.
///
/// The first attempt of a source is recorded at once; then no more than one record after 5 minutes,
/// 20, 80 and so on up to a day, each with the number since the one before. A window without any
/// ends the series. For one interface and cause 64 sources are kept apart, 1024 in all; those
/// beyond share one record, which says so.
class AttemptLog {
 public:
  /// Takes one or more attempts of one source.
  void note(const Attempt& attempt);

  /// The source has come through: what is left of its series is due now.
  void settle(const AttemptSource& source, Instant now);

  /// What is due to be recorded.
  std::vector<Attempt> take(Instant now);

  /// All that has not been recorded, for the end of a run.
  std::vector<Attempt> flush();

  std::size_t size() const { return series_.size(); }

 private:
  struct Series {
    AttemptFacts unreported;
    AttemptPeer peer;
    std::optional<Endpoint> endpoint;  ///< Endpoint of the last attempt.
    GrowingWindow window{std::chrono::minutes(5), std::chrono::days(1), 4};
  };
  struct SourceHash {
    std::size_t operator()(const AttemptSource& source) const noexcept;
  };
  using Group = std::pair<InterfaceName, AttemptCause>;

  AttemptSource place_for(const AttemptSource& source) const;
  static Attempt take_unreported(const AttemptSource& source, Series& series);
  void end(const AttemptSource& source);

  std::unordered_map<AttemptSource, Series, SourceHash> series_;
  std::map<Group, std::size_t> group_sizes_;
};

}  // namespace wgaudit
