#pragma once

#include <chrono>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/gateway.hpp"
#include "doctor/rsyslog_checks.hpp"
#include "doctor/wg_check.hpp"

namespace wgaudit {

/// Whether a message of the kernel's, of now, comes to be an event. Tried only where the links that
/// it goes through are ok: where it fails all the same, that is the finding.
Check check_probe(const Gateway& gateway, const std::vector<Check>& links, const WgReading& wg,
                  const Rsyslog& rsyslog,
                  std::chrono::milliseconds time_limit = std::chrono::seconds(5));

}  // namespace wgaudit
