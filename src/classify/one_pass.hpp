#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wgaudit {

/// An expression of which every byte of a text says on its own how the match goes on: literals,
/// runs of a class that end where something else begins, alternatives that begin with different
/// bytes. Such a one has no more than one match, and needs no search for it. Compiled from the
/// expressions of the pattern files; they stay what is written down and compared with.
class OnePass {
 public:
  /// Nothing where the expression is not such a one, or uses what is not known here: RE2 has to
  /// match it then.
  static std::optional<OnePass> compile(std::string_view expression);

  /// Whether all of `text` matches; then `groups` is what the groups that capture hold, in their
  /// order. One that takes no part in the match is empty.
  bool match(std::string_view text, std::span<std::string_view> groups) const;

 private:
  static constexpr std::size_t end_of_text = 256;
  static constexpr std::int8_t none = -1;    ///< No way on.
  static constexpr std::int8_t absent = -2;  ///< The group is passed over.

  enum class What : std::uint8_t { literal, run, group };
  struct Part;
  using Parts = std::vector<Part>;
  struct Part {
    What what = What::literal;
    std::string literal;
    std::array<std::uint64_t, 4> members{};  ///< Of a run.
    std::uint32_t low = 0;                   ///< How long it is.
    std::uint32_t high = 0;
    std::array<std::int8_t, end_of_text + 1> choice{};  ///< Of a group: the alternative, by byte.
    std::vector<Parts> alternatives;
    std::optional<std::size_t> capture;
  };
  class Compiler;
  class Matcher;

  Parts parts_;
};

}  // namespace wgaudit
