#pragma once

#include <sys/types.h>

#include <optional>

#include "doctor/check.hpp"
#include "doctor/gateway.hpp"

namespace wgaudit {

/// Whether the journal's folder and what is in it is the daemon's user's, and nobody else's to
/// change.
Check check_journal_folder(const Gateway& gateway);

/// Whether the daemon's user can write the text log.
Check check_text_log(const Gateway& gateway);

/// Whether what the settings let the journal's folder grow to has room.
Check check_free_space(const Gateway& gateway, std::optional<pid_t> daemon);

/// Whether the key that the journal is sealed with is there and its owner's alone.
Check check_signing_key(const Gateway& gateway, std::optional<pid_t> daemon);

}  // namespace wgaudit
