#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "property/simulated_history.hpp"

namespace wgaudit {

/// Habit says how a peer talks: what its lines and counters look like from outside.
enum class Habit : std::uint8_t {
  silent,       ///< Nothing is ever received from it.
  dials_in,     ///< The kernel answers.
  dialled,      ///< The kernel initiates.
  unconfirmed,  ///< Answers never reach it: keys are derived again and again.
  unreachable,  ///< Never answers.
};

struct SimulatedPeer {
  PeerId id{};
  PublicKey key;
  Habit habit{};
  Endpoint endpoint;  ///< Endpoint that the kernel knows.
  Endpoint place;     ///< Endpoint that the peer sends from.
  std::uint64_t rx_bytes = 0;
  std::chrono::sys_seconds handshake{};
  Micros derived = Micros::min();  ///< When keys were last made.
  bool is_listed = true;           ///< It is in the interface's list.
  bool is_gone = false;            ///< Nothing refers to it any more.
};

struct SimulatedInterface {
  InterfaceName name;
  int space = 0;  ///< Network namespace; 0 is ours.
  bool exists = true;
  std::vector<std::shared_ptr<SimulatedPeer>> peers;
};

using PeerPtr = std::shared_ptr<SimulatedPeer>;
using InterfacePtr = std::shared_ptr<SimulatedInterface>;

/// SimulatedKernel is drivers/net/wireguard as far as its lines and its dumps show it: which peer
/// is in which list when, and what is printed when.
class SimulatedKernel {
 public:
  SimulatedKernel(SimulatedHistory& history, Dice& dice) : history_(history), dice_(dice) {}

  Micros now() const { return now_; }
  Dice& dice() { return dice_; }
  std::function<void(InterfacePtr, PeerPtr)> on_peer = [](const auto&, const auto&) {};

  void after(Micros wait, std::function<void()> act) {
    agenda_.push_back({now_ + wait, ++scheduled_, std::move(act)});
    std::push_heap(agenda_.begin(), agenda_.end());
  }

  void run_until(Micros end) {
    while (!agenda_.empty() && agenda_.front().time <= end) {
      std::pop_heap(agenda_.begin(), agenda_.end());
      const Task task = std::move(agenda_.back());
      agenda_.pop_back();
      now_ = std::max(now_, task.time);
      task.act();
    }
  }

  // ---- Printing ---------------------------------------------------------------------------------

  void set_debug_on() {
    is_debug_on_ = true;
    history_.debug_on.push_back(now_);
  }

  void print(const InterfaceName& interface, EventKind kind, const SimulatedPeer* peer = nullptr) {
    if (!is_debug_on_) return;
    SimulatedLine line = new_line();
    line.event.kind = kind;
    line.event.interface = interface;
    if (peer != nullptr) line.event.peer = peer->id;
    if (kind == EventKind::keypair_created) line.event.keypair = KeypairId{++keypairs_};
    const bool has_endpoint = peer != nullptr && kind != EventKind::peer_created &&
                              kind != EventKind::keypair_created &&
                              kind != EventKind::endpoint_missing;
    if (has_endpoint) line.event.endpoint = peer->endpoint;
    history_.lines.push_back(std::move(line));
  }

  void print_other() {
    history_.lines.push_back(new_line());
    history_.lines.back().is_other = true;
  }

  // ---- Interfaces -------------------------------------------------------------------------------

  const std::vector<InterfacePtr>& interfaces() const { return interfaces_; }

  InterfacePtr named(const InterfaceName& name, int space) const {
    for (const InterfacePtr& one : interfaces_) {
      if (one->name == name && one->space == space) return one;
    }
    return nullptr;
  }

  InterfacePtr create_interface(const InterfaceName& name, int space) {
    auto interface = std::make_shared<SimulatedInterface>();
    interface->name = name;
    interface->space = space;
    interfaces_.push_back(interface);
    print(name, EventKind::interface_created);
    return interface;
  }

  /// Takes the interface out of every list first; its lines come when it is torn down
  /// (wg_destruct). `then` runs after the last of them.
  void destroy_interface(
      InterfacePtr interface, std::function<void()> then = [] {}) {
    std::erase(interfaces_, interface);
    interface->exists = false;
    after(dice_.between(Micros(100), millis(20)), [this, interface, then = std::move(then)] {
      const Micros last = remove_peers(interface, interface->peers);
      after(last + Micros(50), [this, interface, then] {
        print(interface->name, EventKind::interface_destroyed);
        then();
      });
    });
  }

  void rename(const InterfacePtr& interface, const InterfaceName& name) {
    SimulatedLine line = new_line();
    line.event.kind = EventKind::interface_renamed;
    line.event.previous_interface = std::string(interface->name.view());
    line.event.interface = name;
    history_.lines.push_back(std::move(line));
    interface->name = name;
  }

  /// Prints nothing.
  void move(const InterfacePtr& interface, int space, const InterfaceName& name) {
    interface->space = space;
    interface->name = name;
    for (const PeerPtr& peer : interface->peers) note_owner(*interface, *peer);
  }

  // ---- Peers ------------------------------------------------------------------------------------

  /// Adds a peer by one netlink message: no dump shows it without its endpoint.
  PeerPtr create_peer(const InterfacePtr& interface, const PublicKey& key) {
    auto peer = std::make_shared<SimulatedPeer>();
    peer->id = PeerId{++peers_};
    peer->key = key;
    history_.truth[{load_, peer->id}] = key;
    interface->peers.push_back(peer);
    note_owner(*interface, *peer);
    print(interface->name, EventKind::peer_created, peer.get());
    on_peer(interface, peer);
    return peer;
  }

  /// Takes peers out of the list at once; `destroyed` comes when the last reference is gone, one
  /// after the other. Returns how long it takes until the last is printed.
  Micros remove_peers(const InterfacePtr& interface, std::vector<PeerPtr> peers) {
    Micros wait = dice_.chance(0.3) ? Micros(30) : dice_.between(millis(5), millis(50));
    const Micros step = dice_.chance(0.5) ? Micros(200) : dice_.between(Micros(200), millis(17));
    for (const PeerPtr& peer : peers) {
      peer->is_listed = false;
      std::erase(interface->peers, peer);
      const bool is_held = dice_.chance(0.02);
      const Micros held = is_held ? dice_.between(millis(1), millis(150)) : Micros(0);
      wait += held;
      after(wait, [this, interface, peer] {
        print(interface->name, EventKind::peer_destroyed, peer.get());
        peer->is_gone = true;
      });
      wait += step;
    }
    return wait;
  }

  // ---- Module -----------------------------------------------------------------------------------

  /// Loads the module; debug is off afterwards. The copyright line that follows says nothing and is
  /// left out.
  void load() {
    is_debug_on_ = false;
    ++load_;
    peers_ = keypairs_ = 0;
    SimulatedLine line = new_line();
    line.event.kind = EventKind::module_loaded;
    line.event.text = "WireGuard 1.0.0 loaded.";
    history_.lines.push_back(std::move(line));
  }

  void note_listed(const SimulatedPeer& peer) { history_.listed.insert({load_, peer.id}); }

  // ---- Wall clock -------------------------------------------------------------------------------

  void set_wall(Micros step) {
    history_.wall_steps.emplace_back(now_, step);
    wall_ahead_ += step;
  }

  std::chrono::sys_seconds wall() const {
    return std::chrono::floor<std::chrono::seconds>(
        std::chrono::sys_time<Micros>(secs(1'763'708'400) + now_ + wall_ahead_));
  }

 private:
  struct Task {
    Micros time;
    std::uint64_t order;
    std::function<void()> act;

    friend bool operator<(const Task& a, const Task& b) {
      return std::pair(b.time, b.order) < std::pair(a.time, a.order);
    }
  };

  /// Printing takes time: no two lines have one stamp.
  SimulatedLine new_line() {
    if (!history_.lines.empty()) now_ = std::max(now_, history_.lines.back().printed + Micros(1));
    return {now_, load_, false, {}};
  }

  void note_owner(const SimulatedInterface& interface, const SimulatedPeer& peer) {
    if (interface.space == 0) history_.own.insert({load_, peer.id});
  }

  SimulatedHistory& history_;
  Dice& dice_;
  Micros now_{0};
  std::vector<Task> agenda_;
  std::uint64_t scheduled_ = 0;
  bool is_debug_on_ = false;
  int load_ = 0;
  std::uint64_t peers_ = 0;
  std::uint64_t keypairs_ = 0;
  Micros wall_ahead_{0};
  std::vector<InterfacePtr> interfaces_;
};

}  // namespace wgaudit
