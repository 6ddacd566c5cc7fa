#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/rows.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// How lines come to us.
enum class Arrival : std::uint8_t { prompt, reordered, stalled };

struct WorldOptions {
  Arrival arrival = Arrival::prompt;
  bool lossy = false;       ///< Half of the rate-limited lines are lost.
  bool late = false;        ///< Debug is switched on some time in the first minute.
  bool loads = false;       ///< The module is loaded anew now and then, with debug off at first.
  bool namespaces = false;  ///< Interfaces are moved to other namespaces and back.
};

/// A kernel with WireGuard interfaces of few names, few keys and few endpoints, to which things
/// happen at random for two minutes: what it prints, what dumps show, and whose each id is. Times
/// are microseconds after story_start.
class SimulatedKernel {
 public:
  struct Line {
    std::int64_t printed = 0;
    std::int64_t arrives = 0;
    int load = 0;
    bool is_other = false;  ///< Of another subsystem.
    KernelEvent event;
  };
  struct TakenDump {
    std::int64_t started = 0;
    std::int64_t finished = 0;
    Dump dump;
  };
  using LoadedId = std::pair<int, std::uint64_t>;

  SimulatedKernel(const WorldOptions& options, std::uint64_t seed)
      : options_(options), random_(seed), debug_from_(options.late ? below(60'000'000) : 0) {
    while (now_ < two_minutes) {
      act();
      pass(below(6) == 0 ? 3'000'000 : 150'000);
    }
    for (int i = 1; i <= 10; ++i) lines.push_back({now_ + i * 1'000'000, 0, load_, true, {}});
    for (Line& line : lines) line.arrives = arrival_of(line.printed);
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& a, const Line& b) { return a.arrives < b.arrives; });
  }

  std::vector<Line> lines;       ///< As they arrive.
  std::vector<TakenDump> dumps;  ///< As they are complete.
  std::map<LoadedId, PublicKey> truth;
  std::set<LoadedId> dumped;  ///< Those that a dump shows.

 private:
  static constexpr std::int64_t two_minutes = 120'000'000;

  struct Peer {
    std::uint64_t id;
    int key;
    int endpoint;  ///< Negative: none.
    std::chrono::sys_seconds handshake{};
  };
  struct Interface {
    std::string name;
    bool is_ours;
    std::vector<Peer> peers;
  };

  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  template <typename List>
  auto& any(List& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
  }
  void pass(int most) { now_ += 1 + below(most); }

  static PublicKey key(int number) { return key_of(fmt::format("k{}", number)); }
  static Endpoint endpoint(int number) {
    if (number < 0) return {};
    return *parse_endpoint(fmt::format("10.0.0.{}:1", number + 1));
  }

  void act() {
    const int what = below(100);
    if (what < 12) return take_dump();
    if (what < 35) return lines.push_back({now_, 0, load_, true, {}});
    if (what < 38 || interfaces_.empty()) return create_interface();
    if (what < 39) return options_.loads && below(4) == 0 ? load_module() : static_cast<void>(0);
    Interface& interface = any(interfaces_);
    if (what < 51) return add_peers(interface);
    if (what < 65) return change(interface, what);
    if (what < 67) return options_.namespaces ? move(interface) : static_cast<void>(0);
    if (!interface.peers.empty()) talk(interface, any(interface.peers), what);
  }

  void change(Interface& interface, int what) {
    if (what < 57) return replace_peer(interface);
    if (what < 60) return set_configuration(interface);
    if (what < 62) return destroy_interface(interface);
    rename(interface);
  }

  /// Lines that say who is where; a peer moves without one.
  void talk(const Interface& interface, Peer& peer, int what) {
    if (what < 74) {
      peer.endpoint = below(4);
    } else if (what < 84) {
      print(EventKind::handshake_initiation_sent, interface, &peer);
      if (peer.endpoint < 0) return;
      pass(30'000);
      print(EventKind::handshake_response_received, interface, &peer);
      peer.handshake =
          std::chrono::floor<std::chrono::seconds>(story_start() + std::chrono::microseconds(now_));
    } else {
      print(EventKind::keepalive_received, interface, &peer);
    }
  }

  void create_interface() {
    const bool is_ours = !options_.namespaces || below(3) != 0;
    const std::string name = free_name(is_ours);
    if (name.empty() || interfaces_.size() == 4) return;
    interfaces_.push_back({name, is_ours, {}});
    print(EventKind::interface_created, interfaces_.back(), nullptr);
  }

  void destroy_interface(Interface& interface) {
    clear(interface);
    now_ += 60'000;  // behind the last `destroyed`
    print(EventKind::interface_destroyed, interface, nullptr);
    interfaces_.erase(interfaces_.begin() + (&interface - interfaces_.data()));
  }

  void add_peers(Interface& interface) {
    add(interface, below(8));
    if (below(3) != 0) return;
    pass(5'000);
    add(interface, below(8));
  }

  void replace_peer(Interface& interface) {
    if (interface.peers.empty()) return;
    remove(interface, &any(interface.peers) - interface.peers.data());
    if (below(2) == 0) return;
    pass(20'000);
    add(interface, below(8));
  }

  /// setconf: the same keys in another order.
  void set_configuration(Interface& interface) {
    std::vector<int> keys;
    for (const Peer& peer : interface.peers) keys.push_back(peer.key);
    std::shuffle(keys.begin(), keys.end(), random_);
    clear(interface);
    for (const int key : keys) {
      pass(1'000);
      add(interface, key);
    }
  }

  void rename(Interface& interface) {
    const std::string name = free_name(true);
    if (name.empty() || !interface.is_ours) return;
    const std::string before = std::exchange(interface.name, name);
    print(EventKind::interface_renamed, interface, nullptr);
    lines.back().event.previous_interface = before;
  }

  /// Prints nothing, under the same name or another.
  void move(Interface& interface) {
    const std::string name = free_name(!interface.is_ours);
    if (name.empty()) return;
    interface.is_ours = !interface.is_ours;
    interface.name = name;
  }

  void load_module() {
    while (!interfaces_.empty()) destroy_interface(interfaces_.back());
    pass(10'000);
    ++load_;
    next_id_ = 1;
    debug_from_ = now_ + (below(3) == 0 ? 0 : below(8'000'000));
    lines.push_back({now_, 0, load_, false, {}});
    lines.back().event.kind = EventKind::module_loaded;
    lines.back().event.text = "WireGuard 1.0.0";
  }

  void take_dump() {
    TakenDump taken;
    taken.started = now_;
    pass(8'000);
    for (const Interface& interface : interfaces_) {
      if (!interface.is_ours) continue;
      taken.dump.push_back(rows_of(interface));
      for (const Peer& peer : interface.peers) dumped.insert({load_, peer.id});
    }
    pass(8'000);
    taken.finished = now_;
    dumps.push_back(std::move(taken));
  }

  static DumpInterface rows_of(const Interface& interface) {
    DumpInterface rows;
    rows.name = *parse_interface_name(interface.name);
    for (const Peer& peer : interface.peers) {
      DumpPeer& row = rows.peers.emplace_back();
      row.public_key = key(peer.key);
      row.endpoint = endpoint(peer.endpoint);
      row.latest_handshake = peer.handshake;
    }
    return rows;
  }

  void add(Interface& interface, int number) {
    const auto has_key = [&](const Peer& peer) { return peer.key == number; };
    if (std::any_of(interface.peers.begin(), interface.peers.end(), has_key)) return;
    interface.peers.push_back({next_id_, number, below(3) == 0 ? -1 : below(4)});
    truth[{load_, next_id_++}] = key(number);
    print(EventKind::peer_created, interface, &interface.peers.back());
  }

  /// `destroyed` is printed when the peer has left the list.
  void remove(Interface& interface, std::ptrdiff_t place) {
    const Peer peer = interface.peers[static_cast<std::size_t>(place)];
    interface.peers.erase(interface.peers.begin() + place);
    const std::int64_t listed = std::exchange(now_, now_ + below(50'000));
    print(EventKind::peer_destroyed, interface, &peer);
    now_ = listed;
  }

  void clear(Interface& interface) {
    while (!interface.peers.empty()) {
      remove(interface, 0);
      pass(1'000);
    }
  }

  /// Empty where there is none. Elsewhere any name is free.
  std::string free_name(bool is_ours) {
    const std::string name = fmt::format("wg{}", below(3));
    const auto is_taken = [&](const Interface& other) {
      return is_ours && other.is_ours && other.name == name;
    };
    return std::any_of(interfaces_.begin(), interfaces_.end(), is_taken) ? std::string() : name;
  }

  void print(EventKind kind, const Interface& interface, const Peer* peer) {
    const bool is_debug = kind != EventKind::interface_renamed;
    const bool is_limited = kind == EventKind::keepalive_received ||
                            kind == EventKind::handshake_initiation_sent ||
                            kind == EventKind::handshake_response_received;
    const bool is_lost =
        (is_debug && now_ < debug_from_) || (is_limited && options_.lossy && below(2) == 0);
    Line line{now_, 0, load_, false, {}};
    line.event.kind = kind;
    line.event.interface = *parse_interface_name(interface.name);
    if (peer != nullptr) {
      line.event.peer = PeerId{peer->id};
      if (kind != EventKind::peer_created) line.event.endpoint = endpoint(peer->endpoint);
    }
    (is_lost ? lost_ : lines).push_back(std::move(line));
  }

  std::int64_t arrival_of(std::int64_t printed) {
    switch (options_.arrival) {
      case Arrival::prompt:
        return printed + 1'000 + below(5'000);
      case Arrival::reordered:
        return printed + below(1'000'000);
      case Arrival::stalled:
        if (printed > stalled_until_ && below(60) == 0) stalled_until_ = printed + below(6'000'000);
        last_arrival_ = std::max({last_arrival_ + 1, stalled_until_, printed + 2'000});
        return last_arrival_;
    }
    __builtin_unreachable();
  }

  WorldOptions options_;
  std::mt19937_64 random_;
  std::int64_t debug_from_;
  std::int64_t now_ = 1'000'000;
  std::int64_t stalled_until_ = 0;
  std::int64_t last_arrival_ = 0;
  int load_ = 0;
  std::uint64_t next_id_ = 1;
  std::vector<Interface> interfaces_;
  std::vector<Line> lost_;
};

}  // namespace wgaudit
