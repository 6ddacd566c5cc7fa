// The text of a kernel line, or of a program's message, under the shipped rules.

#include "wgaudit/classify/classifier.hpp"

#include <array>

#include "fuzz/target.hpp"
#include "support/classified.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 5> programs = {"kernel", "rsyslogd", "rsyslogd-2177",
                                                      "syslog-ng", "systemd-journald"};
constexpr std::array<std::optional<std::uint8_t>, 5> severities = {std::nullopt, 3, 4, 6, 7};

}  // namespace

void try_input(std::string_view input) {
  for (const auto program : programs) {
    for (const auto severity : severities) {
      const LineView line{program, severity, input};
      require(
          describe(shipped().classify(line)) == describe(shipped().classify_by_every_rule(line)),
          "the search by prefix says what every rule in turn says");
    }
  }
}

}  // namespace wgaudit
