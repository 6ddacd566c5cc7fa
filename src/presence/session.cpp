#include "wgaudit/presence/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "wgaudit/base/names.hpp"
#include "wgaudit/wireguard/limits.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

constexpr std::array<std::string_view, 2> initiator_names = {"peer", "gateway"};

// latest-handshake is cut to the second, and the line of the response is received some milliseconds
// after it was printed (wg_receive_handshake_packet of receive.c prints it just before the
// handshake is complete). Within this, a handshake of a line and one of a dump are the same.
constexpr seconds same_handshake{2};

// A session's first initiation is asked for when the id is proven. At one rekey in two minutes
// (rekey_after_time), that can be a quarter of an hour later.
constexpr std::size_t max_initiations = 8;

bool is_same_handshake(SteadyTime line, std::optional<SteadyTime> handshake) {
  return handshake && line >= *handshake - same_handshake && line <= *handshake + same_handshake;
}

}  // namespace

std::string_view to_text(Initiator initiator) {
  return initiator_names[static_cast<std::size_t>(initiator)];
}

std::optional<Initiator> parse_initiator(std::string_view text) {
  return find_name<Initiator>(initiator_names, text);
}

void account(Session& session, const DumpPeer& before, const DumpPeer& row, TimeBounds seen,
             UtcTime handshake) {
  if (row.latest_handshake != before.latest_handshake &&
      row.latest_handshake.time_since_epoch().count() != 0) {
    ++session.handshakes;
  }
  if (row.rx_bytes != before.rx_bytes) {
    session.rx_bytes += row.rx_bytes - before.rx_bytes;
    // A handshake is traffic, too: the last growth was not before it.
    session.last_activity = {std::max(seen.not_before, std::min(handshake, seen.not_after)),
                             seen.not_after};
  }
  session.tx_bytes += row.tx_bytes - before.tx_bytes;
  if (row.endpoint != before.endpoint) note_endpoint(session, row.endpoint, seen.not_after);
}

void account_lines(Session& session, LineNotes& notes, const HandshakeTimes& shown,
                   SteadyTime settled) {
  std::erase_if(notes.completed, [&](SteadyTime line) {
    if (line + same_handshake >= settled) return false;
    const bool was_shown =
        is_same_handshake(line, shown.before) || is_same_handshake(line, shown.now);
    // A rekey between two dumps is hidden by the next one: only its line counts it.
    if (line > session.began_steady + same_handshake && !was_shown) ++session.handshakes;
    return true;
  });
  const bool is_of_this = notes.keepalive && notes.keepalive->steady >= session.began_steady;
  if (is_of_this) session.keepalive = notes.keepalive->utc;
}

void note_endpoint(Session& session, const Endpoint& endpoint, UtcTime since) {
  if (endpoint.is_none()) return;
  auto& uses = session.endpoints;
  if (!uses.empty() && uses.back().endpoint == endpoint) return;
  uses.push_back({endpoint, since});
  if (uses.size() <= Session::max_endpoints) return;
  uses.erase(uses.begin());
  ++session.endpoints_dropped;
}

void note_initiation(LineNotes& notes, Initiation initiation) {
  if (notes.initiations.size() >= max_initiations) {
    notes.initiations.erase(notes.initiations.begin());
  }
  notes.initiations.push_back(initiation);
}

std::optional<Initiator> initiator_of(const LineNotes& notes, SteadyTime began) {
  const auto fits = [&](const Initiation& initiation) {
    return initiation.when + rekey_timeout >= began && initiation.when <= began + same_handshake;
  };
  const auto last = std::find_if(notes.initiations.rbegin(), notes.initiations.rend(), fits);
  if (last == notes.initiations.rend()) return std::nullopt;
  return last->by;
}

EndedSession end_session(Session session, Instant ended) {
  const auto by_wall = ended.utc - session.began;
  const bool is_placed = session.began_steady != SteadyTime::min();
  const auto by_steady = is_placed ? ended.steady - session.began_steady : by_wall;
  // The two differ by more only where the wall clock was set meanwhile.
  const bool was_set = by_wall - by_steady > seconds(1) || by_steady - by_wall > seconds(1);
  const auto duration = std::max(was_set ? by_steady : by_wall, std::chrono::microseconds(0));
  // A keepalive is 32 bytes of rx that the last dump before the end may not have shown.
  if (session.keepalive && *session.keepalive > session.last_activity.not_before) {
    const UtcTime heard = std::min(*session.keepalive, ended.utc);
    session.last_activity = {heard, std::max(heard, session.last_activity.not_after)};
  }
  return {std::move(session), ended.utc, duration};
}

}  // namespace wgaudit
