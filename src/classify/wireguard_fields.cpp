#include "classify/wireguard_fields.hpp"

#include <array>
#include <cstdint>

#include "wgaudit/base/text.hpp"
#include "wgaudit/classify/wireguard_vocabulary.hpp"

namespace wgaudit {
namespace {

/// The type that an optional member of KernelEvent holds.
template <auto member>
using Value = typename std::remove_reference_t<decltype(KernelEvent{}.*member)>::value_type;

template <auto member>
bool set_number(std::string_view text, KernelEvent& event) {
  event.*member = parse_number<Value<member>>(text);
  return (event.*member).has_value();
}

template <auto member>
bool set_id(std::string_view text, KernelEvent& event) {
  const auto number = parse_number<std::uint64_t>(text);
  if (number) event.*member = Value<member>{*number};
  return number.has_value();
}

template <auto member>
bool set_text(std::string_view text, KernelEvent& event) {
  event.*member = text;
  return true;
}

bool set_endpoint(std::string_view text, KernelEvent& event) {
  event.endpoint = parse_endpoint(text);
  return event.endpoint.has_value();
}

bool set_address(std::string_view text, KernelEvent& event) {
  event.address = parse_ip_address(text);
  return event.address.has_value();
}

bool set_interface(std::string_view text, KernelEvent& event) {
  const auto name = parse_interface_name(text);
  if (name) event.interface = *name;
  return name.has_value();
}

/// A word of the pattern files, and what puts its text into the event. A new field needs
/// one line in `event_fields`.
struct Field {
  std::string_view name;
  bool (*set)(std::string_view text, KernelEvent& event);  // false: no value of the field's type
};

constexpr std::array<Field, 13> event_fields = {{
    {"peer", set_id<&KernelEvent::peer>},
    {"keypair", set_id<&KernelEvent::keypair>},
    {"endpoint", set_endpoint},
    {"address", set_address},
    {"nonce", set_number<&KernelEvent::nonce>},
    {"nonce_max", set_number<&KernelEvent::nonce_max>},
    {"count", set_number<&KernelEvent::count>},
    {"attempt", set_number<&KernelEvent::attempt>},
    {"seconds", set_number<&KernelEvent::seconds>},
    {"error", set_number<&KernelEvent::error>},
    {"interface", set_interface},
    {"previous_interface", set_text<&KernelEvent::previous_interface>},
    {"text", set_text<&KernelEvent::text>},
}};

Vocabulary event_vocabulary() {
  Vocabulary words;
  for (std::size_t kind = 0; kind < event_kind_count; ++kind) {
    words.kinds.push_back(to_text(static_cast<EventKind>(kind)));
  }
  words.origins = {"interface", "module", "kernel"};
  for (const Field& field : event_fields) words.fields.push_back(field.name);
  return words;
}

}  // namespace

const Vocabulary& wireguard_vocabulary() {
  static const Vocabulary words = event_vocabulary();
  return words;
}

bool fill(const MatchView& match, KernelEvent& event) {
  const InterfaceName interface = event.interface;
  event.kind = static_cast<EventKind>(match.kind);
  for (const CaptureView& capture : match.captures) {
    if (event_fields[capture.field].set(capture.text, event)) continue;
    event = KernelEvent{};
    event.interface = interface;
    return false;
  }
  return true;
}

}  // namespace wgaudit
