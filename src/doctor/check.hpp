#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wgaudit {

/// The worse, the greater.
enum class Health : std::uint8_t { ok, unknown, broken };

/// What was found of one link of the chain.
struct Check {
  std::string_view link;  ///< Such as `dynamic debug`.
  Health health = Health::ok;
  std::string finding;  ///< One printable line.
  /// The command that mends it, for root's shell, in lines; empty where no command does.
  std::vector<std::string> cure{};
};

/// `ok`, `cannot tell`, `broken`.
std::string_view to_text(Health health);

/// A line such as `ok           module           wireguard is loaded`, and, indented, the cure.
std::string to_text(const Check& check);

/// One JSON object: `link`, `health`, `finding`, and `cure` where there is one.
std::string to_json(const Check& check);

/// The exit code of the worst check: 0 ok, 69 broken (EX_UNAVAILABLE), 75 cannot tell
/// (EX_TEMPFAIL).
int exit_code_of(const std::vector<Check>& checks);

}  // namespace wgaudit
