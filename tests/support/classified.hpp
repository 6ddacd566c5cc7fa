#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/read_file.hpp"
#include "wgaudit/classify/classifier.hpp"

namespace wgaudit {

inline const std::vector<Rule>& shipped_rules() {
  static const auto rules = parse_patterns(read_file(WGAUDIT_SOURCE "/patterns/wireguard.patterns"),
                                           "wireguard.patterns", wireguard_vocabulary());
  return rules;
}

inline const Classifier& shipped() {
  static const Classifier classifier(shipped_rules());
  return classifier;
}

/// All that an event says, in the order of its fields; `nothing` for a line that is none of ours.
inline std::string describe(const std::optional<KernelEvent>& event) {
  if (!event) return "nothing";
  std::string text(to_text(event->kind));
  if (!event->interface.empty()) text.append(" ").append(event->interface.view());
  if (event->peer) text += fmt::format(" peer={}", static_cast<std::uint64_t>(*event->peer));
  if (event->keypair) {
    text += fmt::format(" keypair={}", static_cast<std::uint64_t>(*event->keypair));
  }
  if (event->endpoint) text += " endpoint=" + to_text(*event->endpoint);
  if (event->address) text += " address=" + to_text(*event->address);
  if (event->nonce) text += fmt::format(" nonce={}", *event->nonce);
  if (event->nonce_max) text += fmt::format(" nonce_max={}", *event->nonce_max);
  if (event->count) text += fmt::format(" count={}", *event->count);
  if (event->attempt) text += fmt::format(" attempt={}", *event->attempt);
  if (event->seconds) text += fmt::format(" seconds={}", *event->seconds);
  if (event->error) text += fmt::format(" error={}", *event->error);
  if (!event->previous_interface.empty()) text += " previous=" + event->previous_interface;
  if (!event->text.empty()) text += " text=" + event->text;
  return text;
}

}  // namespace wgaudit
