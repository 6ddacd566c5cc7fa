#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "shell/status/status_json.hpp"
#include "shell/system/table.hpp"

namespace wgaudit {

/// The status of a daemon for people: some lines about the daemon, then a table of peers, those
/// that are online first. All of it is printable, because any program may own the socket. Each line
/// has its end.
std::string status_text(const ToldStatus& told, const TextStyle& style);

/// `12s`, `3m07s`, `2h04m`, `5d11h`, `1234d`
std::string span_text(std::chrono::seconds span);

/// `17`, `1.2K`, `34M`: a number of bytes in powers of 1024.
std::string bytes_text(std::uint64_t bytes);

}  // namespace wgaudit
