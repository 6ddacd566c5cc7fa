#pragma once

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "property/identity_trace.hpp"

namespace wgaudit {

/// IdentityResult is what a registry made of a trace, compared with the truth.
struct IdentityResult {
  std::set<LoadedId> named;   ///< Own ids that lines name.
  std::set<LoadedId> proven;  ///< Those of these that were proven.
  std::vector<std::string> wrong;
  std::map<std::string, int> contradictions;
  std::map<LoadedId, std::int64_t>
      first_named;  ///< When their first line was received, µs since 1970.
  std::map<LoadedId, std::int64_t> first_proven;
  std::set<std::uint64_t> own_lines, at_once, later;  ///< Events of own ids.
};

/// IdentityRun plays a trace through a registry.
class IdentityRun {
 public:
  explicit IdentityRun(const IdentityTrace& trace) : trace_(trace) {}

  IdentityResult play() {
    registry_.on_debug_enabled(SteadyTime::min());
    auto line = trace_.lines.begin();
    for (const TraceDump& dump : trace_.dumps) {
      for (; line != trace_.lines.end() && line->received <= dump.finished; ++line) take(*line);
      registry_.on_dump(dump.dump, instant(dump.started), instant(dump.finished));
      check(registry_.advance(instant(dump.finished)), dump.finished);
    }
    for (; line != trace_.lines.end(); ++line) take(*line);
    if (!trace_.lines.empty()) {
      for (const std::int64_t wait : {3'000'000, 5'000'000}) {
        const std::int64_t end = trace_.lines.back().received + wait;
        check(registry_.advance(instant(end)), end);
      }
    }
    return std::move(result_);
  }

  const Registry& registry() const { return registry_; }

 private:
  static Instant instant(std::int64_t time) {
    return {SteadyTime(std::chrono::microseconds(time)), UtcTime(std::chrono::microseconds(time))};
  }

  void take(const TraceLine& line) {
    const Instant now = instant(line.received);
    check(registry_.advance(now), line.received);
    if (!line.event) return registry_.on_other_line({line.stamp, now, 0});
    loads_.push_back(line.load);
    const std::uint64_t sequence = loads_.size();
    const Identity identity = registry_.on_line(*line.event, {line.stamp, now, sequence});
    if (!line.event->peer) return;
    const LoadedId id{line.load, *line.event->peer};
    const bool is_own = trace_.own.contains({line.event->interface, id.second});
    if (is_own) {
      result_.named.insert(id);
      result_.first_named.emplace(id, line.received);
      result_.own_lines.insert(sequence);
    }
    if (!identity.public_key) return;
    if (is_own) result_.at_once.insert(sequence);
    compare(id, *identity.public_key, "event", is_own, line.received);
  }

  void check(const Findings& findings, std::int64_t time) {
    for (const Settlement& settlement : findings.settlements) {
      if (!settlement.events) continue;
      const LoadedId id{loads_.at(settlement.events->first - 1), settlement.id};
      std::string how;
      for (const Evidence evidence : settlement.evidence)
        how += fmt::format("+{}", to_text(evidence));
      const bool is_own =
          trace_.own.contains({settlement.interface, settlement.id}) || result_.named.contains(id);
      compare(id, settlement.public_key, how, is_own, time);
      settle(*settlement.events, id);
    }
    for (const Contradiction& contradiction : findings.contradictions) {
      ++result_.contradictions[std::string(to_text(contradiction.cause))];
    }
  }

  void settle(const EventRange& range, const LoadedId& /*id*/) {
    for (auto own = result_.own_lines.lower_bound(range.first);
         own != result_.own_lines.end() && *own <= range.last; ++own) {
      if (!result_.at_once.contains(*own)) result_.later.insert(*own);
    }
  }

  void compare(const LoadedId& id, const PublicKey& key, const std::string& how, bool is_own,
               std::int64_t time) {
    const auto truth = trace_.truth.find(id);
    const bool is_right =
        truth == trace_.truth.end() ? !trace_.has_whole_truth : truth->second == key;
    if (!is_right) {
      result_.wrong.push_back(fmt::format(
          "load {} id {}: {} for {} by {}", id.first, static_cast<std::uint64_t>(id.second),
          to_text(key).substr(0, 6),
          truth == trace_.truth.end() ? "foreign" : to_text(truth->second).substr(0, 6), how));
    }
    if (!is_own) return;
    result_.proven.insert(id);
    result_.first_proven.emplace(id, time);
  }

  const IdentityTrace& trace_;
  Registry registry_;
  IdentityResult result_;
  std::vector<int> loads_;  ///< Module load of each event, by its number.
};

}  // namespace wgaudit
