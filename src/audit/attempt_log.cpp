#include "wgaudit/audit/attempt_log.hpp"

#include <utility>

namespace wgaudit {
namespace {

constexpr std::size_t max_sources = 64;
constexpr std::size_t max_series = 1024;

void add(AttemptFacts& sum, const AttemptFacts& more) {
  if (sum.count == 0) sum.first = more.first;
  sum.count += more.count;
  sum.last = more.last;
  sum.tries = more.tries;
  sum.error = more.error;
}

}  // namespace

std::size_t AttemptLog::SourceHash::operator()(const AttemptSource& source) const noexcept {
  std::size_t hash = std::hash<InterfaceName>{}(source.interface);
  hash = hash * 31 + static_cast<std::size_t>(source.cause);
  hash = hash * 31 + static_cast<std::size_t>(source.peer.value_or(PeerId{}));
  return hash * 31 + (source.endpoint ? std::hash<Endpoint>{}(*source.endpoint) : 0);
}

void AttemptLog::note(const Attempt& attempt) {
  const AttemptSource& source = attempt.source;
  AttemptSource place = source;
  if (place.peer) place.endpoint.reset();  // a peer that moves is the same source
  const bool is_known = series_.contains(place);
  if (!is_known) place = place_for(place);
  const auto [found, is_new] = series_.try_emplace(place);
  Series& series = found->second;
  if (is_new) ++group_sizes_[{place.interface, place.cause}];
  series.unreported.of_other_sources =
      place.peer != source.peer || (!source.peer && place.endpoint != source.endpoint);
  if (!series.unreported.of_other_sources) series.endpoint = source.endpoint;
  const bool is_first = series.unreported.count == 0;
  series.peer = is_first ? attempt.peer : common(series.peer, attempt.peer);
  add(series.unreported, attempt.facts);
}

void AttemptLog::settle(const AttemptSource& source, Instant now) {
  const auto found = series_.find({source.interface, source.cause, {}, source.peer});
  if (found != series_.end()) found->second.window.cut_short(now);
}

std::vector<Attempt> AttemptLog::take(Instant now) {
  std::vector<Attempt> due;
  std::vector<AttemptSource> over;
  for (auto& [source, series] : series_) {
    if (!series.window.is_due(now)) continue;
    if (series.window.take(series.unreported.count != 0, now)) {
      due.push_back(take_unreported(source, series));
    } else {
      over.push_back(source);
    }
  }
  for (const AttemptSource& source : over) end(source);
  return due;
}

std::vector<Attempt> AttemptLog::flush() {
  std::vector<Attempt> all;
  for (auto& [source, series] : series_) {
    if (series.unreported.count != 0) all.push_back(take_unreported(source, series));
  }
  return all;
}

Attempt AttemptLog::take_unreported(const AttemptSource& source, Series& series) {
  return {{source.interface, source.cause, series.endpoint, source.peer},
          std::exchange(series.unreported, {}),
          series.peer};
}

/// The source itself while there is room, then all of its interface and cause, then all of its
/// cause: interface names can be forged too.
AttemptSource AttemptLog::place_for(const AttemptSource& source) const {
  const auto group = group_sizes_.find({source.interface, source.cause});
  const bool group_is_full = group != group_sizes_.end() && group->second >= max_sources;
  if (series_.size() >= max_series) return {{}, source.cause, {}, {}};
  if (group_is_full) return {source.interface, source.cause, {}, {}};
  return source;
}

void AttemptLog::end(const AttemptSource& source) {
  const auto group = group_sizes_.find({source.interface, source.cause});
  if (--group->second == 0) group_sizes_.erase(group);
  series_.erase(source);
}

}  // namespace wgaudit
