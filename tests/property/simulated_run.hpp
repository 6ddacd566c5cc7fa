#pragma once

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "property/simulated_history.hpp"
#include "property/simulated_way.hpp"
#include "wgaudit/identity/registry.hpp"

namespace wgaudit {

/// SimulatedResult is what a registry made of a history, compared with the truth.
struct SimulatedResult {
  std::set<SimulatedId> named;  ///< Own ids that lines name.
  std::set<SimulatedId> proven;
  std::map<std::string, std::size_t> contradictions;
  std::vector<std::string> wrong;
};

/// SimulatedRun gives a registry what a daemon would: lines as they arrive, dumps when they are
/// complete.
class SimulatedRun {
 public:
  SimulatedRun(const SimulationKind& kind, const SimulatedHistory& history, std::uint64_t seed)
      : kind_(kind), history_(history), dice_(seed ^ 0x5eed), clocks_(history, dice_) {}

  SimulatedResult play() {
    std::vector<Arrival> arrivals = SimulatedWay(kind_, history_, dice_).arrivals();
    start();
    const bool is_batched = dice_.chance(0.5);
    auto dump = history_.dumps.begin();
    for (const Arrival& arrival : arrivals) {
      for (; dump != history_.dumps.end() && dump->finished <= arrival.received; ++dump)
        take(*dump);
      if (arrival.received < started_ || is_dropped(arrival.received)) continue;
      tick(arrival.received);
      if (!is_batched) check(arrival.received);
      take(history_.lines[arrival.line], arrival.received);
    }
    if (!arrivals.empty()) tick(arrivals.back().received + secs(6));
    check_bindings();
    return std::move(result_);
  }

 private:
  /// A daemon that starts late sees nothing of what came before.
  void start() {
    const bool is_late = kind_.late && dice_.chance(0.4);
    if (is_late) started_ = dice_.between(secs(1), secs(120));
    if (kind_.gaps) add_gaps();
    next_tick_ = started_;
    if (!dice_.chance(0.5)) return;
    for (const Micros on : history_.debug_on) told_.push_back(std::max(on, started_));
  }

  void add_gaps() {
    for (Micros at = started_ + secs(20); at < secs(2400);
         at += dice_.between(secs(10), secs(300))) {
      gaps_.push_back({at, at + dice_.between(millis(1), secs(5))});
    }
  }

  /// Returns whether the socket drops what arrives then. The registry learns of it before it gets
  /// what follows.
  bool is_dropped(Micros received) {
    for (; !gaps_.empty() && gaps_.front().second <= received; gaps_.erase(gaps_.begin())) {
      const Micros end = gaps_.front().second;
      tick(end);
      note(registry_.on_gap(clocks_.read(end)), end);
    }
    return !gaps_.empty() && gaps_.front().first <= received;
  }

  void tick(Micros until) {
    for (; next_tick_ < until; next_tick_ += dice_.between(millis(300), secs(2))) {
      check(next_tick_);
    }
  }

  void check(Micros time) {
    if (!told_.empty() && told_.front() <= time) {
      registry_.on_debug_enabled(clocks_.read(time).steady);
      told_.erase(told_.begin());
    }
    note(registry_.advance(clocks_.read(time)), time);
  }

  void note(const Findings& findings, Micros time) {
    for (const Settlement& one : findings.settlements) settle(one, time);
    for (const Contradiction& one : findings.contradictions) {
      ++result_.contradictions[std::string(to_text(one.cause))];
    }
  }

  void take(const SimulatedDump& dump) {
    if (dump.started < started_) return;
    tick(dump.finished);
    registry_.on_dump(dump.dump, clocks_.read(dump.started), clocks_.read(dump.finished));
    check(dump.finished);
  }

  void take(const SimulatedLine& line, Micros received) {
    const Stamp stamp = clocks_.stamp(line.printed);
    const Instant now = clocks_.read(received);
    if (line.is_other) return registry_.on_other_line({stamp, now, 0});
    lines_.push_back(&line);
    const Identity identity = registry_.on_line(line.event, {stamp, now, lines_.size()});
    if (!line.event.peer) return;
    const SimulatedId id{line.load, *line.event.peer};
    if (history_.own.contains(id)) result_.named.insert(id);
    if (identity.public_key) compare(id, *identity.public_key, "event", received);
    const bool is_candidate = identity.candidates.empty() ||
                              std::find(identity.candidates.begin(), identity.candidates.end(),
                                        history_.truth.at(id)) != identity.candidates.end();
    if (!is_candidate) note_wrong(id, "no candidate", received);
  }

  void settle(const Settlement& one, Micros time) {
    std::string how;
    for (const Evidence evidence : one.evidence) how += fmt::format("+{}", to_text(evidence));
    if (one.events) {
      return compare({lines_.at(one.events->first - 1)->load, one.id}, one.public_key, how, time);
    }
    const int load = lines_.empty() ? 1 : lines_.back()->load;
    if (!is_of_some_load(one.id, one.public_key)) note_wrong({load, one.id}, how, time);
  }

  /// Returns whether the id had the key in some load: no event says of which load an id is that
  /// none named.
  bool is_of_some_load(PeerId id, const PublicKey& key) const {
    return std::any_of(history_.truth.begin(), history_.truth.end(), [&](const auto& entry) {
      return entry.first.second == id && entry.second == key;
    });
  }

  void check_bindings() {
    for (const auto& [whose, binding] : registry_.bindings()) {
      const PeerId id = binding.id;
      if (!is_of_some_load(id, whose.second)) note_wrong({0, id}, "binding", Micros(0));
    }
  }

  void compare(const SimulatedId& id, const PublicKey& key, const std::string& how, Micros time) {
    if (history_.truth.at(id) != key) return note_wrong(id, how, time);
    if (history_.own.contains(id)) result_.proven.insert(id);
  }

  void note_wrong(const SimulatedId& id, const std::string& how, Micros time) {
    result_.wrong.push_back(fmt::format("load {} id {} at {} by {}", id.first,
                                        static_cast<std::uint64_t>(id.second), time.count(), how));
  }

  const SimulationKind& kind_;
  const SimulatedHistory& history_;
  Dice dice_;
  SimulatedClocks clocks_;
  Micros started_{0};
  Micros next_tick_{0};
  std::vector<std::pair<Micros, Micros>> gaps_;
  std::vector<Micros> told_;  ///< When the registry is to learn that debug is on.
  Registry registry_;
  SimulatedResult result_;
  std::vector<const SimulatedLine*> lines_;  ///< Lines by their sequence number.
};

}  // namespace wgaudit
