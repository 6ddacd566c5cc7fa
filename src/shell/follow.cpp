#include "shell/follow.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "shell/segments.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

struct Line {
  UtcTime created;
  std::string text;
};

/// Reads from the oldest segment where a beginning is named, else from the last one.
JournalReader reader_of(const std::filesystem::path& folder, Stream stream, bool from_oldest) {
  const auto segments = list_segments(folder, stream);
  if (segments.empty() && stream == Stream::journal) {
    throw SetupError(fmt::format("{}: there is no journal that can be read here; name its folder "
                                 "with --journal",
                                 folder.string()),
                     EX_UNAVAILABLE);
  }
  const bool first = segments.empty() || from_oldest;
  return JournalReader(folder, stream, first ? 0 : segments.back().first_sequence);
}

/// A name, the beginning of a public key, or a kernel id.
bool is_peer(const Record& record, std::string_view wanted) {
  if (!record.peer) return false;
  const PeerFacts& peer = *record.peer;
  if (peer.name == wanted) return true;
  if (peer.public_key && to_text(*peer.public_key).substr(0, wanted.size()) == wanted) return true;
  return peer.id && parse_number<std::uint64_t>(wanted) == static_cast<std::uint64_t>(*peer.id);
}

}  // namespace

Follower::Follower(const std::filesystem::path& journal, FollowOptions options, UtcTime now)
    : options_(std::move(options)),
      journal_(reader_of(journal, Stream::journal, options_.since.has_value())),
      events_(reader_of(journal, Stream::events, options_.since.has_value())) {
  begin_ = options_.since ? begin_of(*options_.since, now) : now;
}

void Follower::poll(const std::function<void(const std::string&)>& write) {
  std::vector<Line> lines;
  for (JournalReader* reader : {&events_, &journal_}) {
    while (const auto record = reader->next()) {
      if (!is_wanted(*record)) continue;
      lines.push_back({record->created, options_.json
                                            ? reader->line()
                                            : fmt::format("{} {}", to_rfc3339(record->created),
                                                          still_printable(record->message, 4096))});
    }
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.created < b.created; });
  for (const Line& line : lines) write(line.text);
}

bool Follower::is_wanted(const Record& record) const {
  if (record.created < *begin_) return false;
  if (!options_.kind.empty() && to_text(record.action) != options_.kind) return false;
  return options_.peer.empty() || is_peer(record, options_.peer);
}

}  // namespace wgaudit
