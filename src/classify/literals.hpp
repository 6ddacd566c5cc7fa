#pragma once

#include <string>
#include <string_view>

namespace wgaudit {

/// Literal text that every match of an expression must have: what lets most rules be passed over
/// without running them.
struct Literals {
  std::string prefix;   ///< What every match begins with; may be empty.
  std::string longest;  ///< The longest run of characters that every match holds; may be empty.
};

/// Derives them from an expression. Never too much: where the syntax is not plain, less is claimed.
Literals required_literals(std::string_view expression);

/// False only where `text` cannot match.
bool has_literals(const Literals& literals, std::string_view text);

}  // namespace wgaudit
