#include "wgaudit/record/line_sieve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "wgaudit/base/text.hpp"
#include "wgaudit/record/json_writer.hpp"

namespace wgaudit {
namespace {

constexpr auto npos = std::string_view::npos;

// `2026-11-21T07:13:10.619551Z`
constexpr std::size_t time_length = 27;

// More ids than these are looked for as one: each text costs a pass over all of the records.
constexpr std::size_t most_ids = 16;

/// Several times as fast as std::string_view::find, where what begins the needle is frequent.
std::size_t find(std::string_view text, std::string_view needle, std::size_t from = 0) {
  if (from >= text.size()) return npos;  // and there may be no text at all
  const void* const found =
      ::memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
  if (found == nullptr) return npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// Where the line begins that `at` is in, and that begins at `first` or later.
std::size_t line_begin(std::string_view text, std::size_t first, std::size_t at) {
  const void* const before = ::memrchr(text.data() + first, '\n', at - first);
  if (before == nullptr) return first;
  return static_cast<std::size_t>(static_cast<const char*>(before) - text.data()) + 1;
}

/// Times compare as their texts do; another length is a year that no line can have.
std::string spelt(const std::optional<UtcTime>& time) {
  std::string text = time ? to_rfc3339(*time) : "";
  return text.size() == time_length ? text : "";
}

}  // namespace

LineSieve::LineSieve(const RecordFilter& filter)
    : since_(spelt(filter.since)), until_(spelt(filter.until)) {
  if (filter.peer) add_peer(filter);
  if (filter.source) needed_.push_back({R"("ip":")" + common_text(*filter.source)});
  Texts& kinds = needed_.emplace_back();
  for (const RecordKind& kind : filter.kinds) {
    kinds.push_back(fmt::format(R"("action":"{}")", to_text(kind)));
  }
  if (kinds.empty()) needed_.pop_back();
  if (!filter.interface.empty()) {
    needed_.push_back({R"(interface":)" + json_string(to_printable(filter.interface.view()))});
  }
}

void LineSieve::add_peer(const RecordFilter& filter) {
  const PeerSelector& peer = *filter.peer;
  Texts& texts = needed_.emplace_back();
  texts.push_back(R"("name":)" + json_string(peer.text()));
  if (peer.may_be_key()) texts.push_back(R"("public_key":")" + peer.text());
  std::set<PeerId> ids;
  if (peer.id()) {
    ids.insert(*peer.id());
    texts.emplace_back(R"("contradiction":)");
  }
  for (const SettledEvents& events : filter.settled) ids.insert(events.id);
  if (ids.size() > most_ids) {
    texts.emplace_back(R"("peer":{"id":)");
    return;
  }
  for (const PeerId id : ids) {
    texts.push_back(fmt::format(R"("peer":{{"id":{})", static_cast<std::uint64_t>(id)));
  }
}

void LineSieve::search(std::string_view text) {
  text_ = text;
  used_ = 0;
  found_.assign(needed_.empty() ? 0 : needed_.front().size(), 0);
  for (std::size_t i = 0; i < found_.size(); ++i) found_[i] = find(text_, needed_.front()[i]);
}

std::string_view LineSieve::next() {
  while (used_ < text_.size()) {
    const std::size_t candidate = next_candidate();
    if (candidate == npos) break;
    const std::size_t begin = line_begin(text_, used_, candidate);
    const std::size_t end = std::min(text_.find('\n', candidate), text_.size());
    used_ = end + 1;
    const std::string_view line = text_.substr(begin, end - begin);
    if (!line.empty() && may_be_wanted(line)) return line;
  }
  used_ = text_.size();
  return {};
}

/// Where in text_ the next line is that holds one of the first part's texts.
std::size_t LineSieve::next_candidate() {
  if (needed_.empty()) return used_;
  const Texts& texts = needed_.front();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (found_[i] < used_) found_[i] = find(text_, texts[i], used_);
  }
  return *std::min_element(found_.begin(), found_.end());
}

bool LineSieve::may_be_wanted(std::string_view line) const {
  const auto holds = [&](const std::string& text) { return find(line, text) != npos; };
  return is_in_time(line) && std::all_of(needed_.begin() + (needed_.empty() ? 0 : 1), needed_.end(),
                                         [&](const Texts& texts) {
                                           return std::any_of(texts.begin(), texts.end(), holds);
                                         });
}

bool LineSieve::is_in_time(std::string_view line) const {
  if (since_.empty() && until_.empty()) return true;
  constexpr std::string_view name = R"("created":")";
  const std::size_t found = find(line, name);
  if (found == npos) return true;
  const std::string_view created = line.substr(found + name.size(), time_length);
  return created >= since_ && (until_.empty() || created < until_);
}

}  // namespace wgaudit
