#pragma once

#include "record/json_fields.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

Json peer_json(const PeerFacts& facts);
PeerFacts read_peer(const ParsedJson& json);

}  // namespace wgaudit
