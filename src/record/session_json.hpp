#pragma once

#include "record/json_fields.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// The session's begin, and where it is over its end and duration, as ECS has them.
void add_span(const Record& record, JsonObject& event);

/// Adds its end and duration to a session that has been read.
EndedSession read_ended(Session session, const ParsedJson& event);

/// Writes a session. With `knows_uptime` its begin since boot is written too.
void write_session(const Session& session, bool knows_uptime, JsonWriter& json);

/// `event` has its begin.
Session read_session(const ParsedJson& json, const ParsedJson& event);

void write_attempts(const AttemptFacts& facts, JsonWriter& json);
AttemptFacts read_attempts(const ParsedJson& json);

void write_change(const FieldChange& facts, JsonWriter& json);
FieldChange read_change(const ParsedJson& json);

}  // namespace wgaudit
