#include "shell/settings/setting_duration.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

constexpr std::pair<char, seconds> duration_units[] = {{'d', std::chrono::days(1)},
                                                       {'h', std::chrono::hours(1)},
                                                       {'m', std::chrono::minutes(1)},
                                                       {'s', seconds(1)}};

}  // namespace

std::optional<seconds> parse_duration(std::string_view text) {
  constexpr auto longest = std::chrono::floor<seconds>(std::chrono::microseconds::max());
  for (const auto& [letter, unit] : duration_units) {
    if (text.empty() || text.back() != letter) continue;
    const auto count = parse_number<std::uint32_t>(text.substr(0, text.size() - 1));
    if (count && *count <= longest / unit) return *count * unit;
  }
  return std::nullopt;
}

std::string duration_text(seconds duration) {
  for (const auto& [letter, unit] : duration_units) {
    if (duration % unit == seconds(0)) return fmt::format("{}{}", duration / unit, letter);
  }
  return {};
}

}  // namespace wgaudit
