#include "shell/sealer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "shell/file.hpp"
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

void Sealer::restore(const Seal& seal) {
  last_epoch_ = seal.epoch;
  if (!seal.events.empty()) last_events_ = seal.events.back().first_sequence;
}

std::optional<SealKey> Sealer::open() {
  keys_.open(journal_ / "seal.key", last_epoch_);
  return keys_.are_new() ? std::optional(keys_.key().public_key()) : std::nullopt;
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
