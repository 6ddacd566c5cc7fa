#pragma once

#include <map>
#include <string>

#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {

/// Names of peers, by public key.
using PeerNames = std::map<PublicKey, std::string>;

/// Empty where it has none.
std::string name_of(const PeerNames& names, const PublicKey& key);

/// The name, or else the key as people read it.
std::string label_of(const PeerNames& names, const PublicKey& key);

}  // namespace wgaudit
