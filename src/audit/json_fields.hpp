#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/endpoint.hpp"

namespace wgaudit {

using Json = nlohmann::ordered_json;

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

template <typename Value>
void read_number(const Json& json, const char* key, std::optional<Value>& value) {
  if (json.contains(key)) value = json.at(key).get<Value>();
}

inline void read_text(const Json& json, const char* key, std::string& value) {
  if (json.contains(key)) value = json.at(key).get<std::string>();
}

inline void read_time(const Json& json, const char* key, std::optional<UtcTime>& time) {
  if (!json.contains(key) || json.at(key).is_null()) return;
  time = required(parse_rfc3339(json.at(key).get<std::string>()), "a time is malformed");
}

Json place_json(const Endpoint& endpoint);
Endpoint read_place(const Json& json);

}  // namespace wgaudit
