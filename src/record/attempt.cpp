#include "wgaudit/record/attempt.hpp"

#include <array>

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 13> cause_names = {
    "initiation_invalid", "response_invalid", "mac_invalid",         "cookie_sent",
    "cookie_received",    "cookie_invalid",   "handshake_dropped",   "no_route",
    "endpoint_missing",   "unanswered",       "handshake_abandoned", "peer_silent",
    "unconfirmed"};

}  // namespace

std::string_view to_text(AttemptCause cause) {
  return cause_names[static_cast<std::size_t>(cause)];
}

Witness witness_of(AttemptCause cause) {
  const bool by_both = cause == AttemptCause::unconfirmed || cause == AttemptCause::unanswered ||
                       cause == AttemptCause::response_invalid;
  return by_both ? Witness::both : Witness::kernel;
}

AttemptPeer common(const AttemptPeer& one, const AttemptPeer& other) {
  return one == other ? one : AttemptPeer{};
}

}  // namespace wgaudit
