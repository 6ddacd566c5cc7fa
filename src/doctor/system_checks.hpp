#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "doctor/check.hpp"
#include "doctor/gateway.hpp"

namespace wgaudit {

/// Whether the kernel counts the clock as synchronized: STA_UNSYNC of adjtimex(2).
bool is_clock_synchronized();

Check check_clock(const Gateway& gateway, bool is_synchronized);

/// The output of `nft list ruleset`; nothing where it is not installed or not permitted.
std::optional<std::string> read_firewall();

/// Whether a rule gives what is sent to our port the mark that is required.
Check check_firewall_mark(const Gateway& gateway, const std::optional<std::string>& rules);

}  // namespace wgaudit
