#pragma once

#include "record/json_fields.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

// What the auditor tells of its evidence, its clocks and itself.

Json contradiction_json(const ContradictionFacts& facts);
ContradictionFacts read_contradiction(const ParsedJson& json);

Json loss_json(const Loss& loss);
Loss read_loss(const ParsedJson& json);

Json forgery_json(const ForgeryFacts& facts);
ForgeryFacts read_forgery(const ParsedJson& json);

Json clock_json(const ClockStep& step);
ClockStep read_clock(const ParsedJson& json);

Json completeness_json(const CompletenessFacts& facts);
CompletenessFacts read_completeness(const ParsedJson& json);

Json monitor_json(const MonitorFacts& facts);
MonitorFacts read_monitor(const ParsedJson& json);

}  // namespace wgaudit
