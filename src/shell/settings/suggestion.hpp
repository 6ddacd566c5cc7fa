#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wgaudit {

/// The candidate that `word` is most likely a misspelling of, if there is one: about one mistake in
/// three characters is forgiven.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

/// `did you mean X?`, or `otherwise` where nothing is near.
std::string suggest(std::string_view word, const std::vector<std::string>& candidates,
                    std::string_view otherwise);

/// The names of an enumeration's members, from the first one to `last`.
template <typename Enum>
std::vector<std::string> names_up_to(Enum last) {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    names.emplace_back(to_text(static_cast<Enum>(i)));
  }
  return names;
}

}  // namespace wgaudit
