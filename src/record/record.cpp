#include "wgaudit/record/record.hpp"

#include <fmt/format.h>

#include <array>

#include "wgaudit/base/names.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, action_count> action_names = {
    "monitor_started", "monitor_stopped", "snapshot",        "peer_added",
    "peer_online",     "peer_offline",    "peer_roamed",     "peer_removed",
    "session_ended",   "attempt",         "peer_identified", "identity_contradicted",
    "config_changed",  "evidence_lost",   "clock_stepped",   "forged_input",
    "checkpoint"};

constexpr std::array<std::string_view, 3> witness_names = {"kernel", "dump", "both"};

template <typename Part>
const Part* pointer_to(const Part& part) {
  return &part;
}

template <typename Part>
const Part* pointer_to(const std::optional<Part>& part) {
  return part ? &*part : nullptr;
}

}  // namespace

std::string_view to_text(Action action) {
  return action_names[static_cast<std::size_t>(action)];
}

std::optional<Action> parse_action(std::string_view text) {
  return find_name<Action>(action_names, text);
}

std::string_view to_text(Stream stream) {
  return stream == Stream::journal ? "journal" : "events";
}

std::optional<Stream> parse_stream(std::string_view text) {
  for (const Stream stream : {Stream::journal, Stream::events}) {
    if (text == to_text(stream)) return stream;
  }
  return std::nullopt;
}

std::string_view to_text(Witness witness) {
  return witness_names[static_cast<std::size_t>(witness)];
}

std::optional<Witness> parse_witness(std::string_view text) {
  return find_name<Witness>(witness_names, text);
}

std::string_view to_text(const std::variant<Action, EventKind>& action) {
  return std::visit([](const auto& kind) { return to_text(kind); }, action);
}

const PeerFacts* Record::peer() const {
  return std::visit(
      [](const auto& any) -> const PeerFacts* {
        if constexpr (requires { any.peer; }) {
          return pointer_to(any.peer);
        } else {
          return nullptr;
        }
      },
      body);
}

const Session* Record::session() const {
  if (const auto* const peer = as<PeerBody>()) return pointer_to(peer->session);
  if (const auto* const end = as<SessionEndBody>()) return &end->ended.session;
  return nullptr;
}

std::optional<Endpoint> Record::endpoint() const {
  return std::visit(
      [](const auto& any) -> std::optional<Endpoint> {
        if constexpr (requires { any.line; }) {
          return any.line.endpoint;
        } else if constexpr (requires { any.endpoint; }) {
          return any.endpoint;
        } else {
          return std::nullopt;
        }
      },
      body);
}

std::optional<Endpoint> Record::previous_endpoint() const {
  if (const auto* const peer = as<PeerBody>()) return peer->previous_endpoint;
  if (const auto* const end = as<SessionEndBody>()) return end->previous_endpoint;
  return std::nullopt;
}

bool is_peer_at_start(const Record& record) {
  const PeerFacts* const peer = record.peer();
  return record.is(Action::snapshot) && record.reason == start_reason && peer != nullptr &&
         peer->public_key;
}

std::string session_id(const InterfaceName& interface, const PublicKey& key, UtcTime since) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since).time_since_epoch().count();
  return fmt::format("{}-{}-{}", to_printable(interface.view()), to_text(key).substr(0, 16),
                     seconds);
}

std::string short_key(const PublicKey& key) {
  return to_text(key).substr(0, 8);
}

}  // namespace wgaudit
