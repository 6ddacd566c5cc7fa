// A registry that watches simulated kernels names nobody wrongly, and most.

#include "property/simulated_kernel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "wgaudit/peers/registry.hpp"

namespace wgaudit {
namespace {

Instant instant_at(std::int64_t time) {
  const std::chrono::microseconds since(time);
  return {SteadyTime(std::chrono::seconds(1000) + since), story_start() + since};
}

/// Shows a registry what a kernel did, and compares all that it says of ids with the truth.
class Watch {
 public:
  explicit Watch(const SimulatedKernel& kernel) : kernel_(kernel) {
    auto dump = kernel.dumps.begin();
    for (const SimulatedKernel::Line& line : kernel.lines) {
      for (; dump != kernel.dumps.end() && dump->finished <= line.arrives; ++dump) take(*dump);
      take(line);
    }
  }

  std::vector<std::string> wrong;
  std::set<SimulatedKernel::LoadedId> proven;

 private:
  void take(const SimulatedKernel::TakenDump& dump) {
    registry_.on_dump(dump.dump, instant_at(dump.started), instant_at(dump.finished));
    advance(dump.finished);
  }

  void take(const SimulatedKernel::Line& line) {
    const LineTimes times{Stamp(line.printed), instant_at(line.arrives), recorded_.size() + 1};
    if (line.is_other) {
      registry_.on_other_line(times);
      return advance(line.arrives);
    }
    const Identity identity = registry_.on_line(line.event, times);
    const auto id = static_cast<std::uint64_t>(line.event.peer.value_or(PeerId{}));
    recorded_.push_back({line.load, id});
    if (identity.public_key) compare(recorded_.back(), *identity.public_key, line.arrives);
    advance(line.arrives);
  }

  void advance(std::int64_t time) {
    for (const Settlement& settlement : registry_.advance(instant_at(time)).settlements) {
      const EventRange range = settlement.events.value_or(EventRange{1, 0});
      for (std::uint64_t event = range.first; event <= range.last; ++event) {
        const SimulatedKernel::LoadedId& id = recorded_.at(event - 1);
        if (PeerId{id.second} == settlement.id) compare(id, settlement.public_key, time);
      }
    }
  }

  void compare(const SimulatedKernel::LoadedId& id, const PublicKey& key, std::int64_t time) {
    proven.insert(id);
    const auto truth = kernel_.truth.find(id);
    if (truth != kernel_.truth.end() && truth->second == key) return;
    wrong.push_back(fmt::format("@{} peer {} is {}", time, id.second, to_text(key)));
  }

  const SimulatedKernel& kernel_;
  Registry registry_;
  std::vector<SimulatedKernel::LoadedId> recorded_;  ///< Of each event, from 1.
};

/// Of the ids that dumps show, so many are proven: others change while they are dumped.
constexpr double least_share = 0.8;

struct World {
  const char* name;
  WorldOptions options;
};

class RegistryInWorld : public testing::TestWithParam<World> {};

TEST_P(RegistryInWorld, NamesNobodyWrongly) {
  std::size_t dumped = 0;
  std::size_t proven = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const SimulatedKernel kernel(GetParam().options, seed);
    const Watch watch(kernel);
    EXPECT_THAT(watch.wrong, testing::IsEmpty()) << "seed " << seed;
    dumped += kernel.dumped.size();
    proven += watch.proven.size();
  }
  EXPECT_GT(static_cast<double>(proven), least_share * static_cast<double>(dumped));
}

INSTANTIATE_TEST_SUITE_P(
    Simulated, RegistryInWorld,
    testing::Values(World{"prompt", {.arrival = Arrival::prompt}},
                    World{"reordered", {.arrival = Arrival::reordered}},
                    World{"stalled", {.arrival = Arrival::stalled}},
                    World{"lossy", {.arrival = Arrival::reordered, .lossy = true}},
                    World{"loaded", {.arrival = Arrival::prompt, .loads = true}},
                    World{"loaded_and_stalled",
                          {.arrival = Arrival::stalled, .lossy = true, .loads = true}}),
    [](const auto& world) { return std::string(world.param.name); });

}  // namespace
}  // namespace wgaudit
