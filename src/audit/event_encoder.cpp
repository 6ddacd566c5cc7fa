#include "wgaudit/audit/event_encoder.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "wgaudit/base/text.hpp"
#include "words.hpp"

namespace wgaudit {
namespace {

using Json = nlohmann::ordered_json;

/// Between quotes. What is not plain is left to the library, byte for byte as it would write it.
void append_string(std::string_view text, std::string& line) {
  if (is_plain(text)) {
    line += '"';
    line += text;
    line += '"';
  } else {
    line += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

/// Between quotes and printable.
void append_shown(std::string_view text, std::string& line) {
  const bool is_shown_as_is = text.size() <= max_printable && is_plain(text);
  is_shown_as_is ? append_string(text, line) : append_string(to_printable(text), line);
}

void append_key(const PublicKey& key, std::string& line) {
  line += '"';
  append_text(key, line);
  line += '"';
}

void append_address(const IpAddress& address, std::string& line) {
  line += '"';
  append_text(address, line);
  line += '"';
}

/// The members of one object: each name is given with quotes and colon.
class Members {
 public:
  explicit Members(std::string& line) : line_(line) { line_ += '{'; }

  std::string& add(std::string_view name) {
    if (!is_first_) line_ += ',';
    is_first_ = false;
    return line_ += name;
  }

  template <typename Number>
  void add_number(std::string_view name, Number number) {
    append_number(number, add(name));
  }

  template <typename Number>
  void add_number(std::string_view name, const std::optional<Number>& number) {
    if (number) add_number(name, *number);
  }

  void add_text(std::string_view name, std::string_view text) {
    if (!text.empty()) append_shown(text, add(name));
  }

  void end() { line_ += '}'; }

 private:
  std::string& line_;
  bool is_first_ = true;
};

void append_peer(const PeerFacts& peer, std::string& line) {
  Members members(line);
  if (peer.id) members.add_number(R"("id":)", static_cast<std::uint64_t>(*peer.id));
  if (peer.public_key) append_key(*peer.public_key, members.add(R"("public_key":)"));
  if (!peer.name.empty()) append_string(peer.name, members.add(R"("name":)"));
  if (peer.identity) append_string(to_text(*peer.identity), members.add(R"("identity":)"));
  if (!peer.candidates.empty()) {
    char separator = '[';
    members.add(R"("candidates":)");
    for (const PublicKey& key : peer.candidates) {
      append_key(key, line += std::exchange(separator, ','));
    }
    line += ']';
  }
  members.end();
}

void add_line(const KernelEvent& said, Members& members) {
  if (said.keypair) {
    members.add_number(R"("keypair":)", static_cast<std::uint64_t>(*said.keypair));
  }
  if (said.address) append_address(*said.address, members.add(R"("address":)"));
  members.add_number(R"("nonce":)", said.nonce);
  members.add_number(R"("nonce_max":)", said.nonce_max);
  members.add_number(R"("count":)", said.count);
  members.add_number(R"("attempt":)", said.attempt);
  members.add_number(R"("seconds":)", said.seconds);
  members.add_number(R"("error":)", said.error);
  members.add_text(R"("previous_interface":)", said.previous_interface);
  members.add_text(R"("text":)", said.text);
}

void append_source(const Endpoint& endpoint, std::string& line) {
  Members members(line);
  append_address(endpoint.address, members.add(R"("ip":)"));
  members.add_number(R"("port":)", endpoint.port);
  members.add_text(R"("zone":)", endpoint.zone_view());
  members.end();
}

void append_wireguard(const Record& event, std::string& line) {
  Members members(line);
  members.add_text(R"("interface":)", event.interface.view());
  if (event.peer) append_peer(*event.peer, members.add(R"("peer":)"));
  if (event.endpoint && event.endpoint->is_none()) members.add(R"("endpoint":null)");
  add_line(*event.line, members);
  if (event.stamp) members.add_number(R"("printk_microseconds":)", event.stamp->count());
  if (event.repeated != 1) members.add_number(R"("repeated":)", event.repeated);
  members.end();
}

}  // namespace

EventEncoder::EventEncoder(const Observer& observer) {
  Json json = {{"hostname", to_printable(observer.hostname)}};
  if (!observer.boot_id.empty()) json["boot_id"] = observer.boot_id;
  observer_ = R"("},"observer":)" + json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void EventEncoder::append(const Record& event, std::string& line) {
  append_head(event, line);
  if (event.endpoint && !event.endpoint->is_none()) {
    append_source(*event.endpoint, line += R"(,"source":)");
  }
  append_wireguard(event, line += R"(,"wireguard":)");
  append_message(event, line += R"(,"message":)");
  line += '}';
}

void EventEncoder::append_time(UtcTime time, std::string& line) {
  if (time != time_ || time_text_.empty()) {
    time_ = time;
    append_rfc3339(time, time_text_ = '"');
    time_text_ += '"';
  }
  line += time_text_;
}

void EventEncoder::append_head(const Record& event, std::string& line) {
  line += R"({"v":1,"@timestamp":)";
  if (event.timestamp) {
    append_time(*event.timestamp, line);
  } else {
    line += "null";
  }
  append_number(event.sequence, line += R"(,"event":{"sequence":)");
  append_time(event.created, line += R"(,"created":)");
  line += R"(,"kind":"event","category":["network"],"type":["info"],"action":")";
  line += to_text(event.action);
  line += observer_;
}

void EventEncoder::append_message(const Record& event, std::string& line) {
  if (!event.message.empty()) return append_string(event.message, line);
  words_.clear();
  append_words(*event.line, words_);
  append_string(words_, line);
}

}  // namespace wgaudit
