#pragma once

#include <string_view>

#include "wgaudit/identity/registry.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// The parts of a record that say whose an id is, and that it is not so. Number and times are the
/// auditor's.
void describe(const Settlement& settlement, std::string_view peer_name, std::string_view peer_label,
              Record& record);
void describe(const Contradiction& contradiction, Record& record);

}  // namespace wgaudit
