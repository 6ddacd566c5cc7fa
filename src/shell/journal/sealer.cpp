#include "shell/journal/sealer.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "shell/journal/segment_stream.hpp"
#include "shell/journal/segments.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

/// The digest of a segment's lines; nothing where it cannot be read.
std::optional<Hash> digest_of(const std::filesystem::path& path) {
  const auto text = open_segment(path);
  if (!text) return std::nullopt;
  std::string bytes(1U << 20U, '\0');
  Sha256 hash;
  do {
    text->read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    hash.add(std::string_view(bytes).substr(0, static_cast<std::size_t>(text->gcount())));
  } while (*text);
  return text->bad() ? std::nullopt : std::optional(hash.finish());
}

/// The key that the last seal names would be taken for one that fits none, and destroyed.
[[noreturn]] void fail(const std::filesystem::path& segment) {
  throw SetupError(
      fmt::format("{}: cannot be read, and the last seal of the journal may be in it; mend it, or "
                  "move it away to go on with other keys",
                  segment.string()),
      EX_IOERR);
}

}  // namespace

Sealer::Sealer(std::filesystem::path journal, std::function<void(const HeldLink&)> tell)
    : journal_(std::move(journal)), tell_(std::move(tell)) {}

std::optional<Sealer::NewKeys> Sealer::open(std::uint64_t last_sequence) {
  const auto last = find_last(last_sequence);
  keys_.open(journal_ / "seal.key", last ? std::optional(last->seal.epoch) : std::nullopt);
  const SealKey key = keys_.key().public_key();
  if (!last) return NewKeys{key, false};
  if (keys_.epoch() == last->seal.epoch) {
    written_ = last->held;
    return std::nullopt;
  }
  tell_(last->held);  // a run that was killed may not have come to it
  return key == last->seal.next_key ? std::nullopt : std::optional(NewKeys{key, true});
}

/// The last, and the last segment of the events that is in any, as far back as need be: while a
/// disk refuses, segments can end without a seal.
std::optional<Sealer::Found> Sealer::find_last(std::uint64_t last_sequence) {
  auto segments = require_segments(journal_, Stream::journal);
  segments.insert(segments.begin(), {seals_path(journal_), 0});
  const bool has_closed_events = require_segments(journal_, Stream::events).size() > 1;
  std::optional<Found> last;
  for (; !segments.empty(); segments.pop_back()) {
    const auto text = open_segment(segments.back().path);
    const bool is_none = !text && errno == ENOENT && segments.size() == 1;
    if (!text && !is_none) fail(segments.back().path);
    std::optional<Found> last_here;
    for (std::string line; text && std::getline(*text, line);) {
      const auto held = parse_held_link(line);
      if (!held || held->sequence > last_sequence) continue;
      const auto sealed = seal_of(line);
      if (!sealed) continue;
      last_here = Found{sealed->seal, *held};
      for (const auto& [first, digest] : sealed->seal.events) {
        last_events_ = std::max(last_events_, first);
      }
    }
    if (text && text->bad()) fail(segments.back().path);
    if (!last) last = last_here;
    if (last && (last_events_ != 0 || !has_closed_events)) break;
  }
  return last;
}

bool Sealer::is_ready() {
  return !written_ && keys_.prepare_next() != nullptr;
}

std::string Sealer::seal(std::string_view object, const Hash& head) {
  digest_events();
  Seal seal{keys_.epoch(), head, {}, keys_.key().public_key(), keys_.prepare_next()->public_key()};
  for (const auto& [first, digest] : digests_) seal.events.push_back({first, digest});
  const std::string text = text_to_sign(object, seal);
  return sealed_object(text, keys_.key().sign(text));
}

void Sealer::on_written(const HeldLink& sealed) {
  written_ = sealed;
  if (!digests_.empty()) last_events_ = digests_.rbegin()->first;
  digests_.clear();
}

void Sealer::on_synced() {
  if (!written_ || !keys_.begin_next()) return;
  tell_(*std::exchange(written_, std::nullopt));
}

void Sealer::digest_events() {
  auto segments = list_stored_segments(journal_, Stream::events);
  if (!segments.empty()) segments.pop_back();  // the open one
  std::map<std::uint64_t, Hash> digests;       // without those that are deleted
  for (const Segment& segment : segments) {
    const std::uint64_t first = segment.first_sequence;
    if (first <= last_events_) continue;
    const auto known = digests_.find(first);
    const auto digest =
        known != digests_.end() ? std::optional(known->second) : digest_of(segment.path);
    if (!digest) break;  // they are sealed in their order
    digests[first] = *digest;
  }
  digests_ = std::move(digests);
}

}  // namespace wgaudit
