#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Folds losses of one reason, so that those that go on do not fill the journal.
///
/// The first is told at once; then no more than one record after 1 minute, 4, 16 and then each
/// hour, with the sum since the one before. A window without any ends the series.
class LossFold {
 public:
  void add(const std::string& reason, const Loss& loss, Instant now);

  /// What is due to be recorded.
  std::vector<NamedLoss> take(Instant now);

  /// All that has not been recorded, for the end of a run.
  std::vector<NamedLoss> flush();

 private:
  struct Series {
    std::optional<Loss> unreported;
    std::chrono::minutes window{};
    std::optional<SteadyTime> due;  ///< Of the next record, while the series lasts.
  };

  std::map<std::string, Series, std::less<>> series_;  ///< By reason: there are few.
};

}  // namespace wgaudit
