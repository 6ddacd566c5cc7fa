#include "wgaudit/record/peer_names.hpp"

#include "wgaudit/record/record.hpp"

namespace wgaudit {

std::string name_of(const PeerNames& names, const PublicKey& key) {
  const auto name = names.find(key);
  return name != names.end() ? name->second : std::string();
}

std::string label_of(const PeerNames& names, const PublicKey& key) {
  const std::string name = name_of(names, key);
  return name.empty() ? short_key(key) : name;
}

}  // namespace wgaudit
