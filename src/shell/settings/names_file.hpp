#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "wgaudit/record/peer_names.hpp"

namespace wgaudit {

/// Why `name` cannot be the name of a peer, and what would do; nothing where it can.
std::optional<std::string> fault_of_name(std::string_view name);

/// Reads names.toml: `"<public key>" = "alice"`, at the top or under [names]. A name is 1 to 64
/// bytes of UTF-8 without control characters. `file` is its name. Throws SetupError `FILE:LINE:
/// reason; cure`.
PeerNames parse_peer_names(std::string_view text, std::string_view file);

/// An empty path: no names.
PeerNames load_peer_names(const std::filesystem::path& file);

}  // namespace wgaudit
