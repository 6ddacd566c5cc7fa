#include "record/json_fields.hpp"

#include <algorithm>

#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

std::uint64_t sequence_at(const ParsedJson& json, const char* key) {
  const auto sequence = number_at<std::uint64_t>(json, key);
  if (sequence > max_sequence) throw BadRecord{"a number is out of its range"};
  return sequence;
}

void add_place(const Endpoint& endpoint, JsonObject& place) {
  place.at("ip").text_of(endpoint.address);
  place.add("port", endpoint.port);
  place.add_shown("zone", endpoint.zone_view());
}

void write_place(const Endpoint& endpoint, JsonWriter& json) {
  JsonObject place(json);
  add_place(endpoint, place);
}

Endpoint read_place(const ParsedJson& json) {
  Endpoint endpoint;
  endpoint.address =
      required(parse_ip_address(json.at("ip").get<std::string>()), "an address is malformed");
  endpoint.port = number_at<std::uint16_t>(json, "port");
  std::string zone;
  read_text(json, "zone", zone);
  zone = from_printable(zone);
  if (zone.size() > endpoint.zone.size()) throw BadRecord{"a zone is too long"};
  std::copy(zone.begin(), zone.end(), endpoint.zone.begin());
  return endpoint;
}

}  // namespace wgaudit
