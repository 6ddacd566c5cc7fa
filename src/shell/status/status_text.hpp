#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "shell/status/status_json.hpp"
#include "shell/system/table.hpp"

namespace wgaudit {

/// What people are told of the daemon: some lines about itself, then a table of peers, those who
/// are online first. Whoever owns the socket may have told anything: it is printable. Each line has
/// its end.
std::string status_text(const ToldStatus& told, const TextStyle& style);

/// `12s`, `3m07s`, `2h04m`, `5d11h`, `1234d`
std::string span_text(std::chrono::seconds span);

/// `17`, `1.2K`, `34M`: of bytes, by powers of 1024.
std::string bytes_text(std::uint64_t bytes);

}  // namespace wgaudit
