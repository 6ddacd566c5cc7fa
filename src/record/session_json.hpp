#pragma once

#include "record/json_fields.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// The session's begin, and where it is over its end and duration, as ECS has them.
void add_span(const Record& record, Json& event);

/// Sets them in `record` again, whose accounts have been read.
void read_span(const ParsedJson& event, Record& record);

/// When it began is told by the uptime, too, where that is known.
Json session_json(const Session& session, bool knows_uptime);
Session read_session(const ParsedJson& json);

Json attempts_json(const AttemptFacts& attempts);
AttemptFacts read_attempts(const ParsedJson& json);

Json change_json(const FieldChange& change);
FieldChange read_change(const ParsedJson& json);

}  // namespace wgaudit
