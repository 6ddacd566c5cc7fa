#include "wgaudit/record/shown_record.hpp"

#include <fmt/format.h>

#include "wgaudit/base/text.hpp"
#include "wgaudit/record/message.hpp"

namespace wgaudit {
namespace {

// More than any of ours is long.
constexpr std::size_t longest_message = 4096;

std::string label_of(const EventBody& event) {
  if (!event.peer) return {};
  if (!event.peer->name.empty()) return event.peer->name;
  return event.peer->public_key ? short_key(*event.peer->public_key) : std::string();
}

void append_message(const Record& record, std::string& words) {
  const auto* const event = record.as<EventBody>();
  if (event == nullptr) {
    words += record.message;
    return;
  }
  append_message(event->line, label_of(*event), words);
  if (event->repeated != 1) words += fmt::format(", {} times", event->repeated);
}

}  // namespace

void append_line(const Record& record, const std::optional<UtcTime>& time, std::string& text) {
  time ? append_rfc3339(*time, text) : text.push_back('-');
  text += ' ';
  const std::size_t begin = text.size();
  append_message(record, text);
  const std::string_view words = std::string_view(text).substr(begin);
  if (!is_plain(words)) text.replace(begin, words.size(), still_printable(words, longest_message));
}

}  // namespace wgaudit
