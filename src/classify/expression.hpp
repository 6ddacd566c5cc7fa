#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wgaudit {

/// A byte, or that the text has ended (256).
using Bytes = std::bitset<257>;

struct Expression;

/// Part of an expression, repeated: bytes of a class, or one of several expressions.
struct ExpressionPart {
  Bytes bytes;                           ///< Where there are no alternatives.
  std::vector<Expression> alternatives;  ///< Of a group.
  std::optional<std::size_t> capture;    ///< A group that captures: which one, from 0.
  std::uint32_t low = 1;                 ///< How often, at least
  std::uint32_t high = 1;                ///< and at most.
};

/// Parts one behind the other.
struct Expression {
  std::vector<ExpressionPart> parts;
};

/// Reads the part of RE2's syntax that pattern files mostly use: literals, escapes, `.`, classes,
/// groups, alternatives and quantifiers. Nothing where there is anything else.
std::optional<Expression> parse_expression(std::string_view text);

}  // namespace wgaudit
