#pragma once

#include <vector>

#include "property/simulated_kernel.hpp"

namespace wgaudit {

/// SimulatedTraffic is what peers and the kernel send one another (receive.c, send.c and timers.c
/// of the driver).
class SimulatedTraffic {
 public:
  explicit SimulatedTraffic(SimulatedKernel& kernel) : kernel_(kernel), dice_(kernel.dice()) {
    kernel_.on_peer = [this](const auto& interface, const auto& peer) { begin(interface, peer); };
  }

  /// Two peers swap their ports, or come to share one, or one moves: nothing is printed.
  void disturb_places() {
    if (talking_.size() < 2) return;
    const PeerPtr a = dice_.one_of(talking_);
    const PeerPtr b = dice_.one_of(talking_);
    switch (dice_.between(0, 3)) {
      case 0:
        return std::swap(a->place, b->place);
      case 1:
        a->place = b->place;
        return;
      case 2:
        a->place = new_place();
        return;
      default:  // Sends from there at once.
        a->place = b->endpoint.is_none() ? new_place() : b->endpoint;
        if (a->derived != Micros::min() && a->is_listed) receive(*a, 100);
    }
  }

 private:
  struct Talk {
    InterfacePtr interface;
    PeerPtr peer;

    bool is_alive() const { return peer->is_listed; }
  };

  static constexpr Micros rekey = secs(120);
  static constexpr Micros reject = secs(180);

  Endpoint new_place() {
    Endpoint endpoint;
    endpoint.address.family = AddressFamily::ipv4;
    endpoint.address.bytes = {203, 0, 113, static_cast<std::uint8_t>(dice_.between(1, 12))};
    endpoint.port = static_cast<std::uint16_t>(dice_.between(40000, 40007));
    return endpoint;
  }

  void begin(const InterfacePtr& interface, const PeerPtr& peer) {
    static constexpr Habit habits[] = {Habit::silent,   Habit::dials_in,    Habit::dials_in,
                                       Habit::dials_in, Habit::dialled,     Habit::dialled,
                                       Habit::dialled,  Habit::unconfirmed, Habit::unreachable};
    peer->habit = habits[dice_.between(0, 8)];
    peer->place = new_place();
    const bool is_configured =
        peer->habit == Habit::dialled || dice_.chance(peer->habit == Habit::dials_in ? 0.2 : 0.5);
    if (is_configured) peer->endpoint = peer->place;
    if (peer->habit == Habit::silent) return;
    talking_.push_back(peer);
    const Micros wait =
        dice_.chance(0.5) ? dice_.between(Micros(500), secs(2)) : dice_.between(secs(1), secs(90));
    const Talk talk{interface, peer};
    kernel_.after(wait, [this, talk] { meet(talk); });
  }

  void say(const Talk& talk, EventKind kind) {
    if (!talk.peer->is_gone) kernel_.print(talk.interface->name, kind, talk.peer.get());
  }

  void receive(SimulatedPeer& peer, std::uint64_t bytes) {
    peer.endpoint = peer.place;
    peer.rx_bytes += bytes;
  }

  void meet(const Talk& talk) {
    if (!talk.is_alive()) return;
    switch (talk.peer->habit) {
      case Habit::silent:
        return;
      case Habit::dials_in:
        return answer(talk);
      case Habit::dialled:
        return initiate(talk);
      case Habit::unconfirmed:
        answer(talk);
        return again(talk, secs(5), secs(6));
      case Habit::unreachable:
        return try_in_vain(talk, 1);
    }
  }

  void again(const Talk& talk, Micros least, Micros most) {
    kernel_.after(dice_.between(least, most), [this, talk] { meet(talk); });
  }

  /// As responder: the handshake counts when the first packet comes under the new keys.
  void answer(const Talk& talk) {
    talk.peer->endpoint = talk.peer->place;
    say(talk, EventKind::handshake_initiation_received);
    kernel_.after(dice_.between(Micros(100), Micros(900)), [this, talk] {
      say(talk, EventKind::handshake_response_sent);
      derive(talk);
      talk.peer->rx_bytes += 148;
    });
    if (talk.peer->habit == Habit::unconfirmed) return;
    const Micros trip = dice_.chance(0.03) ? dice_.between(secs(1), secs(170))
                                           : dice_.between(millis(2), millis(400));
    kernel_.after(trip, [this, talk] { confirm(talk); });
  }

  void confirm(const Talk& talk) {
    if (!talk.is_alive()) return;
    receive(*talk.peer, 32);
    talk.peer->handshake = kernel_.wall();
    if (dice_.chance(0.5)) say(talk, EventKind::keepalive_received);
    hold(talk);
  }

  void initiate(const Talk& talk) {
    say(talk, EventKind::handshake_initiation_sent);
    if (dice_.chance(0.05)) return again(talk, secs(5), secs(6));
    kernel_.after(dice_.between(millis(1), millis(400)), [this, talk] {
      if (!talk.is_alive()) return;
      talk.peer->endpoint = talk.peer->place;
      say(talk, EventKind::handshake_response_received);
      derive(talk);
      talk.peer->handshake = kernel_.wall();
      kernel_.after(dice_.chance(0.9) ? Micros(80) : millis(40),
                    [talk] { talk.peer->rx_bytes += 92; });
      say(talk, EventKind::keepalive_sent);
      hold(talk);
    });
  }

  void derive(const Talk& talk) {
    if (!talk.is_alive()) return;
    say(talk, EventKind::keypair_created);
    talk.peer->derived = kernel_.now();
    const Micros derived = kernel_.now();
    kernel_.after(secs(540) + dice_.between(millis(1), secs(10)), [this, talk, derived] {
      if (talk.is_alive() && talk.peer->derived == derived) say(talk, EventKind::keys_zeroed);
    });
  }

  /// Traffic under one keypair, then the next handshake, or a rest.
  void hold(const Talk& talk) {
    if (!talk.is_alive()) return;
    const Micros end = kernel_.now() + dice_.between(secs(20), secs(118));
    chat(talk, end);
  }

  void chat(const Talk& talk, Micros end) {
    kernel_.after(dice_.between(millis(200), secs(26)), [this, talk, end] {
      if (!talk.is_alive()) return;
      if (kernel_.now() > end) {
        if (dice_.chance(0.25)) return again(talk, secs(30), secs(1500));
        return again(talk, millis(1), secs(20));
      }
      exchange(talk);
      chat(talk, end);
    });
  }

  void exchange(const Talk& talk) {
    switch (dice_.between(0, 3)) {
      case 0:
        return say(talk, EventKind::keepalive_sent);
      case 1:
        return receive(*talk.peer, 1420);  // Data: not printed.
      default:
        receive(*talk.peer, 32);
        return say(talk, EventKind::keepalive_received);
    }
  }

  void try_in_vain(const Talk& talk, int tries) {
    if (!talk.is_alive()) return;
    if (tries > 1) say(talk, EventKind::handshake_retried);
    say(talk, EventKind::handshake_initiation_sent);
    if (dice_.chance(0.2)) say(talk, EventKind::keepalive_sent);
    if (talk.peer->endpoint.is_none()) say(talk, EventKind::endpoint_missing);
    if (tries < 20) {
      kernel_.after(dice_.between(secs(5), millis(5300)),
                    [this, talk, tries] { try_in_vain(talk, tries + 1); });
    } else {
      say(talk, EventKind::handshake_abandoned);
      again(talk, secs(20), secs(200));
    }
  }

  SimulatedKernel& kernel_;
  Dice& dice_;
  std::vector<PeerPtr> talking_;
};

}  // namespace wgaudit
