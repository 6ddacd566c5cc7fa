#include "wgaudit/record/event_encoder.hpp"

#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "wgaudit/base/text.hpp"
#include "wgaudit/record/words.hpp"

namespace wgaudit {
namespace {

using Json = nlohmann::ordered_json;

// More than nearly every event takes; for the others room is made.
constexpr std::size_t first_room = 2048;

constexpr std::size_t longest_number = 24;

/// Writes into room that is kept from line to line.
class Line {
 public:
  /// `words` is for what others write.
  Line(std::string& room, std::string& words) : room_(room), words_(words) {
    if (room_.size() < first_room) room_.resize(first_room);
    next_ = room_.data();
    end_ = next_ + room_.size();
  }

  void put(std::string_view text) {
    need(text.size());
    std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
  }

  /// Of a length that is known when this is compiled.
  template <std::size_t size>
  void put(const char (&text)[size]) {
    need(size);
    std::memcpy(next_, text, size - 1);
    next_ += size - 1;
  }

  void put(char c) {
    need(1);
    *next_++ = c;
  }

  template <typename Number>
  void put_number(Number number) {
    need(longest_number);
    next_ = std::to_chars(next_, next_ + longest_number, number).ptr;
  }

  /// Between quotes. What is not plain is left to the library, byte for byte as it would write it.
  void put_string(std::string_view text) {
    if (is_plain(text)) return put_plain(text);
    put(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  /// Between quotes, what is_plain.
  void put_plain(std::string_view text) {
    need(text.size() + 2);
    *next_++ = '"';
    std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
    *next_++ = '"';
  }

  /// Between quotes and printable.
  void put_shown(std::string_view text) {
    const bool is_shown_as_is = text.size() <= max_printable && is_plain(text);
    is_shown_as_is ? put_plain(text) : put_string(to_printable(text));
  }

  /// Between quotes, by the value's own append_text.
  template <typename Value>
  void put_text_of(const Value& value) {
    words_.clear();
    append_text(value, words_);
    put_plain(words_);
  }

  std::string_view written() const {
    return {room_.data(), static_cast<std::size_t>(next_ - room_.data())};
  }

 private:
  void need(std::size_t size) {
    if (static_cast<std::size_t>(end_ - next_) < size) grow(size);
  }

  void grow(std::size_t size) {
    const std::size_t used = written().size();
    room_.resize(2 * (used + size));
    next_ = room_.data() + used;
    end_ = room_.data() + room_.size();
  }

  std::string& room_;
  std::string& words_;
  char* next_;
  char* end_;
};

/// The members of one object: each name is given with quotes and colon.
class Members {
 public:
  explicit Members(Line& line) : line_(line) { line_.put('{'); }

  template <std::size_t size>
  Line& add(const char (&name)[size]) {
    if (!is_first_) line_.put(',');
    is_first_ = false;
    line_.put(name);
    return line_;
  }

  template <std::size_t size, typename Number>
  void add_number(const char (&name)[size], const std::optional<Number>& number) {
    if (number) add(name).put_number(*number);
  }

  template <std::size_t size>
  void add_text(const char (&name)[size], std::string_view text) {
    if (!text.empty()) add(name).put_shown(text);
  }

  void end() { line_.put('}'); }

 private:
  Line& line_;
  bool is_first_ = true;
};

void put_peer(const PeerFacts& peer, Line& line) {
  Members members(line);
  if (peer.id) members.add(R"("id":)").put_number(static_cast<std::uint64_t>(*peer.id));
  if (peer.public_key) members.add(R"("public_key":)").put_text_of(*peer.public_key);
  if (!peer.name.empty()) members.add(R"("name":)").put_string(peer.name);
  if (peer.identity) members.add(R"("identity":)").put_plain(to_text(*peer.identity));
  if (!peer.candidates.empty()) {
    char separator = '[';
    members.add(R"("candidates":)");
    for (const PublicKey& key : peer.candidates) {
      line.put(std::exchange(separator, ','));
      line.put_text_of(key);
    }
    line.put(']');
  }
  members.end();
}

void add_line(const KernelEvent& said, Members& members) {
  if (said.keypair) {
    members.add(R"("keypair":)").put_number(static_cast<std::uint64_t>(*said.keypair));
  }
  if (said.address) members.add(R"("address":)").put_text_of(*said.address);
  members.add_number(R"("nonce":)", said.nonce);
  members.add_number(R"("nonce_max":)", said.nonce_max);
  members.add_number(R"("count":)", said.count);
  members.add_number(R"("attempt":)", said.attempt);
  members.add_number(R"("seconds":)", said.seconds);
  members.add_number(R"("error":)", said.error);
  members.add_text(R"("previous_interface":)", said.previous_interface);
  members.add_text(R"("text":)", said.text);
}

void put_source(const Endpoint& endpoint, Line& line) {
  Members members(line);
  members.add(R"("ip":)").put_text_of(endpoint.address);
  members.add(R"("port":)").put_number(endpoint.port);
  members.add_text(R"("zone":)", endpoint.zone_view());
  members.end();
}

void put_wireguard(const Record& event, const EventBody& body, Line& line) {
  Members members(line);
  members.add_text(R"("interface":)", event.interface.view());
  if (body.peer) put_peer(*body.peer, members.add(R"("peer":)"));
  const auto& endpoint = body.line.endpoint;
  if (endpoint && endpoint->is_none()) members.add(R"("endpoint":null)");
  add_line(body.line, members);
  if (body.stamp) members.add(R"("printk_microseconds":)").put_number(body.stamp->count());
  if (body.repeated != 1) members.add(R"("repeated":)").put_number(body.repeated);
  members.end();
}

}  // namespace

EventEncoder::EventEncoder(const Observer& observer) {
  Json json = {{"hostname", to_printable(observer.hostname)}};
  if (!observer.boot_id.empty()) json["boot_id"] = observer.boot_id;
  observer_ = R"("},"observer":)" + json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void EventEncoder::append(const Record& event, std::string& text) {
  const auto& body = std::get<EventBody>(event.body);
  Line line(scratch_, words_);
  line.put(R"({"v":1,"@timestamp":)");
  line.put(event.timestamp ? time_text(*event.timestamp) : std::string_view("null"));
  line.put(R"(,"event":{"sequence":)");
  line.put_number(event.sequence);
  line.put(R"(,"created":)");
  line.put(time_text(event.created));
  line.put(R"(,"kind":"event","category":["network"],"type":["info"],"action":")");
  line.put(to_text(event.action));
  line.put(std::string_view(observer_));
  if (const auto& endpoint = body.line.endpoint; endpoint && !endpoint->is_none()) {
    line.put(R"(,"source":)");
    put_source(*endpoint, line);
  }
  line.put(R"(,"wireguard":)");
  put_wireguard(event, body, line);
  line.put(R"(,"message":)");
  line.put_string(words_of(event));
  line.put('}');
  text += line.written();
}

/// Between quotes; valid until the next call.
std::string_view EventEncoder::time_text(UtcTime time) {
  if (time != time_ || time_text_.empty()) {
    time_ = time;
    append_rfc3339(time, time_text_ = '"');
    time_text_ += '"';
  }
  return time_text_;
}

std::string_view EventEncoder::words_of(const Record& event) {
  if (!event.message.empty()) return event.message;
  words_.clear();
  append_words(std::get<EventBody>(event.body).line, {}, words_);
  return words_;
}

}  // namespace wgaudit
