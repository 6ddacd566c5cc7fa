#pragma once

#include <optional>

#include "daemon/recorder.hpp"
#include "shell/intake/udp_receiver.hpp"
#include "shell/settings/settings.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Logs what makes the records of this run worse than they could be, each with its cure.
void log_what_is_missing(const Settings& settings, UdpReceiver& receiver,
                         std::optional<DynamicDebug> debug);

/// Records what happened to a socket that was bound before this run.
void record_inheritance(UdpReceiver& receiver, Recorder& recorder, Instant now);

}  // namespace wgaudit
