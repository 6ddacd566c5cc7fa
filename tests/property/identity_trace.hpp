#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/read_file.hpp"
#include "support/trace.hpp"
#include "wgaudit/classify/classifier.hpp"
#include "wgaudit/identity/registry.hpp"
#include "wgaudit/syslog/kernel_line.hpp"
#include "wgaudit/wireguard/dump_parser.hpp"

namespace wgaudit {

/// A datagram of a trace, read once, with what only the recording knows of it.
struct TraceLine {
  std::int64_t received = 0;  ///< µs since 1970.
  std::optional<Stamp> stamp;
  std::optional<KernelEvent> event;
  int load = 0;
};

struct TraceDump {
  std::int64_t started = 0;
  std::int64_t finished = 0;
  Dump dump;
};

/// LoadedId is a kernel id in a load of the module.
using LoadedId = std::pair<int, PeerId>;

struct IdentityTrace {
  std::string name;
  std::vector<TraceLine> lines;
  std::vector<TraceDump> dumps;
  std::map<LoadedId, PublicKey> truth;
  bool has_whole_truth = true;  ///< A key for an id that `truth` lacks is wrong.
  /// Ids of the machine's own interfaces, which are to be proven.
  std::set<std::pair<InterfaceName, PeerId>> own;
};

inline bool is_copyright(const KernelEvent& event) {
  return event.kind == EventKind::module_loaded && event.text.empty();
}

inline TraceLine read_trace_line(const Classifier& classifier, const RecordedDatagram& datagram) {
  TraceLine line;
  line.received = datagram.t_us;
  const auto frame = parse_frame(datagram.data);
  if (!frame) return line;
  const auto kernel = kernel_line(*frame);
  if (!kernel) return line;
  line.stamp = kernel->stamp;
  line.event = classifier.classify({frame->program, kernel->severity, kernel->text});
  return line;
}

/// Finds ids that truth.json leaves out and a quiet dump shows: as many rows as ids alive, nothing
/// created, destroyed, renamed or loaded around it. It reads with hindsight, independently of the
/// registry.
class QuietDumps {
 public:
  explicit QuietDumps(IdentityTrace& trace) : trace_(trace) {
    offset_ = INT64_MAX;
    for (const TraceLine& line : trace.lines) {
      if (line.stamp) offset_ = std::min(offset_, line.received - line.stamp->count());
    }
  }

  void add_truth() {
    for (const TraceDump& dump : trace_.dumps) {
      if (is_quiet(dump)) compare(dump, alive_at(dump.started));
    }
  }

 private:
  using Alive = std::map<InterfaceName, std::set<PeerId>>;

  std::int64_t printed(const TraceLine& line) const {
    return line.stamp ? offset_ + line.stamp->count() : line.received;
  }

  static bool changes(const TraceLine& line) {
    if (!line.event || is_copyright(*line.event)) return false;
    const EventKind kind = line.event->kind;
    return kind == EventKind::peer_created || kind == EventKind::peer_destroyed ||
           kind == EventKind::interface_created || kind == EventKind::interface_destroyed ||
           kind == EventKind::interface_renamed || kind == EventKind::module_loaded;
  }

  bool is_quiet(const TraceDump& dump) const {
    return std::none_of(trace_.lines.begin(), trace_.lines.end(), [&](const TraceLine& line) {
      return changes(line) && dump.started - 150'000 < printed(line) &&
             printed(line) < dump.finished + 150'000;
    });
  }

  Alive alive_at(std::int64_t time) {
    Alive alive;
    load_ = 0;
    for (const TraceLine& line : trace_.lines) {
      if (!changes(line)) continue;
      if (printed(line) > time) break;
      const KernelEvent& event = *line.event;
      if (event.kind == EventKind::module_loaded) {
        alive.clear();
        load_ = line.load;
      } else if (event.kind == EventKind::peer_created) {
        alive[event.interface].insert(*event.peer);
      } else if (event.kind == EventKind::peer_destroyed) {
        alive[event.interface].erase(*event.peer);
      } else if (event.kind == EventKind::interface_renamed) {
        auto node = alive.extract(*parse_interface_name(event.previous_interface));
        if (node) alive[event.interface] = std::move(node.mapped());
      }
    }
    return alive;
  }

  void compare(const TraceDump& dump, const Alive& alive) {
    for (const DumpInterface& interface : dump.dump) {
      const auto found = alive.find(interface.name);
      if (found == alive.end() || found->second.size() != interface.peers.size()) continue;
      std::size_t row = 0;
      for (const PeerId id : found->second) {
        trace_.truth.emplace(LoadedId{load_, id}, interface.peers[row++].public_key);
      }
    }
  }

  IdentityTrace& trace_;
  std::int64_t offset_;
  int load_ = 0;
};

inline void read_truth(IdentityTrace& trace) {
  const auto truth = nlohmann::json::parse(read_file(trace_folder(trace.name) + "/truth.json"));
  for (const auto& peer : truth.at("peers")) {
    const PeerId id{peer.at("id").get<std::uint64_t>()};
    const auto key = parse_public_key(peer.at("public_key").get<std::string>());
    trace.truth[{peer.at("load").get<int>(), id}] = *key;
    trace.own.emplace(*parse_interface_name(peer.at("interface").get<std::string>()), id);
  }
  trace.has_whole_truth = !trace.own.empty();
  // Created in the second load while debug was off; the third creates it once more.
  if (trace.name == "peers") trace.truth[{2, PeerId{1}}] = trace.truth.at({3, PeerId{1}});
  QuietDumps(trace).add_truth();
}

inline IdentityTrace load_identity_trace(const Classifier& classifier, const std::string& name) {
  IdentityTrace trace;
  trace.name = name;
  const RecordedTrace recorded = load_trace(name);
  int load = 0;
  for (const RecordedDatagram& datagram : recorded.datagrams) {
    TraceLine line = read_trace_line(classifier, datagram);
    const bool loads = line.event && line.event->kind == EventKind::module_loaded;
    if (loads && !is_copyright(*line.event)) ++load;
    line.load = load;
    trace.lines.push_back(std::move(line));
  }
  for (const RecordedDump& dump : recorded.dumps) {
    const auto parsed = dump.rc == 0 ? parse_dump(dump.dump) : tl::unexpected(DumpError{});
    if (parsed) trace.dumps.push_back({dump.t0_us, dump.t_us, *parsed});
  }
  read_truth(trace);
  return trace;
}

}  // namespace wgaudit
