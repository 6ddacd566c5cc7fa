#include "commands/exporter.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#include "shell/journal/segment_stream.hpp"
#include "shell/journal/segments.hpp"
#include "shell/system/io_error.hpp"

namespace wgaudit {
namespace {

using Json = nlohmann::ordered_json;

/// Addresses within the tunnels are known from endpoints by their key.
bool is_within_tunnels(std::string_view key) {
  return key == "allowed_ips";
}

void replace_in(Json& json, const Pseudonyms& pseudonyms) {
  if (json.is_string()) {
    json = pseudonyms.replace_in(json.get_ref<const std::string&>());
  } else if (json.is_object()) {
    for (auto& [key, value] : json.items()) {
      if (!is_within_tunnels(key)) replace_in(value, pseudonyms);
    }
  } else if (json.is_array()) {
    for (Json& value : json) replace_in(value, pseudonyms);
  }
}

}  // namespace

std::size_t export_journal(const std::filesystem::path& journal, const Pseudonyms& pseudonyms,
                           const std::function<void(const std::string&)>& print) {
  std::size_t unreadable = 0;
  const auto segments = require_segments(journal, Stream::journal);
  if (segments.empty())
    throw io_error(journal, "there is no journal; name its folder with --journal");
  for (const Segment& segment : segments) {
    const auto text = open_segment(segment.path);
    if (!text) throw io_error(segment.path, "cannot be read");
    for (std::string line; std::getline(*text, line);) {
      Json record = Json::parse(line, nullptr, false);
      if (!record.is_object()) {
        ++unreadable;
        continue;
      }
      record.erase("chain");
      record.erase("seal");
      replace_in(record, pseudonyms);
      print(record.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    if (text->bad()) throw io_error(segment.path, "cannot be read to its end");
  }
  return unreadable;
}

}  // namespace wgaudit
