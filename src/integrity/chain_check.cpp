#include "wgaudit/integrity/chain_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "wgaudit/base/hex.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view held_begin = "sealed: record ";
constexpr std::string_view held_middle = ", link ";

}  // namespace

std::optional<HeldLink> parse_held_link(std::string_view line) {
  if (const auto sequence = sequence_of(line)) {
    const auto link = link_of(line);
    return link ? std::optional(HeldLink{*sequence, *link}) : std::nullopt;
  }
  const auto begin = line.find(held_begin);
  if (begin == std::string_view::npos) return std::nullopt;
  line.remove_prefix(begin + held_begin.size());
  const auto end = line.find(held_middle);
  if (end == std::string_view::npos) return std::nullopt;
  const auto sequence = parse_number<std::uint64_t>(line.substr(0, end));
  HeldLink held{sequence.value_or(0), {}};
  const auto digits = line.substr(end + held_middle.size(), 2 * held.link.size());
  return sequence && parse_hex(digits, held.link) ? std::optional(held) : std::nullopt;
}

std::string message_for_link(const HeldLink& held) {
  std::string text = fmt::format("{}{}{}", held_begin, held.sequence, held_middle);
  append_hex(held.link, text);
  return text;
}

void ChainCheck::on_events_segment(std::uint64_t first_sequence, Fault begin, Fault end,
                                   const Hash& digest) {
  events_[first_sequence] = {std::move(begin), std::move(end), digest};
}

void ChainCheck::on_line(std::string_view line, const Fault& here, std::optional<UtcTime> created) {
  if (here.position == 1 && here.sequence > 1 && !has_kept_ && (key_ || link_of(line))) {
    breaches_.push_back({1, 1,
                         fault_at(here, FaultKind::segment_missing,
                                  "of what was before it nothing is kept that it follows from")});
  }
  if (first_sequence_ == 0) first_sequence_ = here.sequence.value_or(0);
  const auto sealed = seal_of(line);
  is_behind_seal_ = sealed.has_value();
  if (sealed && created) check_seal(*sealed, here, *created);
  check_held(line, here);
  check_link(line, here);
}

/// A line that does not follow is one fault: the line after it is compared with the link that it
/// carries, or, where it carries none, with the link that it should carry.
void ChainCheck::check_link(std::string_view line, const Fault& here) {
  const auto link = link_of(line);
  auto before = std::exchange(link_, link);
  // After lines without a link the chain begins anew, as it does with the first record of all.
  if (!before && link && (here.sequence == 1 || here.position > 1)) before = no_hash;
  if (!link && key_ && !before && !std::exchange(has_unlinked_, true)) {
    return breach(here.position, here, "carries no link of the chain");
  }
  if (!before) return;
  const Hash expected = expected_link(*before, line);
  if (!link) link_ = expected;
  if (link == expected) return;
  breach(here.position - 1, here,
         link ? "does not follow from the line before it: one of the two is another than was "
                "written, or what was between them is gone"
              : "carries no link of the chain");
}

void ChainCheck::on_kept_line(std::string_view line, const Fault& here) {
  has_kept_ = true;
  link_ = link_of(line);
  if (!link_) breach(here.position, here, "is no line of a journal");
  if (const auto sealed = seal_of(line)) {
    check_key(*sealed, here, here.position);
    note_events(sealed->seal, here.sequence.value_or(0), true);
  }
  check_held(line, here);
}

/// Called before the line's own link is checked.
void ChainCheck::check_seal(const SealedLine& sealed, const Fault& here, UtcTime created) {
  const std::uint64_t first = std::exchange(seal_position_, here.position) + 1;
  const auto breaches = breaches_.size();
  check_key(sealed, here, first);
  if (link_ && sealed.seal.head != *link_) {
    breach(first, here, "seals other lines than those between the seal before it and itself");
  }
  note_events(sealed.seal, here.sequence.value_or(0), false);
  if (breaches_.size() != breaches) return;
  holding_.push_back({here.position, {here.sequence.value_or(0), created, sealed.seal.epoch}});
}

void ChainCheck::check_key(const SealedLine& sealed, const Fault& here, std::uint64_t first) {
  const Seal& seal = sealed.seal;
  const auto before = std::exchange(seal_, seal);
  const auto wanted = before            ? std::optional(before->next_key)
                      : seal.epoch == 0 ? key_
                                        : std::nullopt;
  if (before && seal.epoch != before->epoch + 1) {
    breach(
        first, here,
        fmt::format("is sealed in epoch {}, the seal before it in {}", seal.epoch, before->epoch));
  } else if (wanted && seal.key != *wanted) {
    breach(first, here, "is sealed with another key than was named for its epoch");
  }
  if (!before && key_ && seal.epoch != 0) {
    breach(first, here, "is the first seal, and not of the epoch whose key was given");
  }
  if (!is_signed(sealed)) breach(first, here, "has a seal that its key did not sign");
  if (!first_key_) first_key_ = seal.key;
}

void ChainCheck::note_events(const Seal& seal, std::uint64_t sealed_by, bool is_kept) {
  for (const auto& [first, digest] : seal.events) {
    sealed_events_[first] = {digest, sealed_by, is_kept};
  }
}

/// All closed segments must be sealed, in their order, and missing ones must have been deleted.
void ChainCheck::judge_events() {
  if (sealed_events_.empty()) return;
  for (const auto& [first_sequence, segment] : events_) {
    if (!unread_.contains(first_sequence)) judge_events_segment(first_sequence, segment);
  }
  for (const auto& [first_sequence, sealed] : sealed_events_) {
    const std::uint64_t number = first_sequence;
    if (events_.contains(number) || unread_.contains(number)) continue;
    if (is_accounted_for(number, sealed)) continue;
    const auto what =
        fmt::format("record {} sealed it, and none says that it was deleted", sealed.sealed_by);
    breaches_.push_back({0,
                         0,
                         {Stream::events,
                          fmt::format("events from {} on", number),
                          0,
                          0,
                          {},
                          FaultKind::segment_missing,
                          what}});
  }
}

/// The oldest segments are deleted first. The record of that may have been deleted since; faults in
/// the numbers of the events are found by NumberCheck.
bool ChainCheck::is_accounted_for(std::uint64_t first_sequence, const SealedSegment& sealed) const {
  const bool is_oldest = !events_.empty() && first_sequence < events_.begin()->first;
  if (sealed.is_kept && is_oldest) return true;
  return std::any_of(accounted_.begin(), accounted_.end(), [&](const auto& numbers) {
    return numbers.first <= first_sequence && first_sequence <= numbers.last;
  });
}

void ChainCheck::judge_events_segment(std::uint64_t first_sequence, const EventsSegment& segment) {
  const auto& [begin, end, digest] = segment;
  const auto sealed = sealed_events_.find(first_sequence);
  std::string what;
  if (sealed == sealed_events_.end()) {
    if (first_sequence > sealed_events_.rbegin()->first) return;
    what = "no seal names this segment, and one names a later one";
  } else {
    if (sealed->second.digest == digest) return;
    what = fmt::format("this segment is another than record {} sealed", sealed->second.sealed_by);
  }
  // The first line after it may show what its last lines were.
  breaches_.push_back(
      {begin.position, end.position + 1, fault_at(begin, FaultKind::edited, std::move(what))});
}

void ChainCheck::check_held(std::string_view line, const Fault& here) {
  const std::uint64_t sequence = here.sequence.value_or(0);
  const auto link = link_of(line);
  for (auto held = held_.lower_bound({sequence, {}});
       held != held_.end() && held->sequence == sequence; held = held_.erase(held)) {
    if (held->link == link) continue;
    breach(seal_position_ + 1, here, "is another than was kept elsewhere, or one before it is");
  }
}

/// Adds a fault between the place `first` and here.
void ChainCheck::breach(std::uint64_t first, const Fault& here, std::string what) {
  breaches_.push_back({first, here.position, fault_at(here, FaultKind::edited, std::move(what))});
}

std::vector<Fault> ChainCheck::finish(const Fault& end, const std::set<PlaceOfLine>& known) {
  std::vector<Fault> faults;
  judge_events();
  if (key_ && !seal_)
    breach(end.position, end, "no seal is made with the key that was given, or all are taken away");
  for (auto& [first, last, fault] : breaches_) {
    const auto next = known.lower_bound({fault.stream, first});
    const bool is_explained =
        next != known.end() && next->first == fault.stream && next->second <= last;
    if (!is_explained) faults.push_back(std::move(fault));
  }
  for (const HeldLink& held : held_) {
    if (held.sequence < first_sequence_) {  // it went with its segment
      ++held_before_;
      continue;
    }
    const bool is_behind = held.sequence > end.sequence.value_or(0);
    faults.push_back(
        fault_at(end, is_behind ? FaultKind::cut_off : FaultKind::removed,
                 fmt::format("record {}, which was kept elsewhere, is not there", held.sequence)));
  }
  return faults;
}

std::optional<SealedPart> ChainCheck::sealed_before(const std::vector<Fault>& faults) const {
  std::uint64_t first = UINT64_MAX;
  for (const Fault& fault : faults) {
    const bool is_before = fault.kind != FaultKind::cut_off;
    if (fault.stream == Stream::journal && is_before) first = std::min(first, fault.position);
  }
  const auto behind = std::find_if(holding_.begin(), holding_.end(),
                                   [&](const auto& seal) { return seal.first >= first; });
  return behind == holding_.begin() ? std::nullopt : std::optional(std::prev(behind)->second);
}

std::optional<std::uint64_t> ChainCheck::first_unsealed_event() const {
  const auto unsealed = sealed_events_.empty()
                            ? events_.begin()
                            : events_.upper_bound(std::prev(sealed_events_.end())->first);
  const auto first = std::find_if(unsealed, events_.end(), [](const auto& entry) {
    return entry.second.begin.position != entry.second.end.position;
  });
  return first == events_.end() ? std::nullopt : std::optional(first->first);
}

std::string message_for(const SealedPart& sealed, std::uint64_t last_sequence) {
  std::string text = fmt::format("sealed up to record {}, {} (epoch {})", sealed.last_sequence,
                                 to_rfc3339(sealed.created), sealed.epoch);
  if (last_sequence <= sealed.last_sequence) return text;
  return text + fmt::format("; unknown after it: {} records, which nobody vouches for yet",
                            last_sequence - sealed.last_sequence);
}

std::string message_for_unsealed_events(std::uint64_t first_sequence) {
  return fmt::format("events unknown from record {} on: no seal names their segment yet",
                     first_sequence);
}

std::string message_for_first(const SealKey& key) {
  std::string text = "the first seal is by the key ";
  append_hex(key, text);
  return text + ": compare it with one kept elsewhere, or give that with --key";
}

}  // namespace wgaudit
