#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "wgaudit/syslog/frame.hpp"

namespace wgaudit {

/// Reads one line of kernel log text from disk, in any of these forms: a syslog file (traditional
/// or RFC 3339 dates, with or without `<PRI>`); `journalctl -k` in its short forms, except
/// short-full and short-unix; `dmesg` plain, `-T`, `-x`, `-r` or `--time-format=iso`; or message
/// text alone.
tl::expected<FrameView, FrameError> parse_log_line(std::string_view line);

}  // namespace wgaudit
