#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <utility>

#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// A table that has an answer for some kinds of kernel lines and none for the others.
///
/// `known_kinds` is the number of kinds that its author went through. A new kind therefore stops
/// the compiler at each table, until the kind was added to it or found not to belong there.
template <std::size_t known_kinds, typename Answer>
class KindTable {
  static_assert(known_kinds == event_kind_count,
                "a kind of event is new: add it to this table if it has an answer, and count it");

 public:
  constexpr KindTable(std::initializer_list<std::pair<EventKind, Answer>> rows) {
    for (const auto& [kind, answer] : rows) answers_[static_cast<std::size_t>(kind)] = answer;
  }

  constexpr std::optional<Answer> operator[](EventKind kind) const {
    return answers_[static_cast<std::size_t>(kind)];
  }

 private:
  std::array<std::optional<Answer>, event_kind_count> answers_{};
};

}  // namespace wgaudit
