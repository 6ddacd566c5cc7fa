#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "wgaudit/base/text.hpp"
#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// Writes JSON, without blanks, into a buffer of its own. The buffer is kept from text to text:
/// once it has grown, nothing is allocated. Strings of any bytes give valid JSON: what is not UTF-8
/// becomes U+FFFD.
class JsonWriter {
 public:
  JsonWriter() : room_(first_room, '\0') { clear(); }
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  /// Begins an empty text.
  void clear() {
    next_ = room_.data();
    end_ = next_ + room_.size();
  }

  /// The text so far; valid until more is written.
  std::string_view written() const {
    return {room_.data(), static_cast<std::size_t>(next_ - room_.data())};
  }

  /// JSON that is spelt already.
  void raw(std::string_view json) {
    need(json.size());
    std::memcpy(next_, json.data(), json.size());
    next_ += json.size();
  }

  /// JSON whose length is known when this is compiled.
  template <std::size_t size>
  void raw(const char (&json)[size]) {
    need(size);
    std::memcpy(next_, json, size - 1);
    next_ += size - 1;
  }

  void raw(char c) {
    need(1);
    *next_++ = c;
  }

  template <std::integral Number>
  requires(!std::same_as<Number, bool>) void value(Number number) {
    need(longest_number);
    next_ = std::to_chars(next_, next_ + longest_number, number).ptr;
  }

  void value(std::same_as<bool> auto truth) { raw(std::string_view(truth ? "true" : "false")); }

  void value(std::string_view text) { is_plain(text) ? plain(text) : escaped(text); }

  /// By `to_rfc3339`.
  void value(UtcTime time);

  void null() { raw("null"); }

  /// A string that is_plain.
  void plain(std::string_view text) {
    need(text.size() + 2);
    *next_++ = '"';
    std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
    *next_++ = '"';
  }

  /// A string made printable.
  void shown(std::string_view text, std::size_t limit = max_printable) {
    const bool is_shown_as_is = text.size() <= limit && is_plain(text);
    is_shown_as_is ? plain(text) : value(std::string_view(to_printable(text, limit)));
  }

  /// A plain string by the value's own append_text.
  template <typename Value>
  void text_of(const Value& value) {
    scratch_.clear();
    append_text(value, scratch_);
    plain(scratch_);
  }

 private:
  static constexpr std::size_t first_room = 2048;  // more than nearly every record takes
  static constexpr std::size_t longest_number = 24;

  void need(std::size_t size) {
    if (static_cast<std::size_t>(end_ - next_) < size) grow(size);
  }
  void grow(std::size_t size);
  void escaped(std::string_view text);

  std::string room_;
  char* next_;
  char* end_;
  std::string scratch_;
};

/// The members of one JSON object, which ends with the life of this.
class JsonObject {
 public:
  explicit JsonObject(JsonWriter& json) : json_(json) { json_.raw('{'); }
  ~JsonObject() { json_.raw('}'); }
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;

  /// Begins a member, whose value is to be written next. The name is plain.
  template <std::size_t size>
  JsonWriter& at(const char (&name)[size]) {
    separate();
    json_.raw(name);
    json_.raw(R"(":)");
    return json_;
  }

  /// Begins a member whose name is known at run time only.
  JsonWriter& at_name(std::string_view name) {
    if (!is_first_) json_.raw(',');
    is_first_ = false;
    json_.value(name);
    json_.raw(':');
    return json_;
  }

  template <std::size_t size, typename Value>
  void add(const char (&name)[size], const Value& value) {
    at(name).value(value);
  }

  /// Adds a member where it is known.
  template <std::size_t size, typename Value>
  void add_known(const char (&name)[size], const std::optional<Value>& value) {
    if (value) at(name).value(*value);
  }

  /// Adds a member, made printable, where it is not empty.
  template <std::size_t size>
  void add_shown(const char (&name)[size], std::string_view text) {
    if (!text.empty()) at(name).shown(text);
  }

 private:
  void separate() {
    is_first_ ? json_.raw('"') : json_.raw(R"(,")");
    is_first_ = false;
  }

  JsonWriter& json_;
  bool is_first_ = true;
};

/// The items of one JSON array, which ends with the life of this.
class JsonArray {
 public:
  explicit JsonArray(JsonWriter& json) : json_(json) { json_.raw('['); }
  ~JsonArray() { json_.raw(']'); }
  JsonArray(const JsonArray&) = delete;
  JsonArray& operator=(const JsonArray&) = delete;

  /// Begins an item, which is to be written next.
  JsonWriter& next() {
    if (!is_first_) json_.raw(',');
    is_first_ = false;
    return json_;
  }

 private:
  JsonWriter& json_;
  bool is_first_ = true;
};

/// `text` as a JSON string, with its quotes.
std::string json_string(std::string_view text);

}  // namespace wgaudit
