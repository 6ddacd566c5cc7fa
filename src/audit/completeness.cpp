#include "wgaudit/audit/completeness.hpp"

#include <algorithm>
#include <utility>

#include "wgaudit/identity/stamp_clock.hpp"
#include "wgaudit/wireguard/limits.hpp"

namespace wgaudit {
namespace {

using std::chrono::days;
using std::chrono::seconds;

// latest-handshake is cut to the second, and lines are some milliseconds late.
constexpr seconds after{2};

// A responder's moves when the first packet under the new keys comes, a round trip after the
// lines. What has not come by then is tried again.
constexpr seconds before = rekey_timeout + seconds(1);

// For a log that stands still, or has no stamps.
constexpr seconds longest_wait{60};

// The lines of one handshake come together.
constexpr std::chrono::milliseconds together{500};

// More are not of one peer between two dumps, and anybody can forge them.
constexpr std::size_t max_times = 16;
constexpr std::size_t max_keys = 131072;
constexpr std::size_t max_endpoints = 16384;

constexpr std::size_t kept_days = 2;

bool is_of_handshake(EventKind kind) {
  return kind == EventKind::handshake_response_sent ||
         kind == EventKind::handshake_response_received || kind == EventKind::keypair_created;
}

void note(std::vector<SteadyTime>& times, SteadyTime time) {
  if (!times.empty() && time >= times.back() && time - times.back() < together) return;
  if (times.size() == max_times) times.erase(times.begin());
  times.push_back(time);
}

template <typename Place>
bool has_near(const std::unordered_map<Place, std::vector<SteadyTime>>& places, const Place& place,
              SteadyTime handshake) {
  const auto found = places.find(place);
  if (found == places.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](SteadyTime line) {
    return line >= handshake - before && line <= handshake + after;
  });
}

template <typename Place>
void forget_before(std::unordered_map<Place, std::vector<SteadyTime>>& places, SteadyTime time) {
  for (auto& [place, lines] : places) {
    std::erase_if(lines, [&](SteadyTime line) { return line < time; });
  }
  std::erase_if(places, [](const auto& entry) { return entry.second.empty(); });
}

void add(HandshakeCounts& sum, const HandshakeCounts& more) {
  sum.proven += more.proven;
  sum.printed += more.printed;
}

}  // namespace

void Completeness::on_line(const HeardLine& line) {
  const KernelEvent& event = line.event;
  const Identity& identity = line.identity;
  const SteadyTime printed = line.printed.steady;
  if (!is_of_handshake(event.kind) || identity.state == IdentityState::foreign) return;
  if (identity.public_key) {
    if (keys_ == max_keys) return;
    Times& times = lines_[event.interface].of_key[*identity.public_key];
    if (times.empty()) ++keys_;
    note(times, printed);
  } else if (event.endpoint && endpoints_ < max_endpoints) {
    Times& times = lines_[event.interface].at_endpoint[*event.endpoint];
    if (times.empty()) ++endpoints_;
    note(times, printed);
  }
}

void Completeness::on_dump(const std::vector<ShownHandshake>& handshakes, Instant started,
                           const WallClock& wall_clock) {
  for (const ShownHandshake& handshake : handshakes) {
    waiting_.push_back({handshake, wall_clock.when(handshake.when), started.awake()});
  }
  forget_lines(started.steady);
}

/// What is older than all that can still be judged: the handshakes that wait, and those that the
/// next dump will show.
void Completeness::forget_lines(SteadyTime started) {
  SteadyTime needed = started;
  for (const Waiting& waiting : waiting_) needed = std::min(needed, waiting.when);
  keys_ = endpoints_ = 0;
  for (auto& [interface, lines] : lines_) {
    forget_before(lines.of_key, needed - before);
    forget_before(lines.at_endpoint, needed - before);
    keys_ += lines.of_key.size();
    endpoints_ += lines.at_endpoint.size();
  }
  std::erase_if(lines_, [](const auto& entry) {
    return entry.second.of_key.empty() && entry.second.at_endpoint.empty();
  });
}

std::vector<Loss> Completeness::judge(SteadyTime drained, Instant now) {
  std::vector<Loss> unprinted;
  while (!waiting_.empty()) {
    const SteadyTime shown = waiting_.front().shown;
    if (shown > drained && now.awake() - shown < longest_wait) break;
    count(waiting_.front(), unprinted);
    waiting_.pop_front();
  }
  return unprinted;
}

std::vector<Loss> Completeness::judge_last(Instant now) {
  auto unprinted = judge(now.awake() - longest_lag, now);
  waiting_.clear();
  return unprinted;
}

bool Completeness::is_printed(const Waiting& waiting) const {
  const ShownHandshake& handshake = waiting.handshake;
  const auto lines = lines_.find(handshake.interface);
  if (lines == lines_.end()) return false;
  const auto& [of_key, at_endpoint] = lines->second;
  return has_near(of_key, handshake.public_key, waiting.when) ||
         has_near(at_endpoint, handshake.endpoint, waiting.when);
}

void Completeness::count(const Waiting& waiting, std::vector<Loss>& unprinted) {
  const auto& when = waiting.handshake.when;
  const bool printed = is_printed(waiting);
  const HandshakeCounts one{1, printed ? 1U : 0U};
  const auto day = std::chrono::floor<days>(when);
  add(unreported_[day], one);
  add(days_[day], one);
  if (days_.size() > kept_days) days_.erase(days_.begin());
  if (!printed) unprinted.push_back({1, when, when + seconds(1), {}});
}

std::vector<CompletenessFacts> Completeness::take(UtcTime now) {
  const UtcTime since = std::exchange(since_, now);
  std::vector<CompletenessFacts> all;
  for (const auto& [day, counts] : std::exchange(unreported_, {})) {
    all.push_back({day, since, counts});
  }
  return all;
}

void Completeness::restore(const CompletenessFacts& facts) {
  add(days_[facts.day], facts.handshakes);
  if (days_.size() > kept_days) days_.erase(days_.begin());
}

HandshakeCounts Completeness::of_day(std::chrono::sys_days day) const {
  const auto found = days_.find(day);
  return found == days_.end() ? HandshakeCounts{} : found->second;
}

}  // namespace wgaudit
