#include "wgaudit/syslog/log_line.hpp"

#include <array>
#include <optional>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

FrameView kernel_message(std::string_view text) {
  FrameView frame;
  frame.program = "kernel";
  frame.message = text;
  return frame;
}

/// Takes `kern  :debug : ` of `dmesg -x`. It pads both words to six characters, which separates it
/// from the text of an interface called `debug`.
std::optional<Priority> take_decoded_priority(std::string_view& text) {
  if (text.size() < 15 || text[6] != ':' || text.substr(13, 2) != ": ") return std::nullopt;
  static constexpr std::array<std::string_view, 8> levels = {"emerg", "alert",  "crit", "err",
                                                             "warn",  "notice", "info", "debug"};
  std::string_view rest = text;
  const std::string_view facility = trim(take_until(rest, ':'));
  const std::string_view level = trim(take_until(rest, ':'));
  for (std::uint8_t severity = 0; severity < levels.size(); ++severity) {
    if (levels[severity] != level) continue;
    take_prefix(rest, " ");
    text = rest;
    return Priority{static_cast<std::uint8_t>(facility == "kern" ? 0 : 1), severity};
  }
  return std::nullopt;
}

/// Takes `[Sat Nov 21 07:00:00 2026] ` of `dmesg -T`. Returns the date without the day of the week,
/// or nothing.
std::string_view take_dmesg_date(std::string_view& text) {
  std::string_view rest = text;
  if (!take_prefix(rest, "[") || rest.empty() || is_digit(rest.front())) return {};
  const std::string_view date = take_until(rest, ']');
  if (date.size() != 24 || date[3] != ' ' || date[13] != ':') return {};
  take_prefix(rest, " ");
  text = rest;
  return date.substr(4);
}

/// Whether a line begins with `[   12.345678] gw kernel: `, as `journalctl -o short-monotonic`
/// prints it.
bool has_tag_after_stamp(std::string_view text) {
  if (!take_prefix(text, "[")) return false;
  take_until(text, ']');
  take_prefix(text, " ");
  take_until(text, ' ');
  return take_prefix(text, "kernel: ");
}

/// Reads a line that begins with printk's stamp, or without one and without a header.
FrameView dmesg_line(std::string_view text) {
  if (has_tag_after_stamp(text)) text.remove_prefix(text.find(" kernel: ") + 9);
  return kernel_message(text);
}

/// Takes the time of `dmesg --time-format=iso`, the only form with a decimal comma. The kernel's
/// text follows at once, without host and tag.
std::optional<UtcTime> take_dmesg_time(std::string_view& text) {
  std::string_view rest = text;
  const std::string_view token = take_until(rest, ' ');
  if (token.find(',') == std::string_view::npos) return std::nullopt;
  const auto time = parse_rfc3339(token);
  if (time) text = rest;
  return time;
}

/// Whether a line is message text without any header: it begins as messages of WireGuard or of the
/// rate limiter do.
bool is_bare(std::string_view text) {
  for (const std::string_view word : {"wireguard:", "amneziawg:", "net_ratelimit:"}) {
    if (text.substr(0, word.size()) == word) return true;
  }
  return false;
}

}  // namespace

tl::expected<FrameView, FrameError> parse_log_line(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.empty()) return tl::unexpected(FrameError::empty);
  std::string_view text = line;
  std::optional<Priority> priority;
  if (text.front() == '<') {
    const auto taken = take_priority(text);
    if (!taken) return tl::unexpected(taken.error());
    if (text.substr(0, 2) == "1 ") return parse_frame(line);
    priority = *taken;
  } else {
    priority = take_decoded_priority(text);
  }
  if (const std::string_view date = take_dmesg_date(text); !date.empty()) {
    FrameView frame = kernel_message(text);
    frame.date = date;
    frame.priority = priority;
    return frame;
  }
  if (const auto time = take_dmesg_time(text)) {
    FrameView frame = kernel_message(text);
    frame.timestamp = time;
    frame.priority = priority;
    return frame;
  }
  if ((!text.empty() && text.front() == '[') || is_bare(text)) {
    FrameView frame = dmesg_line(text);
    frame.priority = priority;
    return frame;
  }
  auto frame = parse_traditional(text);
  if (frame) frame->priority = priority;
  return frame;
}

}  // namespace wgaudit
