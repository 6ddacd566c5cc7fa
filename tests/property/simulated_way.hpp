#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "property/simulated_history.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/identity/stamp_clock.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// SimulatedClocks are the clocks of a machine: printk's, which is not slewed, the steady one,
/// which is, and the wall.
class SimulatedClocks {
 public:
  SimulatedClocks(const SimulatedHistory& history, Dice& dice) : steps_(history.wall_steps) {
    printk_ahead_ = dice.between(secs(-900'000), secs(900'000));
    slew_ = dice.chance(0.5) ? dice.between(-500, 500) : (dice.chance(0.5) ? 500 : -500);
    turn_ = dice.chance(0.5) ? dice.between(secs(20), secs(900)) : secs(100'000);
  }

  Micros stamp(Micros time) const {
    const Micros slewed = (std::min(time, turn_) - std::max(time - turn_, Micros(0))) * slew_;
    return secs(1'000'000) + time + printk_ahead_ + slewed / 1'000'000;
  }

  Instant read(Micros time) const {
    Micros ahead = secs(1'763'708'400);
    for (const auto& [when, step] : steps_) {
      if (when <= time) ahead += step;
    }
    return {SteadyTime(secs(2'000'000) + time), UtcTime(ahead + time)};
  }

 private:
  const std::vector<std::pair<Micros, Micros>>& steps_;
  Micros printk_ahead_{};
  std::int64_t slew_ = 0;
  Micros turn_{};
};

struct Arrival {
  Micros received{};
  std::size_t line = 0;

  friend bool operator<(const Arrival& a, const Arrival& b) { return a.received < b.received; }
};

/// SimulatedWay is how a history's lines arrive: some do not, all later than they were printed.
class SimulatedWay {
 public:
  SimulatedWay(const SimulationKind& kind, const SimulatedHistory& history, Dice& dice)
      : kind_(kind), history_(history), dice_(dice) {}

  std::vector<Arrival> arrivals() {
    choose();
    std::vector<Arrival> all;
    Micros last{0};
    for (std::size_t i = 0; i < history_.lines.size(); ++i) {
      if (is_lost(history_.lines[i])) continue;
      last = std::max(last + Micros(1), delivered(history_.lines[i].printed));
      all.push_back({last + own_lag(), i});
      if (kind_.reordered && dice_.chance(0.1)) all.push_back({last + own_lag(), i});
    }
    std::stable_sort(all.begin(), all.end());
    return all;
  }

 private:
  void choose() {
    static const std::vector<double> shares = {0, 0.3, 0.7, 0.9, 0.99};
    lost_ = kind_.limited ? dice_.one_of(shares) : 0.0;
    gone_ = kind_.lossy ? dice_.share() * 0.05 : 0.0;
    phase_ = dice_.between(Micros(0), secs(20));
    if (kind_.stalls) add_stalls();
    if (kind_.lossy && dice_.chance(0.5)) {
      overwritten_ = dice_.between(secs(5), secs(120));
    }
  }

  void add_stalls() {
    for (Micros at = dice_.between(secs(1), secs(60)); at < secs(2400);
         at += dice_.between(secs(12), secs(200))) {
      stalls_.push_back({at, at + dice_.between(secs(2), secs(10))});
    }
  }

  bool is_lost(const SimulatedLine& line) {
    if (line.is_other) return false;
    const bool is_limited = is_rate_limited(line.event.kind);
    if (is_limited) return dice_.chance(lost_);
    if (overwritten_ && *overwritten_ <= line.printed &&
        line.printed < *overwritten_ + millis(700)) {
      return true;
    }
    return line.event.kind != EventKind::module_loaded && dice_.chance(gone_);
  }

  /// By one daemon, in order.
  Micros delivered(Micros printed) {
    Micros time = printed + dice_.between(Micros(100), millis(8));
    if (kind_.bursts) {
      const Micros wave = (printed + phase_) % secs(20);
      if (wave < secs(6)) time += dice_.between(Micros(0), std::min(wave, millis(980)));
    }
    for (const auto& [from, to] : stalls_) {
      if (from <= time && time < to) time = to;
    }
    return time;
  }

  Micros own_lag() {
    return kind_.reordered ? dice_.between(Micros(0), millis(kind_.bursts ? 1 : 980)) : Micros(0);
  }

  const SimulationKind& kind_;
  const SimulatedHistory& history_;
  Dice& dice_;
  double lost_ = 0;
  double gone_ = 0;
  Micros phase_{};
  std::optional<Micros> overwritten_;
  std::vector<std::pair<Micros, Micros>> stalls_;
};

}  // namespace wgaudit
