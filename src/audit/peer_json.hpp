#pragma once

#include "json_fields.hpp"
#include "wgaudit/audit/record.hpp"

namespace wgaudit {

Json peer_json(const PeerFacts& facts);
PeerFacts read_peer(const ParsedJson& json);

}  // namespace wgaudit
