#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// A Priority is the PRI of a syslog message, taken apart (RFC 3164 section 4.1.1, RFC 5424 section
/// 6.2.1).
struct Priority {
  std::uint8_t facility = 0;  ///< Facility, 0 kern to 23 local7.
  std::uint8_t severity = 0;  ///< Severity, 0 emerg to 7 debug.
};

/// A FrameView is a syslog message, taken apart. It borrows from the datagram.
struct FrameView {
  std::optional<Priority> priority;  ///< PRI; absent only in log text from disk.
  std::optional<UtcTime> timestamp;  ///< Time of a header that names its zone (RFC 3339).
  std::string_view date;             ///< Traditional date without year and zone, as written.
  std::string_view hostname;         ///< HOSTNAME; empty where the sender writes none (busybox).
  std::string_view program;          ///< TAG without pid and colon, or APP-NAME.
  std::string_view pid;      ///< Process id; empty for a program without one, as the kernel.
  std::string_view message;  ///< MSG without line end.
};

/// A FrameError is a reason to reject a datagram. The names are those of the metrics and of
/// `wgaudit status`.
enum class FrameError : std::uint8_t {
  empty,                      ///< Nothing but line ends.
  missing_priority,           ///< No `<PRI>`: rsyslog forwards with a template for files.
  malformed_priority,         ///< A PRI that is no number from 0 to 191.
  compressed,                 ///< Compressed by omfwd's `@(z9)`.
  octet_counted,              ///< TCP framing sent over UDP.
  json,                       ///< A JSON object, from a template for JSON.
  unsupported_version,        ///< A VERSION of RFC 5424 other than 1.
  malformed_header,           ///< A header of RFC 5424 with a field missing or too long.
  malformed_structured_data,  ///< STRUCTURED-DATA that RFC 5424 does not allow.
  malformed_tag,              ///< No `program:` before the message.
};

/// Returns the name of an error.
std::string_view to_text(FrameError error);

/// Reads one datagram in any of the forms that rsyslog (RSYSLOG_TraditionalForwardFormat,
/// RSYSLOG_ForwardFormat, RSYSLOG_SyslogProtocol23Format), syslog-ng and busybox send.
/// Trailing CR, LF and NUL are not part of the message.
tl::expected<FrameView, FrameError> parse_frame(std::string_view datagram);

/// A FrameReader reads datagrams as parse_frame does. Most have the header of the one before, byte
/// for byte, so it keeps the last header with what it says, and parses only others. One reader
/// belongs to one source of datagrams and one thread.
class FrameReader {
 public:
  FrameReader() = default;
  // Not copied: a copy would borrow from the header of the original.
  FrameReader(FrameReader&&) = default;
  FrameReader& operator=(FrameReader&&) = default;

  /// Reads one datagram. The view borrows from it, and is valid as long as it is.
  tl::expected<FrameView, FrameError> read(std::string_view datagram);

 private:
  std::string_view header() const { return {header_.data(), header_.size()}; }
  bool is_known(std::string_view text) const;
  void remember(const FrameView& frame, std::string_view text);

  std::vector<char> header_;  ///< Last header, from after PRI to the message.
  FrameView known_;           ///< Parts of that header; borrows from `header_`.
};

/// Reads what follows PRI in the traditional forms: `[date] [hostname] tag: message`.
tl::expected<FrameView, FrameError> parse_traditional(std::string_view text);

/// Takes `<PRI>` from the front of `text`, or returns what is wrong with it.
tl::expected<Priority, FrameError> take_priority(std::string_view& text);

}  // namespace wgaudit
