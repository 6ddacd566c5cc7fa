#pragma once

#include <map>
#include <string>

#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {

/// Names of peers, by public key.
using PeerNames = std::map<PublicKey, std::string>;

/// Returns the name of a key; empty where it has none.
std::string name_of(const PeerNames& names, const PublicKey& key);

/// Returns the name of a key, or the key in short where it has none.
std::string label_of(const PeerNames& names, const PublicKey& key);

}  // namespace wgaudit
