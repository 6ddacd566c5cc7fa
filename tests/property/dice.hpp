#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace wgaudit {

using Micros = std::chrono::microseconds;

constexpr Micros millis(std::int64_t count) {
  return Micros(count * 1000);
}
constexpr Micros secs(std::int64_t count) {
  return Micros(count * 1'000'000);
}

/// Dice give chance from a seed: the same on every machine, which the standard's distributions are
/// not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  /// Returns a number from 0 to 1, without 1.
  double share() { return static_cast<double>(random_() >> 11) / 9007199254740992.0; }
  bool chance(double share_of_all) { return share() < share_of_all; }

  /// Returns a number from `least` to `most`, both inclusive.
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least +
           static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
  }
  Micros between(Micros least, Micros most) { return Micros(between(least.count(), most.count())); }

  template <typename Item>
  const Item& one_of(const std::vector<Item>& items) {
    return items[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(items.size()) - 1))];
  }

  template <typename Item>
  void shuffle(std::vector<Item>& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1],
                items[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(i) - 1))]);
    }
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace wgaudit
