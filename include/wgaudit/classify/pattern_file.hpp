#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Which text a rule is matched against.
enum class Origin : std::uint8_t {
  interface,  ///< What follows `wireguard: wg0: `.
  module,     ///< What follows `wireguard: `.
  kernel,     ///< A kernel line as it is.
  program,    ///< The message of a program named by its tag.
};

/// A named group of a rule's expression, which is a typed field of KernelEvent.
enum class Field : std::uint8_t {
  peer,
  keypair,
  endpoint,
  address,
  nonce,
  nonce_max,
  count,
  attempt,
  seconds,
  error,
  interface,
  previous_interface,
  text,
};

std::optional<Field> parse_field(std::string_view text);

/// One rule of a pattern file, its expression complete, not yet compiled.
struct Rule {
  EventKind kind;
  Origin origin;
  std::string program;                   ///< For Origin::program.
  std::optional<std::uint8_t> severity;  ///< Absent: any.
  std::string expression;                ///< RE2, to match the whole text.
  std::vector<std::string> examples;
  std::string place;  ///< `file:line`, for messages.
};

/// Reads a pattern file (its format is told at the head of patterns/wireguard.patterns).
/// `name` is the file's name for messages. Throws SetupError `file:line: reason`.
std::vector<Rule> parse_patterns(std::string_view text, std::string_view name);

}  // namespace wgaudit
