#include "wgaudit/syslog/kernel_line.hpp"

#include <algorithm>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using Line = tl::expected<KernelLineView, KernelLineError>;

constexpr std::uint8_t facility_kern = 0;
constexpr std::string_view repeat_prefix = "message repeated ";

// More often than a kernel repeats a line before it prints another: a larger number is forged.
constexpr std::uint32_t max_repeated = 1'000'000;

// 2^33 s are 272 years of uptime.
constexpr std::uint64_t max_stamp_seconds = std::uint64_t{1} << 33;

/// Reads `12345.678901`, the seconds perhaps padded with blanks before them.
std::optional<std::chrono::microseconds> parse_stamp(std::string_view text) {
  text = trim(text);
  const auto seconds = parse_number<std::uint64_t>(take_until(text, '.'));
  if (text.size() != 6) return std::nullopt;
  const auto fraction = parse_number<std::uint32_t>(text);
  if (!seconds || *seconds > max_stamp_seconds || !fraction) return std::nullopt;
  return std::chrono::seconds(*seconds) + std::chrono::microseconds(*fraction);
}

/// Whether `text` is `T1234` (a thread) or `C1` (a processor in an interrupt), padded with blanks
/// before it (printk_caller in kernel/printk/printk.c).
bool is_caller(std::string_view text) {
  text = trim(text);
  if (!take_prefix(text, "T") && !take_prefix(text, "C")) return false;
  return parse_number<std::uint32_t>(text).has_value();
}

/// Takes `[…]` from the front where `is_wanted` accepts what stands inside.
template <typename Wanted>
bool take_bracket(std::string_view& text, Wanted is_wanted) {
  if (text.empty() || text.front() != '[') return false;
  const auto end = text.find(']');
  if (end == std::string_view::npos || !is_wanted(text.substr(1, end - 1))) return false;
  text.remove_prefix(end + 1);
  return true;
}

/// Whether `text` begins as only a stamp does: `[`, blanks, digits, `.`.
bool begins_like_stamp(std::string_view text) {
  if (!take_prefix(text, "[")) return false;
  while (take_prefix(text, " ")) {
  }
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  return end != text.begin() && end != text.end() && *end == '.';
}

Line strip_stamp(std::string_view text) {
  KernelLineView line;
  line.text = text;
  if (text.empty() || text.front() != '[') return line;
  const bool must_be_stamp = begins_like_stamp(text);
  const bool stamped = take_bracket(text, [&](std::string_view inside) {
    line.stamp = parse_stamp(inside);
    return line.stamp.has_value();
  });
  if (must_be_stamp && !stamped) return tl::unexpected(KernelLineError::malformed_stamp);
  const bool called = take_bracket(text, is_caller);
  if (stamped || called) take_prefix(text, " ");
  line.text = text;
  return line;
}

/// Reads what follows `message repeated `: `N times: [TEXT]`. TEXT is a whole kernel message, with
/// its stamp.
Line strip_repeat(std::string_view text) {
  constexpr auto malformed = KernelLineError::malformed_repeat;
  const auto count = parse_number<std::uint32_t>(take_until(text, ' '));
  if (!count || *count == 0 || *count > max_repeated) return tl::unexpected(malformed);
  if (!take_prefix(text, "times: [") || text.empty() || text.back() != ']') {
    return tl::unexpected(malformed);
  }
  text.remove_suffix(1);
  take_prefix(text, " ");
  Line line = strip_stamp(text);
  if (line && take_prefix(text = line->text, repeat_prefix)) return tl::unexpected(malformed);
  if (line) line->repeated = *count;
  return line;
}

}  // namespace

std::string_view to_text(KernelLineError error) {
  switch (error) {
    case KernelLineError::not_kernel:
      return "not_kernel";
    case KernelLineError::process_id:
      return "process_id";
    case KernelLineError::malformed_stamp:
      return "malformed_stamp";
    case KernelLineError::malformed_repeat:
      return "malformed_repeat";
  }
  __builtin_unreachable();
}

Line kernel_line(const FrameView& frame) {
  const bool other_facility = frame.priority && frame.priority->facility != facility_kern;
  if (other_facility || frame.program != "kernel") {
    return tl::unexpected(KernelLineError::not_kernel);
  }
  if (!frame.pid.empty()) return tl::unexpected(KernelLineError::process_id);
  std::string_view text = frame.message;
  Line line = take_prefix(text, repeat_prefix) ? strip_repeat(text) : strip_stamp(text);
  if (line && frame.priority) line->severity = frame.priority->severity;
  return line;
}

}  // namespace wgaudit
