#include "wgaudit/audit/attempts.hpp"

namespace wgaudit {
namespace {

/// Of lines that tell a failure on their own.
std::optional<AttemptCause> cause_of(EventKind kind) {
  switch (kind) {
    case EventKind::handshake_abandoned:
      return AttemptCause::handshake_abandoned;
    case EventKind::peer_silent:
      return AttemptCause::peer_silent;
    case EventKind::cookie_sent:
      return AttemptCause::cookie_sent;
    case EventKind::cookie_received:
      return AttemptCause::cookie_received;
    case EventKind::mac_invalid:
      return AttemptCause::mac_invalid;
    case EventKind::initiation_invalid:
      return AttemptCause::initiation_invalid;
    case EventKind::cookie_invalid:
      return AttemptCause::cookie_invalid;
    case EventKind::handshake_dropped:
      return AttemptCause::handshake_dropped;
    case EventKind::endpoint_missing:
      return AttemptCause::endpoint_missing;
    case EventKind::no_route:
      return AttemptCause::no_route;
    case EventKind::interface_created:
    case EventKind::interface_destroyed:
    case EventKind::namespace_exiting:
    case EventKind::peer_created:
    case EventKind::peer_destroyed:
    case EventKind::handshake_initiation_sent:
    case EventKind::handshake_initiation_received:
    case EventKind::handshake_response_sent:
    case EventKind::handshake_response_received:
    case EventKind::handshake_retried:
    case EventKind::keypair_created:
    case EventKind::keypair_destroyed:
    case EventKind::keys_zeroed:
    case EventKind::keepalive_sent:
    case EventKind::keepalive_received:
    case EventKind::response_invalid:
    case EventKind::source_not_allowed:
    case EventKind::destination_not_allowed:
    case EventKind::packet_not_ip:
    case EventKind::packet_wrong_size:
    case EventKind::packet_invalid:
    case EventKind::packet_undeliverable:
    case EventKind::nonce_invalid:
    case EventKind::socket_failed:
    case EventKind::module_loaded:
    case EventKind::interface_renamed:
    case EventKind::messages_suppressed:
    case EventKind::unknown_message:
      return std::nullopt;
  }
  __builtin_unreachable();
}

}  // namespace

void Attempts::on_line(const KernelEvent& event, std::uint32_t repeated, const Identity& identity,
                       Instant printed, Instant now) {
  watch_.on_line(event, identity, printed);
  const auto cause = cause_of(event.kind);
  if (!cause) return;
  Attempt attempt{{event.interface, *cause, event.endpoint, event.peer}, {}};
  AttemptFacts& facts = attempt.facts;
  facts.count = repeated;
  facts.first = now.utc;
  facts.last = now.utc;
  facts.error = event.error;
  if (*cause == AttemptCause::handshake_abandoned) facts.tries = event.attempt;
  attempt.peer = {identity.state, identity.public_key};
  log_.note(attempt, now);
}

void Attempts::on_dump(const Dump& dump, Instant started, Instant finished,
                       const WallClock& wall_clock) {
  const auto findings = watch_.on_dump(dump, started, wall_clock);
  for (const Attempt& attempt : findings.failed) log_.note(attempt, finished);
  for (const AttemptSource& source : findings.confirmed) log_.settle(source, finished);
}

}  // namespace wgaudit
