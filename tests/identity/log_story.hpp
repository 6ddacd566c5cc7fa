#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/rows.hpp"
#include "wgaudit/identity/registry.hpp"

namespace wgaudit {

/// LogStory gives a registry lines and dumps at times, in seconds on every clock at once.
class LogStory {
 public:
  /// Adds a line printed at `printed` that arrives 5 ms later, or at `arrives`.
  LogStory& line(double printed, EventKind kind, std::uint64_t id = 0,
                 std::string_view endpoint = "", double arrives = 0) {
    KernelEvent event;
    event.kind = kind;
    event.interface = *parse_interface_name(interface);
    if (id != 0) event.peer = PeerId{id};
    if (!endpoint.empty()) event.endpoint = parse_endpoint(endpoint);
    if (kind == EventKind::module_loaded) event.text = "WireGuard 1.0.0 loaded.";
    return take(event, printed, arrives);
  }

  /// Makes lines and dumps from here on those of the interface `name`.
  LogStory& on(std::string_view name) {
    interface = name;
    return *this;
  }

  LogStory& renamed(double printed, std::string_view from, std::string_view to) {
    KernelEvent event;
    event.kind = EventKind::interface_renamed;
    event.previous_interface = from;
    event.interface = *parse_interface_name(to);
    interface = to;
    return take(event, printed, 0);
  }

  /// Makes it known that dynamic debug is on, as of the story's start.
  LogStory& debug_on() {
    registry.on_debug_enabled(instant(0).steady);
    return *this;
  }

  /// Adds lines of other subsystems, which carry the log past what was printed before.
  LogStory& quiet(double from, double to) {
    for (double time = from; time <= to; time += 0.5) {
      registry.on_other_line({stamp(time), instant(time + 0.005), 0});
      advance(time + 0.005);
    }
    return *this;
  }

  /// Takes a dump, within 4 ms.
  LogStory& dump(double finished, const std::vector<DumpInterface>& interfaces) {
    registry.on_dump(interfaces, instant(finished - 0.004), instant(finished));
    advance(finished);
    return *this;
  }

  LogStory& dump(double finished, const std::vector<Row>& rows) {
    return dump(finished, {dump_interface(interface, rows)});
  }

  /// Returns the identity of an id in an event at `time`: its peer's name, `?` or `foreign`.
  std::string whose(double time, std::uint64_t id) {
    KernelEvent event;
    event.kind = EventKind::keepalive_sent;
    event.interface = *parse_interface_name(interface);
    event.peer = PeerId{id};
    advance(time);
    const Identity identity =
        registry.on_line(event, {stamp(time), instant(time + 0.005), ++sequence_});
    if (identity.public_key) return name_of(*identity.public_key);
    return identity.state == IdentityState::foreign ? "foreign" : "?";
  }

  /// Loses lines before `time`, and says so.
  LogStory& gap(double time) {
    keep(registry.on_gap(instant(time)));
    return *this;
  }

  void advance(double time) { keep(registry.advance(instant(time))); }

  void keep(Findings found) {
    for (Settlement& one : found.settlements) findings.settlements.push_back(std::move(one));
    for (Contradiction& one : found.contradictions) {
      findings.contradictions.push_back(std::move(one));
    }
  }

  /// Returns what was proven, as `7 alice`, in the order in which it was found.
  std::vector<std::string> identified() const {
    std::vector<std::string> texts;
    for (const Settlement& one : findings.settlements) {
      texts.push_back(
          fmt::format("{} {}", static_cast<std::uint64_t>(one.id), name_of(one.public_key)));
    }
    return texts;
  }

  std::vector<std::string> contradicted() const {
    std::vector<std::string> texts;
    for (const Contradiction& one : findings.contradictions) {
      texts.emplace_back(to_text(one.cause));
    }
    return texts;
  }

  Registry registry;
  Findings findings;
  std::string interface = "wg0";
  double wall_ahead = 0;  ///< Seconds by which the wall clock was set forward.

 private:
  static Stamp stamp(double time) { return Stamp(static_cast<std::int64_t>(time * 1e6)); }

  Instant instant(double time) const {
    return {SteadyTime(std::chrono::seconds(1000) + stamp(time)),
            story_start() + stamp(time + wall_ahead)};
  }

  static std::string name_of(const PublicKey& key) {
    std::string name;
    for (const std::uint8_t byte : key.bytes) {
      if (byte != 0) name += static_cast<char>(byte);
    }
    return name;
  }

  LogStory& take(const KernelEvent& event, double printed, double arrives) {
    const double received = arrives == 0 ? printed + 0.005 : arrives;
    registry.on_line(event, {stamp(printed), instant(received), ++sequence_});
    advance(received);
    return *this;
  }

  std::uint64_t sequence_ = 0;
};

inline const std::vector<Row> alice_and_bob = {{"alice"}, {"bob"}};

/// wg0 with the peers 1 and 2, seen from its creation, and a log that has gone on for a while.
inline LogStory two_peers() {
  LogStory story;
  story.line(1, EventKind::interface_created).line(1.1, EventKind::peer_created, 1);
  story.line(1.2, EventKind::peer_created, 2).quiet(1.5, 30);
  return story;
}

/// wg0 with the peers 5 and 9, older than the log, and a dump that has proven that they are alice
/// and bob.
inline LogStory two_proven_older_peers() {
  LogStory story;
  story.line(1, EventKind::keepalive_sent, 5, "10.0.0.5:1");
  story.line(2, EventKind::keepalive_sent, 9, "10.0.0.9:1").quiet(2.5, 30);
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  return story;
}

/// `two_peers`, and a dump has proven that they are alice and bob.
inline LogStory two_proven_peers() {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  return story;
}

}  // namespace wgaudit
