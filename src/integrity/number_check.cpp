#include "wgaudit/integrity/number_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace wgaudit {
namespace {

std::string spelt(std::uint64_t first, std::uint64_t last) {
  return first == last ? fmt::format("record {} is", first)
                       : fmt::format("records {} to {} are", first, last);
}

}  // namespace

void NumberCheck::on_number(const Fault& here, std::uint64_t sequence, UtcTime created,
                            bool whole_before) {
  StreamState& state = states_[static_cast<std::size_t>(here.stream)];
  const UtcTime since = std::exchange(state.created, created).value_or(created);
  const auto jump = std::exchange(state.jump, std::nullopt);
  if (jump && sequence == jump->last + 1) {
    strays_.push_back(jump->stray);
    strays_.back().fault.what = fmt::format("stands before record {}", sequence);
    state.gaps.pop_back();
    state.last = sequence;
    return;
  }
  if (sequence <= state.last) {
    auto what = fmt::format("comes behind record {}", state.last);
    strays_.push_back({fault_at(here, FaultKind::inserted, std::move(what)), sequence});
    return;
  }
  if (sequence != state.last + 1) {
    const auto kind = whole_before ? FaultKind::segment_missing : FaultKind::removed;
    state.gaps.push_back(
        {fault_at(here, kind, {}), {here.stream, state.last + 1, sequence - 1}, since});
    state.jump = {{fault_at(here, FaultKind::inserted, {}), sequence}, state.last};
  }
  state.last = sequence;
}

std::vector<Fault> NumberCheck::finish(std::optional<UtcTime> begin) {
  std::vector<Fault> faults;
  std::erase_if(states_[static_cast<std::size_t>(Stream::events)].gaps,
                [&](const Gap& gap) { return begin && gap.since < *begin; });
  judge_strays(faults);
  std::sort(accounted_.begin(), accounted_.end(),
            [](const auto& one, const auto& other) { return one.first < other.first; });
  for (const StreamState& state : states_) judge_gaps(state.gaps, faults);
  return faults;
}

/// A stray record that is missing elsewhere was moved.
void NumberCheck::judge_strays(std::vector<Fault>& faults) {
  std::set<std::pair<Stream, std::uint64_t>> moved;
  for (auto& [fault, sequence] : strays_) {
    const auto& gaps = of(fault.stream).gaps;
    const auto behind = std::upper_bound(
        gaps.begin(), gaps.end(), sequence,
        [](std::uint64_t number, const Gap& gap) { return number < gap.numbers.first; });
    const bool is_missed = behind != gaps.begin() && sequence <= std::prev(behind)->numbers.last;
    if (is_missed && moved.emplace(fault.stream, sequence).second) {
      fault.kind = FaultKind::reordered;
      account_for({fault.stream, sequence, sequence});
      mark(std::prev(behind)->fault);
    }
    mark(fault);
    faults.push_back(std::move(fault));
  }
}

/// Removes from each gap the numbers that records explain.
void NumberCheck::judge_gaps(const std::vector<Gap>& gaps, std::vector<Fault>& faults) {
  for (const auto& [place, gap, since] : gaps) {
    std::uint64_t next = gap.first;
    const auto tell = [&, &at = place](std::uint64_t last) {
      mark(at);
      faults.push_back(at);
      faults.back().what =
          fmt::format("before it, {} missing and no record says why", spelt(next, last));
    };
    for (const MissingNumbers& known : accounted_) {
      if (known.stream != gap.stream || known.last < next || known.first > gap.last) continue;
      if (known.first > next) tell(known.first - 1);
      next = std::min(known.last, gap.last) + 1;
      if (next > gap.last) break;
    }
    if (next <= gap.last) tell(gap.last);
  }
}

}  // namespace wgaudit
