#pragma once

#include <filesystem>
#include <string_view>

namespace wgaudit {

/// Sends `text` to the syslog daemon that has this socket, such as /dev/log, as authpriv.info
/// (RFC 3164; the date is the receiver's). Never waits. False, with errno set, where the text is
/// not taken.
bool send_to_syslog(const std::filesystem::path& socket, std::string_view text);

}  // namespace wgaudit
