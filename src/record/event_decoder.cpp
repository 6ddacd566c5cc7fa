#include "wgaudit/record/event_decoder.hpp"

#include <charconv>
#include <optional>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

// Much less than the longest duration that parse_record accepts.
constexpr std::int64_t longest_uptime = 1'000'000'000'000'000'000;

/// Takes a whole number as JSON spells it.
template <typename Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
  text.remove_prefix(digits.size());
  take_prefix(digits, "-");
  return digits.size() == 1 || digits.front() != '0';
}

template <typename Number>
bool take_number(std::string_view& text, std::optional<Number>& number) {
  return take_number(text, number.emplace());
}

template <typename Id>
bool take_id(std::string_view& text, std::optional<Id>& id) {
  std::uint64_t number = 0;
  if (!take_number(text, number)) return false;
  id = Id{number};
  return true;
}

/// Takes the text between quotes, up to the next quote.
bool take_quoted(std::string_view& text, std::string_view& value) {
  if (!take_prefix(text, "\"")) return false;
  const auto end = text.find('"');
  if (end == std::string_view::npos) return false;
  value = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

/// Takes text between quotes that needs no unescaping.
bool take_plain(std::string_view& text, std::string_view& value) {
  return take_quoted(text, value) && is_plain(value);
}

/// Takes text between quotes by `parse`, which refuses what would need unescaping.
template <typename Parse, typename Value>
bool take_parsed(std::string_view& text, Parse parse, Value& value) {
  std::string_view quoted;
  if (!take_quoted(text, quoted)) return false;
  auto parsed = parse(quoted);
  if (!parsed) return false;
  value = *std::move(parsed);
  return true;
}

/// Reads the members of one object in the order in which they are asked for.
class MemberReader {
 public:
  explicit MemberReader(std::string_view& text) : text_(text), is_good_(take_prefix(text, "{")) {}

  /// Lets `take` read the value of a member where it comes next; `name` has quotes and colon.
  template <typename Take>
  void may_have(std::string_view name, Take take) {
    std::string_view rest = text_;
    const bool is_next = (is_first_ || take_prefix(rest, ",")) && take_prefix(rest, name);
    if (!is_good_ || !is_next) return;
    is_first_ = false;
    text_ = rest;
    is_good_ = take(text_);
  }

  /// Ends the object; false where there is more, or something was malformed.
  bool end() { return is_good_ && take_prefix(text_, "}"); }

 private:
  std::string_view& text_;
  bool is_first_ = true;
  bool is_good_;
};

bool take_candidates(std::string_view& text, std::vector<PublicKey>& candidates) {
  if (!take_prefix(text, "[")) return false;
  do {
    if (!take_parsed(text, parse_public_key, candidates.emplace_back())) return false;
  } while (take_prefix(text, ","));
  return take_prefix(text, "]");
}

bool take_peer(std::string_view& text, PeerFacts& peer) {
  MemberReader members(text);
  members.may_have(R"("id":)", [&](auto& rest) { return take_id(rest, peer.id); });
  members.may_have(R"("public_key":)", [&](auto& rest) {
    return take_parsed(rest, parse_public_key, peer.public_key);
  });
  members.may_have(R"("name":)", [&](auto& rest) {
    std::string_view name;
    if (!take_plain(rest, name)) return false;
    peer.name = name;
    return true;
  });
  members.may_have(R"("identity":)", [&](auto& rest) {
    return take_parsed(rest, parse_identity_state, peer.identity);
  });
  members.may_have(R"("candidates":)",
                   [&](auto& rest) { return take_candidates(rest, peer.candidates); });
  return members.end();
}

bool take_place(std::string_view& text, Endpoint& endpoint) {
  MemberReader members(text);
  bool has_port = false;
  const auto take_port = [&](auto& rest) { return has_port = take_number(rest, endpoint.port); };
  members.may_have(R"("ip":)", [&](auto& rest) {
    return take_parsed(rest, parse_ip_address, endpoint.address);
  });
  members.may_have(R"("port":)", take_port);
  return members.end() && has_port && !endpoint.is_none();
}

void read_details(MemberReader& members, KernelEvent& line) {
  const auto may_have_number = [&](std::string_view name, auto& number) {
    members.may_have(name, [&](auto& rest) { return take_number(rest, number); });
  };
  members.may_have(R"("keypair":)", [&](auto& rest) { return take_id(rest, line.keypair); });
  members.may_have(R"("address":)",
                   [&](auto& rest) { return take_parsed(rest, parse_ip_address, line.address); });
  may_have_number(R"("nonce":)", line.nonce);
  may_have_number(R"("nonce_max":)", line.nonce_max);
  may_have_number(R"("count":)", line.count);
  may_have_number(R"("attempt":)", line.attempt);
  may_have_number(R"("seconds":)", line.seconds);
  may_have_number(R"("error":)", line.error);
  members.may_have(R"("text":)", [&](auto& rest) {
    std::string_view said;
    if (!take_plain(rest, said)) return false;
    line.text = said;
    return true;
  });
}

bool take_stamp(std::string_view& text, EventBody& body) {
  std::int64_t stamp = 0;
  if (!take_number(text, stamp)) return false;
  body.stamp = std::chrono::microseconds(stamp);
  return stamp >= -longest_uptime && stamp <= longest_uptime;
}

bool take_wireguard(std::string_view& text, InterfaceName& interface, EventBody& body) {
  MemberReader members(text);
  const auto parse_plain_name = [](std::string_view name) {
    return is_plain(name) ? parse_interface_name(name) : std::nullopt;
  };
  members.may_have(R"("interface":)",
                   [&](auto& rest) { return take_parsed(rest, parse_plain_name, interface); });
  members.may_have(R"("peer":)", [&](auto& rest) { return take_peer(rest, body.peer.emplace()); });
  members.may_have(R"("endpoint":)", [&](auto& rest) {
    body.line.endpoint = Endpoint{};
    return take_prefix(rest, "null");
  });
  read_details(members, body.line);
  members.may_have(R"("printk_microseconds":)", [&](auto& rest) { return take_stamp(rest, body); });
  members.may_have(R"("repeated":)", [&](auto& rest) { return take_number(rest, body.repeated); });
  return members.end();
}

}  // namespace

const Record* EventDecoder::read(std::string_view line) {
  return read_record(line) ? &record_ : nullptr;
}

bool EventDecoder::read_record(std::string_view text) {
  record_.timestamp.reset();
  record_.interface = {};
  EventBody& body = record_.body.emplace<EventBody>();
  if (!take_prefix(text, R"({"v":1,"@timestamp":)")) return false;
  const bool has_time = !take_prefix(text, "null");
  if (has_time && !take_time(text, record_.timestamp.emplace())) return false;
  if (!take_prefix(text, R"(,"event":{"sequence":)")) return false;
  if (!take_number(text, record_.sequence) || record_.sequence > max_sequence) return false;
  if (!take_prefix(text, R"(,"created":)") || !take_time(text, record_.created)) return false;
  KernelEvent& said = body.line;
  if (!take_prefix(text, R"(,"kind":"event","category":["network"],"type":["info"],"action":)")) {
    return false;
  }
  if (!take_parsed(text, parse_event_kind, said.kind)) return false;
  record_.action = said.kind;
  if (!take_prefix(text, R"(},"observer":)") || !take_observer(text)) return false;
  if (take_prefix(text, R"(,"source":)") && !take_place(text, said.endpoint.emplace())) {
    return false;
  }
  if (!take_prefix(text, R"(,"wireguard":)") || !take_wireguard(text, record_.interface, body))
    return false;
  said.interface = record_.interface;
  if (body.peer) said.peer = body.peer->id;
  std::string_view words;
  if (!take_prefix(text, R"(,"message":)") || !take_plain(text, words)) return false;
  record_.message = words;
  return text == "}";
}

/// `"2026-11-21T07:13:10.619551Z"`
bool EventDecoder::take_time(std::string_view& text, UtcTime& time) {
  std::string_view quoted;
  if (!take_quoted(text, quoted) || quoted.size() != 27) return false;
  const std::string_view minute = quoted.substr(0, 17);
  if (minute != minute_text_) {
    const auto begin = parse_rfc3339(std::string(minute) + "00Z");
    if (!begin) return false;
    minute_ = *begin;
    minute_text_ = minute;
  }
  const auto seconds = parse_number<unsigned>(quoted.substr(17, 2));
  const auto micros = parse_number<unsigned>(quoted.substr(20, 6));
  if (!seconds || *seconds > 59 || quoted[19] != '.' || !micros || quoted[26] != 'Z') return false;
  time = minute_ + std::chrono::seconds(*seconds) + std::chrono::microseconds(*micros);
  return true;
}

bool EventDecoder::take_observer(std::string_view& text) {
  if (!observer_.empty() && take_prefix(text, observer_)) return true;
  const std::string_view before = text;
  std::string_view hostname;
  std::string_view boot;
  MemberReader members(text);
  members.may_have(R"("hostname":)", [&](auto& rest) { return take_plain(rest, hostname); });
  members.may_have(R"("boot_id":)", [&](auto& rest) { return take_plain(rest, boot); });
  if (!members.end()) return false;
  observer_ = before.substr(0, before.size() - text.size());
  record_.boot_id = boot;
  return true;
}

}  // namespace wgaudit
