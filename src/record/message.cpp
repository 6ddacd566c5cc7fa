#include "wgaudit/record/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// `handshake_initiation_sent` as `handshake initiation sent`.
std::string as_words(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string place(const Endpoint& endpoint) {
  return to_printable(to_text(endpoint));
}

/// The words of a kind of event, made once for each.
std::string_view as_words(EventKind kind) {
  static const auto all = [] {
    std::array<std::string, event_kind_count> words;
    for (std::size_t i = 0; i < words.size(); ++i) {
      words[i] = as_words(to_text(static_cast<EventKind>(i)));
    }
    return words;
  }();
  return all[static_cast<std::size_t>(kind)];
}

void append_place(const Endpoint& endpoint, std::string& text) {
  if (endpoint.zone_view().empty()) {
    append_text(endpoint, text);
  } else {
    text += place(endpoint);
  }
}

/// `peer 2: `, or `alice (peer 2): `.
void append_peer(PeerId id, std::string_view label, std::string& text) {
  if (!label.empty()) append_printable(label, text);
  text += label.empty() ? "peer " : " (peer ";
  append_number(static_cast<std::uint64_t>(id), text);
  text += label.empty() ? ": " : "): ";
}

/// Appends what only some kinds have, after the words of the kind.
void append_details(const KernelEvent& event, std::string& text) {
  const auto add = [&](std::string_view name, const auto& value) {
    if (!value) return;
    text.append(name);
    append_number(*value, text);
  };
  if (event.keypair) add(", keypair ", std::optional(static_cast<std::uint64_t>(*event.keypair)));
  if (event.address) {
    text += ", address ";
    append_text(*event.address, text);
  }
  add(", nonce ", event.nonce);
  add(", max ", event.nonce_max);
  add(", attempt ", event.attempt);
  add(", seconds ", event.seconds);
  add(", error ", event.error);
  add(", count ", event.count);
  if (!event.previous_interface.empty()) {
    append_printable(event.previous_interface, text += ", before ");
  }
  if (!event.text.empty()) append_printable(event.text, text += ", ");
}

}  // namespace

std::string message_for(const KernelEvent& event) {
  std::string text;
  append_message(event, {}, text);
  return text;
}

void append_message(const KernelEvent& event, std::string_view peer_label, std::string& text) {
  if (!event.interface.empty()) {
    append_printable(event.interface.view(), text);
    text += ' ';
  }
  if (event.peer) append_peer(*event.peer, peer_label, text);
  text += as_words(event.kind);
  if (event.endpoint) {
    append_place(*event.endpoint, text += " (");
    text += ')';
  }
  append_details(event, text);
}

std::string message_for(const PeerChange& change, std::string_view peer_label) {
  const std::string who =
      fmt::format("{} {}", to_printable(change.interface.view()), to_printable(peer_label));
  const std::string where = place(change.peer.row.endpoint);
  const std::string_view reason = to_text(change.reason);
  switch (change.kind) {
    case PeerChange::Kind::added:
      return fmt::format("ADDED {} {}", who, to_text(change.peer.presence));
    case PeerChange::Kind::online:
      return fmt::format("ONLINE {} from {}", who, where);
    case PeerChange::Kind::offline:
      return fmt::format("OFFLINE {} ({})", who, as_words(reason));
    case PeerChange::Kind::roamed:
      return fmt::format("ROAMED {} from {} to {}", who, place(change.previous_endpoint), where);
    case PeerChange::Kind::removed:
      return fmt::format("REMOVED {} ({})", who, as_words(reason));
  }
  __builtin_unreachable();
}

std::string message_for(const InterfaceName& interface, std::string_view peer_label,
                        const PeerState& peer) {
  return fmt::format("{} {} is {} since {}", to_printable(interface.view()),
                     to_printable(peer_label), to_text(peer.presence), to_rfc3339(peer.since));
}

std::string message_for(const InterfaceName& interface, std::string_view peer_label,
                        const EndedSession& ended, std::string_view reason) {
  const Session& session = ended.session;
  return fmt::format("SESSION {} {} ended ({}) after {} s, received {}, sent {} bytes",
                     to_printable(interface.view()), to_printable(peer_label), as_words(reason),
                     std::chrono::round<std::chrono::seconds>(ended.duration).count(),
                     session.rx_bytes, session.tx_bytes);
}

std::string message_for(const InterfaceState& interface) {
  const InterfaceSettings& settings = interface.settings;
  std::string text = to_printable(interface.name.view());
  text += settings.public_key == PublicKey{}
              ? " has no key"
              : fmt::format(" is {}", short_key(settings.public_key));
  text += fmt::format(", port {}", settings.listen_port);
  if (settings.fwmark != 0) text += fmt::format(", fwmark {:#x}", settings.fwmark);
  return text;
}

std::string message_for(const ConfigChange& change, std::string_view peer_label) {
  std::string text = fmt::format("CONFIG {}", to_printable(change.interface.view()));
  if (!peer_label.empty()) text += fmt::format(" {}", to_printable(peer_label));
  const std::string field = as_words(to_text(change.field));
  if (change.field == ConfigField::kernel_peer) return text + ": created anew with the same key";
  if (!change.before) return fmt::format("{}: {} added", text, field);
  if (!change.after) return fmt::format("{}: {} removed", text, field);
  if (*change.before == *change.after) return fmt::format("{}: {} changed", text, field);
  return fmt::format("{}: {} {} → {}", text, field, to_printable(*change.before),
                     to_printable(*change.after));
}

std::string message_for(const Attempt& attempt, std::string_view peer_label) {
  const AttemptSource& source = attempt.source;
  const AttemptFacts& facts = attempt.facts;
  std::string text = "ATTEMPT";
  if (!source.interface.empty()) text += fmt::format(" {}", to_printable(source.interface.view()));
  if (!peer_label.empty()) text += fmt::format(" {}", to_printable(peer_label));
  if (facts.of_other_sources) text += " other sources";
  if (source.endpoint) text += fmt::format(" {}", place(*source.endpoint));
  text += fmt::format(": {}", as_words(to_text(source.cause)));
  if (facts.tries) text += fmt::format(" after {} tries", *facts.tries);
  if (facts.error) text += fmt::format(", error {}", *facts.error);
  if (facts.count != 1) text += fmt::format(", {} times", facts.count);
  return text;
}

std::string message_for(const ClockStep& step) {
  const std::chrono::duration<double> seconds = step.to - step.from;
  return fmt::format("clock stepped by {:+.3f} s, from {} to {}", seconds.count(),
                     to_rfc3339(step.from), to_rfc3339(step.to));
}

std::string message_for(const CompletenessFacts& facts) {
  const HandshakeCounts& handshakes = facts.handshakes;
  return fmt::format("CHECKPOINT {}: {} of {} handshakes were printed", to_date(facts.day),
                     handshakes.printed, handshakes.proven);
}

std::string message_for(const Forgery& forgery) {
  const ForgeryFacts& facts = forgery.facts;
  std::string text = fmt::format("forged input: {}", as_words(forgery.reason));
  if (facts.count != 1) text += fmt::format(", {} times", facts.count);
  if (!forgery.source.is_none()) text += fmt::format(", from {}", place(forgery.source));
  if (facts.uid) text += fmt::format(", uid {}", *facts.uid);
  return text + fmt::format(": {}", to_printable(facts.sample));
}

std::string message_for(std::string_view loss_reason, const Loss& loss) {
  std::string text = fmt::format("evidence lost: {}", as_words(loss_reason));
  if (loss.count) text += *loss.count == 1 ? ", once" : fmt::format(", {} times", *loss.count);
  if (loss.delay) {
    const std::chrono::duration<double> delay = *loss.delay;
    text += fmt::format(", up to {:.1f} s", delay.count());
  }
  if (!loss.detail.empty()) text += fmt::format(" ({})", to_printable(loss.detail));
  return text;
}

std::string message_of(const Record& record) {
  const auto* const event = record.as<EventBody>();
  return record.message.empty() && event != nullptr ? message_for(event->line) : record.message;
}

}  // namespace wgaudit
