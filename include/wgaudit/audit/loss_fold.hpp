#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "wgaudit/base/growing_window.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Folds losses of one reason, so that those that go on do not fill the journal.
///
/// The first is recorded at once; then no more than one record after 1 minute, 4, 16 and then each
/// hour, with the sum since the one before. A window without any ends the series.
class LossFold {
 public:
  void add(LossReason reason, const Loss& loss);

  /// What is due to be recorded.
  std::vector<NamedLoss> take(Instant now);

  /// All that has not been recorded, for the end of a run.
  std::vector<NamedLoss> flush();

 private:
  struct Series {
    std::optional<Loss> unreported;
    GrowingWindow window{std::chrono::minutes(1), std::chrono::hours(1), 4};
  };

  std::map<LossReason, Series> series_;  ///< By reason: there are few.
};

}  // namespace wgaudit
