#pragma once

#include <sys/types.h>

#include <optional>

#include "doctor/check.hpp"
#include "doctor/gateway.hpp"

namespace wgaudit {

/// Whether the journal's folder and its files belong to the daemon's user, and no other user may
/// change them.
Check check_journal_folder(const Gateway& gateway);

/// Whether the daemon's user can write the text log.
Check check_text_log(const Gateway& gateway);

/// Whether the disk has room for what the settings let the journal's folder grow to.
Check check_free_space(const Gateway& gateway, std::optional<pid_t> daemon);

/// Whether the key that the journal is sealed with is there, and only its owner can read it.
Check check_signing_key(const Gateway& gateway, std::optional<pid_t> daemon);

}  // namespace wgaudit
