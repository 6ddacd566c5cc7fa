#include "wgaudit/record/shown_record.hpp"

#include <fmt/format.h>

#include "wgaudit/base/text.hpp"
#include "wgaudit/record/words.hpp"

namespace wgaudit {
namespace {

// More than any of ours is long.
constexpr std::size_t longest_message = 4096;

std::string label_of(const Record& record) {
  if (!record.peer) return {};
  if (!record.peer->name.empty()) return record.peer->name;
  return record.peer->public_key ? short_key(*record.peer->public_key) : std::string();
}

void append_words(const Record& record, std::string& words) {
  if (!record.line) {
    words += record.message;
    return;
  }
  append_words(*record.line, label_of(record), words);
  if (record.repeated != 1) words += fmt::format(", {} times", record.repeated);
}

}  // namespace

void append_shown(const Record& record, const std::optional<UtcTime>& time, std::string& text) {
  time ? append_rfc3339(*time, text) : text.push_back('-');
  text += ' ';
  const std::size_t begin = text.size();
  append_words(record, text);
  const std::string_view words = std::string_view(text).substr(begin);
  if (!is_plain(words)) text.replace(begin, words.size(), still_printable(words, longest_message));
}

}  // namespace wgaudit
