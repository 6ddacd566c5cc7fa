#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// PRI of RFC 3164 section 4.1.1 and RFC 5424 section 6.2.1, taken apart.
struct Priority {
  std::uint8_t facility = 0;  ///< 0 kern … 23 local7.
  std::uint8_t severity = 0;  ///< 0 emerg … 7 debug.
};

/// A syslog message, taken apart. Borrows from the datagram it was parsed from.
struct FrameView {
  std::optional<Priority> priority;  ///< Absent only in log text from disk.
  std::optional<UtcTime> timestamp;  ///< Only where the header names its zone (RFC 3339).
  std::string_view date;             ///< A traditional date without year and zone, as written.
  std::string_view hostname;         ///< Empty where the sender writes none (busybox).
  std::string_view program;          ///< TAG without pid and colon, or APP-NAME.
  std::string_view pid;              ///< Empty where there is none, as for the kernel.
  std::string_view message;
};

enum class FrameError : std::uint8_t {
  empty,
  missing_priority,  ///< Also what a file template (RSYSLOG_FileFormat) used for forwarding gives.
  malformed_priority,
  compressed,     ///< omfwd's `@(z9)`.
  octet_counted,  ///< TCP framing sent over UDP.
  json,
  unsupported_version,
  malformed_header,
  malformed_structured_data,
  malformed_tag,
};

std::string_view to_text(FrameError error);

/// Reads one datagram in any of the forms that rsyslog (RSYSLOG_TraditionalForwardFormat,
/// RSYSLOG_ForwardFormat, RSYSLOG_SyslogProtocol23Format), syslog-ng and busybox send.
/// Trailing CR, LF and NUL are not part of the message.
tl::expected<FrameView, FrameError> parse_frame(std::string_view datagram);

/// Reads datagrams as parse_frame does. Most have the header of the one before, byte for byte, so
/// that what it says is known.
class FrameReader {
 public:
  FrameReader() = default;
  // A copy would borrow from the header of the first.
  FrameReader(FrameReader&&) = default;
  FrameReader& operator=(FrameReader&&) = default;

  tl::expected<FrameView, FrameError> read(std::string_view datagram);

 private:
  std::string_view header() const { return {header_.data(), header_.size()}; }
  bool is_known(std::string_view text) const;
  void remember(const FrameView& frame, std::string_view text);

  std::vector<char> header_;  ///< Of the last frame: what stood between PRI and message.
  FrameView known_;           ///< What it says; borrows from it.
};

/// Reads what follows PRI in the traditional forms: `[date] [hostname] tag: message`.
tl::expected<FrameView, FrameError> parse_traditional(std::string_view text);

/// Takes `<PRI>` from the front of `text`.
tl::expected<Priority, FrameError> take_priority(std::string_view& text);

}  // namespace wgaudit
