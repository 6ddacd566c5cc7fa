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

Json place_json(const Endpoint& endpoint) {
  Json place = {{"ip", to_text(endpoint.address)}, {"port", endpoint.port}};
  if (!endpoint.zone_view().empty()) place["zone"] = to_printable(endpoint.zone_view());
  return place;
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
