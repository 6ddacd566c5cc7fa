#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Times in which dumps failed or did not show an interface that exists. State is kept meanwhile,
/// so it is recorded: once when such a time begins and once when it ends.
class DumpOutages {
 public:
  using Losses = std::vector<NamedLoss>;

  Losses on_failure(DumpFailureKind kind, std::string_view detail, UtcTime now);

  /// Takes a good dump; `unreadable` are the interfaces that it could not show.
  Losses on_dump(std::span<const InterfaceName> unreadable, UtcTime now);

  /// The run ends, and with it the time in which dumps failed.
  Losses on_end(UtcTime now);

 private:
  struct Failures {
    DumpFailureKind kind;
    std::uint64_t count = 0;
    UtcTime since;
  };

  void end_failures(UtcTime now, Losses& losses);
  void begin_unreadable(std::span<const InterfaceName> unreadable, UtcTime now, Losses& losses);
  void end_unreadable(std::span<const InterfaceName> unreadable, UtcTime now, Losses& losses);

  std::optional<UtcTime> last_dump_;
  std::optional<Failures> failures_;
  std::map<InterfaceName, UtcTime> unreadable_;  ///< Since when.
};

}  // namespace wgaudit
