#pragma once

#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "property/dice.hpp"
#include "wgaudit/wireguard/dump.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// SimulationKind says what a history is full of.
struct SimulationKind {
  std::string_view name;
  bool limited = false;     ///< Up to 99 % of the rate-limited lines are lost.
  bool bursts = false;      ///< Lines come up to 1 s late, in order.
  bool stalls = false;      ///< The syslog daemon stands still for 2 to 10 s.
  bool reordered = false;   ///< Lines overtake one another by up to 1 s, and come twice.
  bool late = false;        ///< Debug is switched on, or the daemon started, late.
  bool namespaces = false;  ///< Other users have interfaces, also of our names.
  bool moves = false;       ///< Interfaces are moved between namespaces, which prints nothing.
  bool renames = false;
  bool reloads = false;
  bool sparse = false;  ///< Few dumps.
  bool wall = false;    ///< The wall clock is set.
  bool churn = false;   ///< Peers and interfaces come and go within seconds.
  bool gaps = false;    ///< All lines are lost for a while, and it is known.
  bool lossy = false;   ///< Lines that are never limited are lost without a sign.
  bool counted_only = false;
};

/// SimulatedLine is a line that the kernel printed. Times are true ones, since the simulation
/// began.
struct SimulatedLine {
  Micros printed{};
  int load = 0;
  bool is_other = false;  ///< It is a line of another subsystem.
  KernelEvent event;
};

struct SimulatedDump {
  Micros started{};
  Micros finished{};
  Dump dump;
};

/// SimulatedId is a kernel id in a load of the module.
using SimulatedId = std::pair<int, PeerId>;

struct SimulatedHistory {
  std::vector<SimulatedLine> lines;
  std::vector<SimulatedDump> dumps;
  std::map<SimulatedId, PublicKey> truth;
  std::set<SimulatedId> own;                          ///< Ids that have been in our namespace.
  std::set<SimulatedId> listed;                       ///< Those of these that a dump listed.
  std::vector<std::pair<Micros, Micros>> wall_steps;  ///< When, and by how much.
  std::vector<Micros> debug_on;                       ///< When it was switched on.
};

/// Wrong results of the last kinds are only counted. They come from what the registry takes for
/// granted not to happen: interfaces that are moved to a name of another, foreign ones of our names
/// that are older than the log, lines that are lost without a sign.
inline constexpr std::array<SimulationKind, 25> simulation_kinds = {{
    {.name = "ordinary"},
    {.name = "limited", .limited = true},
    {.name = "bursts", .bursts = true},
    {.name = "stalls", .stalls = true},
    {.name = "reordered", .reordered = true},
    {.name = "renames", .renames = true},
    {.name = "namespaces", .namespaces = true, .renames = true},
    {.name = "reloads", .reloads = true},
    {.name = "churn", .churn = true},
    {.name = "late", .late = true},
    {.name = "late+limited", .limited = true, .late = true},
    {.name = "late+reloads", .late = true, .reloads = true},
    {.name = "late+churn", .late = true, .churn = true},
    {.name = "late+sparse+wall", .late = true, .sparse = true, .wall = true},
    {.name = "way+churn",
     .limited = true,
     .bursts = true,
     .stalls = true,
     .reordered = true,
     .churn = true},
    {.name = "way+namespaces",
     .limited = true,
     .bursts = true,
     .stalls = true,
     .reordered = true,
     .namespaces = true,
     .renames = true,
     .sparse = true,
     .wall = true,
     .churn = true},
    {.name = "late+all of ours",
     .limited = true,
     .bursts = true,
     .stalls = true,
     .reordered = true,
     .late = true,
     .renames = true,
     .reloads = true,
     .sparse = true,
     .wall = true,
     .churn = true},
    {.name = "gaps", .renames = true, .churn = true, .gaps = true},
    {.name = "gaps+namespaces", .namespaces = true, .renames = true, .churn = true, .gaps = true},
    {.name = "late+way+gaps",
     .limited = true,
     .bursts = true,
     .reordered = true,
     .late = true,
     .sparse = true,
     .churn = true,
     .gaps = true},
    {.name = "moves", .namespaces = true, .moves = true, .renames = true, .counted_only = true},
    {.name = "late+namespaces",
     .late = true,
     .namespaces = true,
     .renames = true,
     .counted_only = true},
    {.name = "late+moves",
     .late = true,
     .namespaces = true,
     .moves = true,
     .renames = true,
     .counted_only = true},
    {.name = "all",
     .limited = true,
     .bursts = true,
     .stalls = true,
     .reordered = true,
     .late = true,
     .namespaces = true,
     .moves = true,
     .renames = true,
     .reloads = true,
     .sparse = true,
     .wall = true,
     .churn = true,
     .counted_only = true},
    {.name = "lossy",
     .limited = true,
     .renames = true,
     .churn = true,
     .lossy = true,
     .counted_only = true},
}};

}  // namespace wgaudit
