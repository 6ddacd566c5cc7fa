#include "wgaudit/record/json_writer.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// What stands for a character within quotes; empty: itself (RFC 8259, 7).
std::string_view short_escape(char c) {
  switch (c) {
    case '"':
      return R"(\")";
    case '\\':
      return R"(\\)";
    case '\b':
      return R"(\b)";
    case '\f':
      return R"(\f)";
    case '\n':
      return R"(\n)";
    case '\r':
      return R"(\r)";
    case '\t':
      return R"(\t)";
    default:
      return {};
  }
}

}  // namespace

void JsonWriter::value(UtcTime time) {
  scratch_.clear();
  append_rfc3339(time, scratch_);
  plain(scratch_);
}

void JsonWriter::grow(std::size_t size) {
  const std::size_t used = written().size();
  room_.resize(2 * (used + size));
  next_ = room_.data() + used;
  end_ = room_.data() + room_.size();
}

void JsonWriter::escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  raw('"');
  while (!text.empty()) {
    const auto [length, is_whole] = utf8_part(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (const auto escape = short_escape(text.front()); !escape.empty()) {
      raw(escape);
    } else if (first < 0x20) {
      raw(R"(\u00)");
      raw(digits[first >> 4U]);
      raw(digits[first & 0xFU]);
    } else {
      raw(is_whole ? text.substr(0, length) : replacement);
    }
    text.remove_prefix(length);
  }
  raw('"');
}

std::string json_string(std::string_view text) {
  JsonWriter json;
  json.value(text);
  return std::string(json.written());
}

}  // namespace wgaudit
