#include "shell/settings/setting_size.hpp"

#include <fmt/format.h>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view size_suffixes = "KMGT";

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto power = size_suffixes.find(text.back());
  const bool has_suffix = power != std::string_view::npos;
  if (has_suffix) text.remove_suffix(1);
  const auto count = parse_number<std::uint64_t>(text);
  if (!count) return std::nullopt;
  const std::size_t shift = has_suffix ? 10 * (power + 1) : 0;
  if (*count > UINT64_MAX >> shift) return UINT64_MAX;
  return *count << shift;
}

std::string size_text(std::uint64_t size) {
  std::size_t power = 0;
  while (power < size_suffixes.size() && size != 0 && size % 1024 == 0) {
    size /= 1024;
    ++power;
  }
  const std::string_view suffix = power == 0 ? "" : size_suffixes.substr(power - 1, 1);
  return fmt::format("{}{}", size, suffix);
}

}  // namespace wgaudit
