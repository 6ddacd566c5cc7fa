#pragma once

#include <string>
#include <vector>

#include "property/simulated_traffic.hpp"

namespace wgaudit {

/// SimulatedScene has all that act on the kernel: administrators of our namespace and of others,
/// the dumps, other subsystems that print.
class SimulatedScene {
 public:
  SimulatedScene(const SimulationKind& kind, std::uint64_t seed)
      : kind_(kind), dice_(seed), kernel_(history_, dice_), traffic_(kernel_) {}

  SimulatedHistory play() {
    length_ = dice_.chance(0.6)   ? dice_.between(secs(40), secs(240))
              : dice_.chance(0.8) ? dice_.between(secs(240), secs(900))
                                  : dice_.between(secs(900), secs(2400));
    size_ = dice_.chance(0.85) ? dice_.between(1, 9) : dice_.between(9, 40);
    kernel_.load();
    switch_debug_on();
    kernel_.after(dice_.between(millis(2), secs(2)), [this] { set_up(); });
    print_others(dice_.chance(0.8) ? secs(1) : secs(15));
    dump_regularly(interval());
    administrate();
    if (kind_.wall) set_wall();
    kernel_.run_until(length_);
    return std::move(history_);
  }

 private:
  void switch_debug_on() {
    const bool is_at_once = !kind_.late || dice_.chance(0.4);
    const Micros wait = is_at_once ? Micros(10) : dice_.between(secs(1), length_ * 2 / 3);
    kernel_.after(wait, [this] { kernel_.set_debug_on(); });
  }

  // ---- Administrators ---------------------------------------------------------------------------

  void set_up() {
    const std::int64_t count = dice_.chance(0.7) ? 1 : 2;
    for (std::int64_t i = 0; i < count; ++i) bring_up(free_name(0), 0);
    if (!kind_.namespaces) return;
    for (int space = 1; space <= 2; ++space) {
      if (dice_.chance(0.7)) bring_up(free_name(space), space);
    }
  }

  InterfaceName free_name(int space) {
    static const std::vector<std::string> names = {"wg0", "wg1", "vpn", "wg2", "office"};
    for (int i = 0; i < 3; ++i) {
      const InterfaceName name = *parse_interface_name(dice_.one_of(names));
      if (!kernel_.named(name, space)) return name;
    }
    return *parse_interface_name("wg" + std::to_string(++last_name_ + 100));
  }

  PublicKey new_key() {
    PublicKey key;
    for (std::size_t i = 0; i < 8; ++i) {
      key.bytes[i] = static_cast<std::uint8_t>(dice_.between(0, 255));
    }
    return key;
  }

  void bring_up(const InterfaceName& name, int space) {
    const InterfacePtr interface = kernel_.create_interface(name, space);
    std::vector<PublicKey> keys;
    for (std::int64_t i = dice_.between(0, size_); i > 0; --i) keys.push_back(new_key());
    fill(interface, keys);
  }

  /// Adds peers in file order, within milliseconds.
  void fill(const InterfacePtr& interface, const std::vector<PublicKey>& keys) {
    Micros wait = dice_.between(Micros(20), millis(3));
    const Micros step = dice_.chance(0.9) ? dice_.between(Micros(10), millis(2)) : millis(30);
    for (const PublicKey& key : keys) {
      kernel_.after(wait, [this, interface, key] { add(interface, key); });
      wait += step;
    }
  }

  void add(const InterfacePtr& interface, const PublicKey& key) {
    const bool is_there = std::any_of(interface->peers.begin(), interface->peers.end(),
                                      [&](const PeerPtr& peer) { return peer->key == key; });
    if (interface->exists && !is_there) kernel_.create_peer(interface, key);
    dump_soon();
  }

  void administrate() {
    const Micros rest = kind_.churn && dice_.chance(0.7) ? dice_.between(millis(1), secs(6))
                                                         : dice_.between(secs(2), secs(80));
    kernel_.after(rest, [this] {
      act();
      administrate();
    });
  }

  void act() {
    if (dice_.chance(0.3)) traffic_.disturb_places();
    if (kernel_.interfaces().empty()) return bring_up(free_name(0), 0);
    const InterfacePtr interface = dice_.one_of(kernel_.interfaces());
    switch (dice_.between(0, 13)) {
      case 0:
      case 1:
        return add(interface, new_key());
      case 2:
      case 3:
        return remove_some(interface);
      case 4:
      case 5:
        return remove_and_add(interface);
      case 6:
        return set_config(interface);
      case 7:
        return sync_config(interface);
      case 8:
        return restart(interface);
      case 9:
        return remove_one_add_another(interface);
      case 10:
        return kind_.renames ? rename(interface) : void();
      case 11:
        return kind_.moves ? move(interface) : void();
      case 12:
        return kind_.reloads && dice_.chance(0.5) ? reload() : void();
      default:
        return bring_another_up();
    }
  }

  void bring_another_up() {
    const int space = kind_.namespaces ? static_cast<int>(dice_.between(0, 2)) : 0;
    if (kernel_.interfaces().size() < 5) bring_up(free_name(space), space);
  }

  std::vector<PeerPtr> some(const InterfacePtr& interface) {
    std::vector<PeerPtr> peers = interface->peers;
    dice_.shuffle(peers);
    peers.resize(
        std::min<std::size_t>(peers.size(), static_cast<std::size_t>(dice_.between(1, 3))));
    return peers;
  }

  void remove_some(const InterfacePtr& interface) {
    for (const PeerPtr& peer : some(interface)) kernel_.remove_peers(interface, {peer});
    dump_soon();
  }

  /// With the same key, at once or a little later.
  void remove_and_add(const InterfacePtr& interface) {
    for (const PeerPtr& peer : some(interface)) {
      kernel_.remove_peers(interface, {peer});
      const Micros wait = dice_.chance(0.5) ? Micros(20) : dice_.between(millis(1), secs(3));
      kernel_.after(wait, [this, interface, key = peer->key] { add(interface, key); });
    }
  }

  /// Replaces peers by as many others, so that counts do not show it.
  void remove_one_add_another(const InterfacePtr& interface) {
    for (const PeerPtr& peer : some(interface)) {
      kernel_.remove_peers(interface, {peer});
      kernel_.after(dice_.between(Micros(10), millis(60)),
                    [this, interface] { add(interface, new_key()); });
    }
  }

  std::vector<PublicKey> keys_of(const InterfacePtr& interface) {
    std::vector<PublicKey> keys;
    for (const PeerPtr& peer : interface->peers) keys.push_back(peer->key);
    if (dice_.chance(0.3)) dice_.shuffle(keys);
    if (dice_.chance(0.3) && !keys.empty()) keys.pop_back();
    if (dice_.chance(0.3)) keys.push_back(new_key());
    return keys;
  }

  void set_config(const InterfacePtr& interface) {
    const std::vector<PublicKey> keys = keys_of(interface);
    kernel_.remove_peers(interface, interface->peers);
    fill(interface, keys);
  }

  void sync_config(const InterfacePtr& interface) {
    const std::vector<PublicKey> keys = keys_of(interface);
    std::vector<PeerPtr> gone;
    for (const PeerPtr& peer : interface->peers) {
      if (std::find(keys.begin(), keys.end(), peer->key) == keys.end()) gone.push_back(peer);
    }
    kernel_.remove_peers(interface, gone);
    fill(interface, keys);
  }

  /// As wg-quick does; rarely, another process creates the new one before the old is torn down.
  void restart(const InterfacePtr& interface) {
    const std::vector<PublicKey> keys = keys_of(interface);
    const InterfaceName name = interface->name;
    const int space = interface->space;
    const auto create = [this, name, space, keys] {
      kernel_.after(dice_.between(Micros(200), secs(2)), [this, name, space, keys] {
        if (kernel_.named(name, space)) return;
        fill(kernel_.create_interface(name, space), keys);
      });
    };
    const bool comes_again = dice_.chance(0.8);
    if (comes_again && dice_.chance(0.05)) create();
    if (comes_again) return kernel_.destroy_interface(interface, create);
    kernel_.destroy_interface(interface);
  }

  void rename(const InterfacePtr& interface) {
    kernel_.rename(interface, free_name(interface->space));
    if (!dice_.chance(0.3)) return;
    kernel_.after(dice_.between(millis(1), secs(2)), [this, interface] {
      if (interface->exists) kernel_.rename(interface, free_name(interface->space));
    });
  }

  void move(const InterfacePtr& interface) {
    const int space = interface->space == 0 ? static_cast<int>(dice_.between(1, 2)) : 0;
    const bool keeps_name = dice_.chance(0.6) && !kernel_.named(interface->name, space);
    kernel_.move(interface, space, keeps_name ? interface->name : free_name(space));
  }

  void reload() {
    const std::vector<InterfacePtr> all = kernel_.interfaces();
    for (const InterfacePtr& one : all) kernel_.destroy_interface(one);
    kernel_.after(secs(3), [this] {
      while (!kernel_.interfaces().empty()) kernel_.destroy_interface(kernel_.interfaces().front());
    });
    kernel_.after(secs(6), [this] { load_again(); });
  }

  void load_again() {
    if (!kernel_.interfaces().empty()) return;
    kernel_.load();
    const Micros wait = dice_.chance(0.4) ? Micros(5) : dice_.between(millis(5), secs(30));
    kernel_.after(wait, [this] { kernel_.set_debug_on(); });
    kernel_.after(dice_.between(millis(1), secs(5)), [this] { set_up(); });
  }

  void set_wall() {
    kernel_.after(dice_.between(secs(5), secs(300)), [this] {
      const Micros most = dice_.chance(0.5) ? secs(4) : secs(3600);
      kernel_.set_wall(dice_.between(-most, most));
      set_wall();
    });
  }

  // ---- Dumps and others -------------------------------------------------------------------------

  Micros interval() {
    static const std::vector<std::int64_t> usual = {1, 2, 5, 5, 10, 30};
    static const std::vector<std::int64_t> sparse = {30, 60, 120};
    return secs(dice_.one_of(kind_.sparse ? sparse : usual));
  }

  void dump_regularly(Micros interval) {
    kernel_.after(interval, [this, interval] {
      begin_dump();
      dump_regularly(interval);
    });
  }

  /// On demand, as when something has changed.
  void dump_soon() {
    if (kind_.sparse || !dice_.chance(0.3)) return;
    kernel_.after(dice_.between(millis(1), secs(3)), [this] { begin_dump(); });
  }

  /// `wg show all dump` lists the interfaces and asks for each by name; what one interface answers
  /// is of one moment.
  void begin_dump() {
    if (kernel_.now() < dump_finished_) return;
    const Micros length = dice_.between(millis(5), dice_.chance(0.8) ? millis(20) : millis(150));
    dump_finished_ = kernel_.now() + length;
    const std::size_t index = history_.dumps.size();
    history_.dumps.push_back({kernel_.now(), dump_finished_, {}});
    kernel_.after(dice_.between(Micros(1), length / 3), [this, index] { list(index); });
  }

  void list(std::size_t index) {
    Micros wait{1};
    const Micros room = history_.dumps[index].finished - kernel_.now();
    for (const InterfacePtr& one : kernel_.interfaces()) {
      if (one->space != 0 || dice_.chance(0.005)) continue;
      wait += dice_.between(Micros(1), room / 6);
      kernel_.after(wait, [this, index, name = one->name] { read(index, name); });
    }
  }

  void read(std::size_t index, const InterfaceName& name) {
    const InterfacePtr interface = kernel_.named(name, 0);
    if (!interface) return;
    DumpInterface& listed = history_.dumps[index].dump.emplace_back();
    listed.name = name;
    for (const PeerPtr& peer : interface->peers) {
      DumpPeer& row = listed.peers.emplace_back();
      row.public_key = peer->key;
      row.endpoint = peer->endpoint;
      row.latest_handshake = peer->handshake;
      row.rx_bytes = peer->rx_bytes;
      kernel_.note_listed(*peer);
    }
  }

  void print_others(Micros mean) {
    kernel_.after(dice_.between(millis(1), mean * 2), [this, mean] {
      kernel_.print_other();
      print_others(mean);
    });
  }

  const SimulationKind& kind_;
  Dice dice_;
  SimulatedHistory history_;
  SimulatedKernel kernel_;
  SimulatedTraffic traffic_;
  Micros length_{};
  Micros dump_finished_{-1};
  std::int64_t size_ = 0;
  int last_name_ = 0;
};

}  // namespace wgaudit
