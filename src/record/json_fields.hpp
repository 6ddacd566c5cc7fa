#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "wgaudit/base/time.hpp"
#include "wgaudit/record/json_writer.hpp"
#include "wgaudit/wireguard/endpoint.hpp"

namespace wgaudit {

/// What is read: a member is found without a look at all the others, of which a damaged line may
/// have a million.
using ParsedJson = nlohmann::json;

/// What is wrong with a record; thrown and caught within parse_record, as nlohmann's own errors
/// are.
struct BadRecord {
  std::string_view what;
};

template <typename Value>
Value required(std::optional<Value> value, std::string_view what) {
  if (!value) throw BadRecord{what};
  return *std::move(value);
}

/// The library's own get() makes another number of one that does not fit.
template <typename Number>
Number whole_number(const ParsedJson& json) {
  if (!json.is_number_integer()) throw BadRecord{"a number is malformed"};
  const bool fits = json.is_number_unsigned() ? std::in_range<Number>(json.get<std::uint64_t>())
                                              : std::in_range<Number>(json.get<std::int64_t>());
  if (!fits) throw BadRecord{"a number is out of its range"};
  return json.get<Number>();
}

template <typename Number>
Number number_at(const ParsedJson& json, const char* key) {
  return whole_number<Number>(json.at(key));
}

/// The number of a record, at most max_sequence.
std::uint64_t sequence_at(const ParsedJson& json, const char* key);

template <typename Number>
void read_number(const ParsedJson& json, const char* key, std::optional<Number>& number) {
  if (json.contains(key)) number = number_at<Number>(json, key);
}

inline void read_text(const ParsedJson& json, const char* key, std::string& value) {
  if (json.contains(key)) value = json.at(key).get<std::string>();
}

inline void read_time(const ParsedJson& json, const char* key, std::optional<UtcTime>& time) {
  if (!json.contains(key) || json.at(key).is_null()) return;
  time = required(parse_rfc3339(json.at(key).get<std::string>()), "a time is malformed");
}

inline UtcTime read_time(const ParsedJson& json, const char* key) {
  return required(parse_rfc3339(json.at(key).get<std::string>()), "a time is malformed");
}

/// Since boot. Any time can be added to it, and subtracted.
inline void read_duration(const ParsedJson& json, const char* key,
                          std::optional<std::chrono::microseconds>& duration) {
  constexpr std::chrono::microseconds longest = std::chrono::years(100'000);
  if (!json.contains(key)) return;
  duration = std::chrono::microseconds(number_at<std::int64_t>(json, key));
  if (*duration < -longest || *duration > longest) throw BadRecord{"a number is out of its range"};
}

void add_place(const Endpoint& endpoint, JsonObject& place);
void write_place(const Endpoint& endpoint, JsonWriter& json);
Endpoint read_place(const ParsedJson& json);

}  // namespace wgaudit
