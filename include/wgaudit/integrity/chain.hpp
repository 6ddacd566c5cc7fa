#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wgaudit/base/sha256.hpp"

namespace wgaudit {

/// The link before the first line of a chain.
inline constexpr Hash no_hash{};

/// The journal's hash chain: each line ends in a link, the hash of the link before it and of the
/// line itself, so that an attacker who changes, adds, removes or moves a line has to make anew
/// every link after it. On the disk, the link of a record's JSON object is its last member:
///
///     {"v":1,…,"chain":"<64 hexadecimal digits>"}
///
/// and is SHA-256 of the 32 bytes of the link before (of no_hash for the first line that was ever
/// written) followed by the object's text without that member. Bytes are hashed, not values, so no
/// canonical form of JSON is needed.
class Chain {
 public:
  /// Continues after the line whose link is `head`.
  explicit Chain(const Hash& head = no_hash) : head_(head) {}

  /// Appends `object`, the text of a JSON object with at least one member, with its link.
  void append(std::string_view object, std::string& text);

  const Hash& head() const { return head_; }

 private:
  Hash head_;
};

/// Returns the link that a line carries; nothing where it carries none.
std::optional<Hash> link_of(std::string_view line);

/// Returns the text before the link: the object without its closing brace. Empty where there is no
/// link.
std::string_view without_link(std::string_view line);

/// Returns the link that a line should carry after a line that carries `before`. For a line without
/// a link it is the link that Chain::append would give it.
Hash expected_link(const Hash& before, std::string_view line);

}  // namespace wgaudit
