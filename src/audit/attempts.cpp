#include "wgaudit/audit/attempts.hpp"

#include "audit/kind_table.hpp"

namespace wgaudit {
namespace {

// Lines that report a failure on their own.
constexpr KindTable<38, AttemptCause> causes = {
    {EventKind::handshake_abandoned, AttemptCause::handshake_abandoned},
    {EventKind::peer_silent, AttemptCause::peer_silent},
    {EventKind::cookie_sent, AttemptCause::cookie_sent},
    {EventKind::cookie_received, AttemptCause::cookie_received},
    {EventKind::mac_invalid, AttemptCause::mac_invalid},
    {EventKind::initiation_invalid, AttemptCause::initiation_invalid},
    {EventKind::cookie_invalid, AttemptCause::cookie_invalid},
    {EventKind::handshake_dropped, AttemptCause::handshake_dropped},
    {EventKind::endpoint_missing, AttemptCause::endpoint_missing},
    {EventKind::no_route, AttemptCause::no_route},
};

}  // namespace

void Attempts::on_line(const HeardLine& line) {
  watch_.on_line(line);
  const KernelEvent& event = line.event;
  const auto cause = causes[event.kind];
  if (!cause) return;
  Attempt attempt{{event.interface, *cause, event.endpoint, event.peer}, {}};
  AttemptFacts& facts = attempt.facts;
  facts.count = line.repeated;
  facts.first = line.received.utc;
  facts.last = line.received.utc;
  facts.error = event.error;
  if (*cause == AttemptCause::handshake_abandoned) facts.tries = event.attempt;
  attempt.peer = {line.identity.state, line.identity.public_key};
  log_.note(attempt);
}

void Attempts::on_dump(const Dump& dump, Instant started, Instant finished,
                       const WallClock& wall_clock) {
  const auto findings = watch_.on_dump(dump, started, wall_clock);
  for (const Attempt& attempt : findings.failed) log_.note(attempt);
  for (const AttemptSource& source : findings.confirmed) log_.settle(source, finished);
}

}  // namespace wgaudit
