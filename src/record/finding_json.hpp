#pragma once

#include "record/json_fields.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

// JSON of bodies about the evidence, the clocks and the monitor.

void write_contradiction(const ContradictionFacts& facts, JsonWriter& json);
ContradictionFacts read_contradiction(const ParsedJson& json);

void write_loss(const Loss& loss, JsonWriter& json);
Loss read_loss(const ParsedJson& json);

void write_forgery(const ForgeryFacts& facts, JsonWriter& json);
ForgeryFacts read_forgery(const ParsedJson& json);

void write_clock(const ClockStep& step, JsonWriter& json);
ClockStep read_clock(const ParsedJson& json);

void write_completeness(const CompletenessFacts& facts, JsonWriter& json);
CompletenessFacts read_completeness(const ParsedJson& json);

void write_monitor(const MonitorFacts& facts, JsonWriter& json);
MonitorFacts read_monitor(const ParsedJson& json);

}  // namespace wgaudit
