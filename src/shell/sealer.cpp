#include "shell/sealer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "shell/file.hpp"
#include "shell/segment_stream.hpp"
#include "shell/segments.hpp"

namespace wgaudit {
namespace {

/// Of a file's bytes; nothing where it cannot be read.
std::optional<Hash> digest_of(const std::filesystem::path& path) {
  constexpr std::size_t part = 1U << 20U;
  const FileDescriptor file = open_file(path, O_RDONLY);
  if (!file.is_open()) return std::nullopt;
  std::string bytes(part, '\0');
  Sha256 hash;
  for (;;) {
    const ssize_t size = ::read(file.get(), bytes.data(), bytes.size());
    if (size < 0) return std::nullopt;
    if (size == 0) return hash.finish();
    hash.add(std::string_view(bytes).substr(0, static_cast<std::size_t>(size)));
  }
}

}  // namespace

Sealer::Sealer(std::filesystem::path journal, std::function<void(const HeldLink&)> tell)
    : journal_(std::move(journal)), tell_(std::move(tell)) {}

std::optional<SealKey> Sealer::open(std::uint64_t last_sequence) {
  const auto last = find_last(last_sequence);
  if (last && !last->seal.events.empty()) last_events_ = last->seal.events.back().first_sequence;
  keys_.open(journal_ / "seal.key", last ? std::optional(last->seal.epoch) : std::nullopt);
  if (keys_.are_new()) return keys_.key().public_key();
  if (last && keys_.epoch() == last->seal.epoch) written_ = last->held;
  return std::nullopt;
}

/// While a disk refuses, segments can end without one: it is looked for as far back as need be.
std::optional<Sealer::Found> Sealer::find_last(std::uint64_t last_sequence) const {
  auto segments = list_stored_segments(journal_, Stream::journal);
  for (; !segments.empty(); segments.pop_back()) {
    const auto text = open_segment(segments.back().path);
    std::optional<Found> last;
    for (std::string line; text && std::getline(*text, line);) {
      const auto held = parse_held_link(line);
      if (!held || held->sequence > last_sequence) continue;
      if (const auto sealed = seal_of(line)) last = Found{sealed->seal, *held};
    }
    if (last) return last;
  }
  return std::nullopt;
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
  auto segments = list_segments(journal_, Stream::events);
  if (!segments.empty()) segments.pop_back();  // the open one
  std::map<std::uint64_t, Hash> digests;       // without those that are deleted
  for (const Segment& segment : segments) {
    const std::uint64_t first = segment.first_sequence;
    if (first <= last_events_) continue;
    const auto known = digests_.find(first);
    const auto digest =
        known != digests_.end() ? std::optional(known->second) : digest_of(segment.path);
    if (digest) digests[first] = *digest;
  }
  digests_ = std::move(digests);
}

}  // namespace wgaudit
