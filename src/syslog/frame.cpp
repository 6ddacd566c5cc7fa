#include "wgaudit/syslog/frame.hpp"

#include <algorithm>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using Frame = tl::expected<FrameView, FrameError>;

constexpr std::size_t max_hostname = 255;  // RFC 5424 section 6
constexpr std::size_t max_app_name = 48;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr std::size_t max_known_header = 256;  // a longer header is parsed each time

std::string_view without_line_end(std::string_view text) {
  const auto is_end = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  while (!text.empty() && is_end(text.back())) text.remove_suffix(1);
  return text;
}

/// Returns why a datagram that does not begin with `<` is no syslog message. The reasons name the
/// setting of the sender that is wrong. A compressed message of omfwd is `z` and a stream of zlib,
/// whose first byte is `x`.
FrameError no_priority(std::string_view text) {
  if (take_prefix(text, "zx")) return FrameError::compressed;
  if (text.front() == '{') return FrameError::json;
  const auto digits = text.find_first_not_of("0123456789");
  if (digits != 0 && digits != std::string_view::npos && text.substr(digits, 2) == " <") {
    return FrameError::octet_counted;
  }
  return FrameError::missing_priority;
}

/// Whether `text` is a month's short name, in any case: senders differ.
bool is_month(std::string_view text) {
  static constexpr std::string_view months = "jan feb mar apr may jun jul aug sep oct nov dec";
  if (text.size() != 3) return false;
  const auto lower = [](char c) { return static_cast<char>(c | 0x20); };
  for (std::size_t i = 0; i < months.size(); i += 4) {
    if (months[i] == lower(text[0]) && months[i + 1] == lower(text[1]) &&
        months[i + 2] == lower(text[2])) {
      return true;
    }
  }
  return false;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_year(std::string_view text) {
  return text.size() == 4 && is_number(text);
}

/// Whether `text` is `hh:mm:ss`, perhaps with decimals or a colon after it. Ranges are not checked:
/// the date is only skipped here.
bool is_clock(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return false;
  for (const std::size_t i : {0U, 1U, 3U, 4U, 6U, 7U}) {
    if (!is_digit(text[i])) return false;
  }
  return text.size() == 8 || text[8] == '.' || text[8] == ':';
}

std::string_view take_token(std::string_view& text) {
  const auto start = text.find_first_not_of(' ');
  text.remove_prefix(start == std::string_view::npos ? text.size() : start);
  return take_until(text, ' ');
}

/// Takes `Nov 21 07:00:00`, also with a year before or after the clock, as some senders write it.
/// Returns what was taken; nothing, and `text` is as it was, for any other text.
std::string_view take_traditional_date(std::string_view& text) {
  std::string_view rest = text;
  if (!is_month(take_token(rest))) return {};
  const auto day = take_token(rest);
  if (!is_number(day) || day.size() > 2) return {};
  auto clock = take_token(rest);
  if (is_year(clock)) clock = take_token(rest);
  if (!is_clock(clock)) return {};
  std::string_view after_year = rest;
  if (is_year(take_token(after_year))) rest = after_year;
  const std::string_view date = text.substr(0, text.size() - rest.size());
  text = rest;
  return trim(date);
}

/// Whether `text` has the shape of an RFC 3339 time. A bad time has it too and is taken as one, so
/// that it is not read as a host name.
bool looks_like_rfc3339(std::string_view text) {
  return text.size() > 10 && is_year(text.substr(0, 4)) && text[4] == '-' && text[7] == '-' &&
         (text[10] == 'T' || text[10] == 't');
}

void take_date(std::string_view& text, FrameView& frame) {
  frame.date = take_traditional_date(text);
  if (!frame.date.empty()) return;
  std::string_view rest = text;
  const std::string_view token = take_token(rest);
  if (!looks_like_rfc3339(token)) return;
  frame.timestamp = parse_rfc3339(token);
  text = rest;
}

/// Takes `program:` or `program[pid]:`, with or without a blank after it.
bool take_tag(std::string_view& text, FrameView& frame) {
  const auto is_end = [](char c) { return c == ' ' || c == ':' || c == '['; };
  const auto found = std::find_if(text.begin(), text.end(), is_end);
  if (found == text.end() || found == text.begin() || *found == ' ') return false;
  const auto end = static_cast<std::size_t>(found - text.begin());
  std::string_view rest = text.substr(end);
  std::string_view pid;
  if (take_prefix(rest, "[")) {
    pid = rest.substr(0, rest.find_first_of("] "));
    rest.remove_prefix(pid.size());
    if (!take_prefix(rest, "]")) return false;
  }
  if (!take_prefix(rest, ":")) return false;
  frame.program = text.substr(0, end);
  frame.pid = pid;
  text = rest;
  return true;
}

/// Whether the next token is a tag and not a host name that holds a colon (`gw:1`, `2001:db8::1`).
/// Only a tag ends in a colon; `kernel:` may also have text right after it.
bool tag_is_next(std::string_view text) {
  const std::string_view token = take_until(text, ' ');
  return (!token.empty() && token.back() == ':') || token.substr(0, 7) == "kernel:";
}

/// Takes NILVALUE or the elements of STRUCTURED-DATA (RFC 5424 section 6.3).
bool take_structured_data(std::string_view& text) {
  if (take_prefix(text, "-")) return text.empty() || text.front() == ' ';
  if (text.empty() || text.front() != '[') return false;
  while (take_prefix(text, "[")) {
    if (text.empty() || text.substr(0, text.find_first_of(" ]")).empty()) return false;
    text.remove_prefix(std::min(text.find_first_of(" ]"), text.size()));
    while (take_prefix(text, " ")) {
      const auto quote = text.find_first_of("=\"] ");
      if (quote == 0 || quote == std::string_view::npos) return false;
      text.remove_prefix(quote);
      if (!take_prefix(text, "=\"")) return false;
      for (bool escaped = false; !text.empty(); text.remove_prefix(1)) {
        if (!escaped && text.front() == '"') break;
        if (!escaped && text.front() == ']') return false;
        escaped = !escaped && text.front() == '\\';
      }
      if (!take_prefix(text, "\"")) return false;
    }
    if (!take_prefix(text, "]")) return false;
  }
  return text.empty() || text.front() == ' ';
}

std::string_view nil_to_empty(std::string_view field) {
  return field == "-" ? std::string_view{} : field;
}

/// Reads what follows PRI and VERSION of RFC 5424.
Frame parse_rfc5424(std::string_view text) {
  FrameView frame;
  const auto timestamp = take_until(text, ' ');
  const auto hostname = take_until(text, ' ');
  const auto app_name = take_until(text, ' ');
  const auto process_id = take_until(text, ' ');
  const auto message_id = take_until(text, ' ');
  if (timestamp.empty() || hostname.empty() || app_name.empty() || process_id.empty() ||
      message_id.empty() || hostname.size() > max_hostname || app_name.size() > max_app_name) {
    return tl::unexpected(FrameError::malformed_header);
  }
  if (!take_structured_data(text)) return tl::unexpected(FrameError::malformed_structured_data);
  frame.timestamp = parse_rfc3339(timestamp);
  frame.hostname = nil_to_empty(hostname);
  frame.program = nil_to_empty(app_name);
  frame.pid = nil_to_empty(process_id);
  take_prefix(text, " ");
  take_prefix(text, byte_order_mark);
  take_prefix(text, " ");  // rsyslog from 8.2312 leaves a blank where it removed the kernel's stamp
  frame.message = text;
  return frame;
}

/// Takes PRI from the front of a datagram and the line end from its back.
tl::expected<Priority, FrameError> take_ends(std::string_view& datagram) {
  datagram = without_line_end(datagram);
  if (datagram.empty()) return tl::unexpected(FrameError::empty);
  return take_priority(datagram);
}

/// Reads what follows PRI. Only RFC 5424 has a number there, its VERSION.
Frame parse_after_priority(std::string_view text) {
  std::string_view rest = text;
  const std::string_view version = take_until(rest, ' ');
  if (is_number(version) && version != "1") return tl::unexpected(FrameError::unsupported_version);
  return version == "1" ? parse_rfc5424(rest) : parse_traditional(text);
}

/// Returns a frame whose parts borrow from a copy at `to` of the bytes at `from`.
FrameView moved(FrameView frame, const char* from, const char* to) {
  for (std::string_view* const part : {&frame.date, &frame.hostname, &frame.program, &frame.pid}) {
    if (!part->empty()) *part = {to + (part->data() - from), part->size()};
  }
  return frame;
}

}  // namespace

std::string_view to_text(FrameError error) {
  switch (error) {
    case FrameError::empty:
      return "empty";
    case FrameError::missing_priority:
      return "missing_priority";
    case FrameError::malformed_priority:
      return "malformed_priority";
    case FrameError::compressed:
      return "compressed";
    case FrameError::octet_counted:
      return "octet_counted";
    case FrameError::json:
      return "json";
    case FrameError::unsupported_version:
      return "unsupported_version";
    case FrameError::malformed_header:
      return "malformed_header";
    case FrameError::malformed_structured_data:
      return "malformed_structured_data";
    case FrameError::malformed_tag:
      return "malformed_tag";
  }
  __builtin_unreachable();
}

tl::expected<Priority, FrameError> take_priority(std::string_view& text) {
  std::string_view rest = text;
  if (!take_prefix(rest, "<")) return tl::unexpected(no_priority(text));
  const auto digits = rest.substr(0, rest.find('>'));
  const bool padded = digits.size() > 1 && digits.front() == '0';
  const auto number = digits.size() > 3 || padded || digits.size() == rest.size()
                          ? std::nullopt
                          : parse_number<std::uint8_t>(digits);
  if (!number || *number > 191) return tl::unexpected(FrameError::malformed_priority);
  text = rest.substr(digits.size() + 1);
  return Priority{static_cast<std::uint8_t>(*number >> 3), static_cast<std::uint8_t>(*number & 7)};
}

Frame parse_traditional(std::string_view text) {
  FrameView frame;
  take_prefix(text, " ");
  take_date(text, frame);
  if (!tag_is_next(text)) frame.hostname = take_token(text);
  if (!take_tag(text, frame)) return tl::unexpected(FrameError::malformed_tag);
  take_prefix(text, " ");
  frame.message = text;
  return frame;
}

Frame parse_frame(std::string_view datagram) {
  const auto priority = take_ends(datagram);
  if (!priority) return tl::unexpected(priority.error());
  Frame frame = parse_after_priority(datagram);
  if (frame) frame->priority = *priority;
  return frame;
}

Frame FrameReader::read(std::string_view datagram) {
  std::string_view text = datagram;
  const auto priority = take_ends(text);
  if (!priority) return tl::unexpected(priority.error());
  if (is_known(text)) {
    FrameView frame = moved(known_, header_.data(), text.data());
    frame.priority = *priority;
    frame.message = text.substr(header_.size());
    return frame;
  }
  Frame frame = parse_after_priority(text);
  if (!frame) return frame;
  remember(*frame, text);
  frame->priority = *priority;
  return frame;
}

/// A header that ends in a blank decides all parts of a frame but the message. In RFC 5424 another
/// blank or the byte order mark may follow that is not part of the message: such a text is parsed.
bool FrameReader::is_known(std::string_view text) const {
  if (header_.empty() || !text.starts_with(header())) return false;
  text.remove_prefix(header_.size());
  return !text.empty() && text.front() != ' ' && text.front() != byte_order_mark.front();
}

void FrameReader::remember(const FrameView& frame, std::string_view text) {
  header_.clear();
  const auto header = text.substr(0, text.size() - frame.message.size());
  if (header.size() > max_known_header || !header.ends_with(' ')) return;
  header_.assign(header.begin(), header.end());
  known_ = moved(frame, text.data(), header_.data());
}

}  // namespace wgaudit
