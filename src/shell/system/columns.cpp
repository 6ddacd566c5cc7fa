#include "shell/system/columns.hpp"

#include <locale.h>
#include <wchar.h>

#include <cwchar>

namespace wgaudit {
namespace {

/// The locale of this thread meanwhile.
class Utf8 {
 public:
  Utf8() : before_(::uselocale(c_utf8())) {}
  Utf8(const Utf8&) = delete;
  Utf8& operator=(const Utf8&) = delete;
  ~Utf8() { ::uselocale(before_); }

 private:
  /// Made once; where libc-bin lacks it, there is none, and each byte is a character.
  static locale_t c_utf8() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }

  locale_t before_;
};

struct Character {
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

Character first_of(std::string_view text) {
  wchar_t wide{};
  std::mbstate_t state{};
  const std::size_t bytes = std::mbrtowc(&wide, text.data(), text.size(), &state);
  if (bytes == 0 || bytes > text.size()) return {};  // errors are greater than any size
  const int columns = ::wcwidth(wide);
  return {bytes, columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  const Utf8 utf8;
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_of(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string_view beginning_of(std::string_view text, std::size_t columns) {
  const Utf8 utf8;
  std::size_t end = 0;
  while (end < text.size()) {
    const Character character = first_of(text.substr(end));
    if (character.columns > columns) break;
    columns -= character.columns;
    end += character.bytes;
  }
  return text.substr(0, end);
}

std::string cut(const std::string& text, std::size_t columns) {
  if (columns_of(text) <= columns) return text;
  return std::string(beginning_of(text, columns - 1)) + "…";
}

}  // namespace wgaudit
