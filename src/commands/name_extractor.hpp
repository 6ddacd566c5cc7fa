#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {

/// What the comments of a WireGuard configuration call its peers.
struct ExtractedNames {
  std::vector<std::pair<PublicKey, std::string>> names;  ///< In the order of the file.
  std::vector<std::string> faults;  ///< `FILE:LINE: reason`, never with text of the file.
};

/// Reads what wg-quick reads. A name stands right above its [Peer] or within that section:
/// `# Name = alice`, `# friendly_name = alice`, `### Client alice`, `# BEGIN_PEER alice`. Secret
/// keys are read past, never copied.
ExtractedNames extract_names(std::string_view wireguard_conf, std::string_view file);

/// Prints names.toml from these files, or from all *.conf in `folder`, and the faults to `errors`.
/// Returns the exit code: 0, or 65 if there were faults. Throws SetupError with exit code 74 where
/// there is nothing to read.
int print_names(const std::vector<std::string>& files, std::ostream& out, std::ostream& errors,
                const std::filesystem::path& folder = "/etc/wireguard");

}  // namespace wgaudit
