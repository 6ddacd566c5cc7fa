#pragma once

#include <string>
#include <string_view>

#include "wgaudit/audit/record.hpp"

namespace wgaudit {

/// A journal record as wg_monitor 2.0.0 writes it in its log, in local time, with line end; empty
/// for records that have no line there. Times are those of recording, so a file of lines is in
/// order.
std::string text_line(const Record& record);

/// `2026-11-21 07:05:36 TAGBODY` in local time, with line end. `tag` is empty or such as `[WARN] `.
std::string text_line(UtcTime time, std::string_view tag, std::string_view body);

/// `2026-11-21 07:05:36`
std::string local_time_text(UtcTime time);

/// wg_monitor's short form of allowed IPs: the host addresses among them, without their length,
/// joined by `, `; all of them as they are where there is no host address. Printable.
std::string shown_ips(std::string_view allowed_ips);

}  // namespace wgaudit
