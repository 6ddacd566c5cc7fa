#include "wgaudit/audit/handshake_watch.hpp"

#include <algorithm>
#include <utility>

#include "audit/kind_table.hpp"
#include "audit/line_tolerance.hpp"
#include "wgaudit/wireguard/limits.hpp"

namespace wgaudit {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// rekey_timeout and the jitter that the kernel adds (timers.c: up to a third of a second).
constexpr milliseconds patience = rekey_timeout + milliseconds(334);

// The lines of one try come within one round trip, those of the next after rekey_timeout.
constexpr seconds same_try{2};

// After so long without a dump that lists the interface nothing can be said any more.
constexpr seconds longest{600};

constexpr std::size_t max_followed = 4096;

/// What a line says of a handshake.
enum class HandshakeLine : std::uint8_t { by_peer, by_gateway, invalid_response, answered, ended };

constexpr KindTable<38, HandshakeLine> handshake_lines = {
    {EventKind::handshake_initiation_received, HandshakeLine::by_peer},
    {EventKind::handshake_response_sent, HandshakeLine::by_peer},
    {EventKind::handshake_initiation_sent, HandshakeLine::by_gateway},
    {EventKind::handshake_retried, HandshakeLine::by_gateway},
    {EventKind::response_invalid, HandshakeLine::invalid_response},
    {EventKind::handshake_response_received, HandshakeLine::answered},
    {EventKind::peer_destroyed, HandshakeLine::ended},
    {EventKind::interface_destroyed, HandshakeLine::ended},
    {EventKind::module_loaded, HandshakeLine::ended},
};

}  // namespace

std::size_t HandshakeWatch::KeyHash::operator()(const Key& key) const noexcept {
  std::size_t hash = std::hash<InterfaceName>{}(key.interface);
  hash = hash * 31 + static_cast<std::size_t>(key.side);
  hash = hash * 31 + static_cast<std::size_t>(key.peer.value_or(PeerId{}));
  return hash * 31 + (key.endpoint ? std::hash<Endpoint>{}(*key.endpoint) : 0);
}

void HandshakeWatch::on_line(const HeardLine& line) {
  if (line.identity.state == IdentityState::foreign) return;
  const KernelEvent& event = line.event;
  const auto meaning = handshake_lines[event.kind];
  if (!meaning) return;
  switch (*meaning) {
    case HandshakeLine::by_peer:
      return follow(line, Side::peer);
    case HandshakeLine::by_gateway:
      return follow(line, Side::gateway);
    case HandshakeLine::invalid_response:
      return follow(line, Side::response);
    case HandshakeLine::answered:
      followed_.erase({event.interface, Side::gateway, event.peer, {}});
      return;
    case HandshakeLine::ended:
      return forget(event);
  }
}

HandshakeWatch::Findings HandshakeWatch::on_dump(const Dump& dump, Instant started,
                                                 const WallClock& wall_clock) {
  Findings findings;
  if (followed_.empty()) return findings;
  const auto shown = handshakes_in(dump, wall_clock);
  for (auto entry = followed_.begin(); entry != followed_.end();) {
    auto& [key, tries] = *entry;
    const auto interface = shown.find(key.interface);
    bool is_over = tries.last.steady + longest < started.steady;
    if (!is_over && interface != shown.end()) {
      is_over = is_confirmed(interface->second, key, tries);
      if (is_over) {
        findings.confirmed.push_back(source_of(key, tries));
      } else if (auto attempt = failed(key, tries, started)) {
        findings.failed.push_back(*std::move(attempt));
        is_over = tries.count == 0;
      }
    }
    entry = is_over ? followed_.erase(entry) : std::next(entry);
  }
  return findings;
}

/// Returns, for every interface that is listed, the latest handshakes of the rows that are
/// followed.
std::unordered_map<InterfaceName, HandshakeWatch::Handshakes> HandshakeWatch::handshakes_in(
    const Dump& dump, const WallClock& wall_clock) const {
  std::unordered_map<InterfaceName, Handshakes> shown;
  for (const DumpInterface& interface : dump) shown[interface.name];
  for (const auto& [key, tries] : followed_) {
    const auto found = shown.find(key.interface);
    if (found == shown.end()) continue;
    if (tries.peer.public_key) found->second.of_key[*tries.peer.public_key];
    if (tries.endpoint) found->second.at_endpoint[*tries.endpoint];
  }
  for (const DumpInterface& interface : dump) {
    Handshakes& handshakes = shown[interface.name];
    for (const DumpPeer& row : interface.peers) handshakes.take(row, wall_clock);
  }
  return shown;
}

void HandshakeWatch::Handshakes::take(const DumpPeer& row, const WallClock& wall_clock) {
  const bool has_one = row.latest_handshake.time_since_epoch().count() != 0;
  const SteadyTime handshake = has_one ? wall_clock.when(row.latest_handshake) : never;
  any = std::max(any, handshake);
  const auto take = [&](auto& handshakes, const auto& wanted) {
    const auto found = handshakes.find(wanted);
    if (found != handshakes.end())
      found->second = std::max(found->second.value_or(handshake), handshake);
  };
  if (!of_key.empty()) take(of_key, row.public_key);
  if (!at_endpoint.empty()) take(at_endpoint, row.endpoint);
}

/// Returns the latest handshake of the row that the tries may belong to.
SteadyTime HandshakeWatch::Handshakes::latest(const Tries& tries) const {
  const auto& key = tries.peer.public_key;
  if (key) return of_key.at(*key).value_or(never);
  if (!tries.endpoint) return any;
  return at_endpoint.at(*tries.endpoint).value_or(any);
}

std::uint64_t HandshakeWatch::take_overlooked() {
  return std::exchange(overlooked_, 0);
}

void HandshakeWatch::follow(const HeardLine& line, Side side) {
  const KernelEvent& event = line.event;
  const Instant now = line.printed;
  const bool by_endpoint = side == Side::response;
  const Key key{event.interface, side, by_endpoint ? std::nullopt : event.peer,
                by_endpoint ? event.endpoint : std::nullopt};
  auto found = followed_.find(key);
  if (found == followed_.end()) {
    if (followed_.size() >= max_followed) return static_cast<void>(++overlooked_);
    found = followed_.try_emplace(key).first;
  }
  Tries& tries = found->second;
  tries.endpoint = event.endpoint;
  tries.peer = {line.identity.state, line.identity.public_key};
  tries.all_lines = tries.count == 0 ? tries.peer : common(tries.all_lines, tries.peer);
  if (tries.count != 0 && now.steady < tries.last.steady + same_try && !by_endpoint) return;
  if (tries.count++ == 0) tries.first = now;
  tries.before_last = std::exchange(tries.last, now);
}

void HandshakeWatch::forget(const KernelEvent& event) {
  if (event.kind == EventKind::module_loaded) return followed_.clear();
  if (event.kind == EventKind::peer_destroyed) {
    // Tries under an earlier name of the interface are not judged either: no dump lists that name.
    followed_.erase({event.interface, Side::peer, event.peer, {}});
    followed_.erase({event.interface, Side::gateway, event.peer, {}});
    return;
  }
  std::erase_if(followed_,
                [&](const auto& entry) { return entry.first.interface == event.interface; });
}

/// A handshake after the first try and before the last confirms those before it.
bool HandshakeWatch::is_confirmed(const Handshakes& handshakes, const Key& key,
                                  Tries& tries) const {
  const SteadyTime latest = handshakes.latest(tries);
  // An invalid response can come before as well as after what makes it harmless.
  const auto before = key.side == Side::response ? rekey_timeout : seconds(0);
  const auto confirms = [&](Instant line) {
    return latest >= line.earlier(line_tolerance + before).second();
  };
  if (confirms(tries.last)) return true;
  if (confirms(tries.first)) keep_last(tries);
  return false;
}

void HandshakeWatch::keep_last(Tries& tries) {
  tries.first = tries.last;
  tries.count = 1;
  tries.all_lines = tries.peer;
}

AttemptSource HandshakeWatch::source_of(const Key& key, const Tries& tries) {
  const auto cause = [&] {
    switch (key.side) {
      case Side::peer:
        return AttemptCause::unconfirmed;
      case Side::gateway:
        return AttemptCause::unanswered;
      case Side::response:
        return AttemptCause::response_invalid;
    }
    __builtin_unreachable();
  }();
  return {key.interface, cause, tries.endpoint, key.peer};
}

/// The tries that had their time; one that is too young for that is left.
std::optional<Attempt> HandshakeWatch::failed(const Key& key, Tries& tries, Instant started) const {
  if (tries.first.steady + patience > started.steady) return std::nullopt;
  const bool last_is_young = tries.last.steady + patience > started.steady;
  const std::uint64_t count = tries.count - (last_is_young ? 1 : 0);
  const Instant last = last_is_young ? tries.before_last : tries.last;
  if (count == 0) return std::nullopt;
  Attempt attempt{source_of(key, tries), {}, tries.all_lines};
  attempt.facts.count = count;
  attempt.facts.first = tries.first.utc;
  attempt.facts.last = last.utc;
  keep_last(tries);
  if (!last_is_young) tries.count = 0;
  return attempt;
}

}  // namespace wgaudit
