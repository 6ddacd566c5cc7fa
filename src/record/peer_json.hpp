#pragma once

#include "record/json_fields.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

void write_peer(const PeerFacts& facts, JsonWriter& json);
PeerFacts read_peer(const ParsedJson& json);

}  // namespace wgaudit
