#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wgaudit {

/// Columns that UTF-8 takes on a terminal, by wcwidth(3) of C.UTF-8 whatever the user's locale is:
/// an ideograph two, a combining accent none. A byte that is no character takes one.
std::size_t columns_of(std::string_view text);

/// The longest beginning of whole characters that takes no more than so many columns.
std::string_view beginning_of(std::string_view text, std::size_t columns);

/// The text in at most `columns` columns: what is cut ends in `…`.
std::string cut(const std::string& text, std::size_t columns);

}  // namespace wgaudit
