#include "wgaudit/integrity/journal_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "wgaudit/base/saturating.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

using std::chrono::days;

// A step is noticed within a second or two; records before that have the new time already.
constexpr std::chrono::seconds notice_lag{2};

std::size_t index_of(Stream stream) {
  return static_cast<std::size_t>(stream);
}

}  // namespace

void JournalCheck::on_kept_line(std::string_view line) {
  const Fault here{Stream::journal, "seals.jsonl", ++kept_lines_, 0, sequence_of(line), {}, {}};
  chain_.on_kept_line(line, here);
}

void JournalCheck::begin_segment(Stream stream, std::string name, std::uint64_t first_sequence) {
  here_ = {stream, std::move(name), 0, positions_[index_of(stream)], {}, {}, {}};
  segment_begin_ = here_;
  segment_first_ = first_sequence;
  is_first_record_ = true;
}

void JournalCheck::on_line(std::string_view line) {
  ++here_.line;
  here_.position = ++positions_[index_of(here_.stream)];
  here_.sequence.reset();
  const auto record = parse_record(line);
  if (record) {
    on_record(*record);
  } else {
    add(FaultKind::edited, fmt::format("is no record: {}", record.error()));
  }
  if (here_.stream == Stream::events) {
    digest_.add(line);
    digest_.add("\n");
  } else {
    chain_.on_line(line, here_, record ? std::optional(record->created) : std::nullopt);
  }
}

void JournalCheck::on_unfinished_line() {
  ++here_.line;
  here_.position = ++positions_[index_of(here_.stream)];
  here_.sequence.reset();
  add(FaultKind::removed, "is not finished");
}

void JournalCheck::end_segment() {
  if (here_.stream != Stream::events) return;
  chain_.on_events_segment(segment_first_, segment_begin_, here_, digest_.finish());
}

void JournalCheck::on_record(const Record& record) {
  ++report_.records;
  here_.sequence = record.sequence;
  if (record.stream() != here_.stream) {
    return add(FaultKind::inserted, "is a record of the other stream");
  }
  const bool is_first = std::exchange(is_first_record_, false);
  if (here_.stream == Stream::journal && report_.first_sequence == 0) {
    report_.first_sequence = record.sequence;
    if (record.sequence > 1) begin_ = record.created;
  }
  if (is_first && record.sequence != segment_first_) {
    doubts_.push_back(
        fault_at(here_, FaultKind::edited,
                 fmt::format("is the first, and the segment's name says {}", segment_first_)));
  }
  const bool is_behind_whole =
      here_.position == 1 || here_.stream == Stream::events || chain_.is_behind_seal();
  numbers_.on_number(here_, record.sequence, record.created,
                     is_first && record.sequence == segment_first_ && is_behind_whole);
  check_time(record);
  sum_up(record);
}

void JournalCheck::check_time(const Record& record) {
  const auto before = std::exchange(created_[index_of(here_.stream)], record.created);
  if (record.is(Action::clock_stepped)) steps_.push_back(record.created);
  if (!before || record.created >= *before) return;
  if (record.is(Action::monitor_started)) return earlier_starts_.push_back(record.created);
  // A smaller step is not recorded.
  if (*before - record.created < least_clock_step) return;
  setbacks_.push_back({fault_at(here_, FaultKind::edited, {}), *before, record.created});
}

void JournalCheck::sum_up(const Record& record) {
  if (const auto* const facts = record.as<CompletenessFacts>()) {
    HandshakeCounts& sum = report_.days[facts->day].handshakes;
    sum.proven = saturating_sum(sum.proven, facts->handshakes.proven);
    sum.printed = saturating_sum(sum.printed, facts->handshakes.printed);
  }
  if (const auto* const loss = record.as<Loss>()) add_loss(record, *loss);
}

void JournalCheck::add_loss(const Record& record, const Loss& loss) {
  const UtcTime when = record.timestamp.value_or(record.created);
  LossSum& sum = report_.days[std::chrono::floor<days>(when)].losses[record.reason];
  ++sum.records;
  sum.count = saturating_sum(sum.count, loss.count.value_or(0));
  if (!loss.numbers) return;
  if (record.reason == to_text(LossReason::journal_deleted)) report_.deleted_by = record.sequence;
  chain_.account_for(*loss.numbers);
  // That records of the journal itself were removed is known, but is a fault nevertheless.
  const bool is_removed = record.reason == to_text(LossReason::records_removed);
  if (is_removed && loss.numbers->stream == Stream::journal) return;
  numbers_.account_for(*loss.numbers);
}

JournalReport JournalCheck::finish() {
  auto& faults = report_.faults;
  const auto take = [&](std::vector<Fault> more) {
    std::move(more.begin(), more.end(), std::back_inserter(faults));
  };
  take(numbers_.finish(begin_));
  Fault end = here_;
  end.sequence = report_.last_sequence = numbers_.last(Stream::journal);
  const auto& broken = numbers_.broken_places();
  take(chain_.finish(end, broken));
  judge_setbacks();
  // Where lines are missing or moved, other doubts follow from that.
  std::copy_if(doubts_.begin(), doubts_.end(), std::back_inserter(faults), [&](const Fault& fault) {
    return !broken.contains({fault.stream, fault.position}) &&
           !broken.contains({fault.stream, fault.position - 1});
  });
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& one, const Fault& other) {
    return std::tie(one.stream, one.position) < std::tie(other.stream, other.position);
  });
  report_.sealed = chain_.sealed_before(faults);
  if (report_.sealed) report_.first_unsealed_event = chain_.first_unsealed_event();
  report_.first_key = chain_.first_key();
  report_.held_before = chain_.held_before();
  return std::move(report_);
}

/// The journal goes back where the step is recorded. In the events, the first record after it can
/// be much later; each step excuses one of them.
void JournalCheck::judge_setbacks() {
  std::vector<UtcTime> excuses = steps_;
  excuses.insert(excuses.end(), earlier_starts_.begin(), earlier_starts_.end());
  for (auto& [place, before, after] : setbacks_) {
    const bool is_event = place.stream == Stream::events;
    const auto excuse =
        std::find_if(excuses.begin(), excuses.end(), [&, &was = before, &is = after](UtcTime step) {
          return step <= is + notice_lag && step < was && (is_event || step >= is - notice_lag);
        });
    if (excuse == excuses.end()) {
      place.what = fmt::format("was recorded at {}, before the one before it ({})",
                               to_rfc3339(after), to_rfc3339(before));
      doubts_.push_back(std::move(place));
    } else if (is_event) {
      excuses.erase(excuse);
    }
  }
}

std::vector<std::string> lines_for_beginning(const JournalReport& report) {
  std::vector<std::string> lines;
  if (report.first_sequence <= 1) return lines;
  lines.push_back(fmt::format("begins with record {}", report.first_sequence));
  if (report.deleted_by) {
    const bool is_sealed = report.sealed && *report.deleted_by < report.sealed->last_sequence;
    lines.back() +=
        fmt::format(": record {} says that those before it were deleted{}", *report.deleted_by,
                    is_sealed ? "" : ", and no seal is behind that");
  }
  if (report.held_before != 0) {
    lines.push_back(
        fmt::format("kept elsewhere, and from before it: {} lines", report.held_before));
  }
  return lines;
}

std::vector<std::string> lines_for(std::chrono::sys_days day, const DayFigures& figures) {
  const auto& [proven, printed] = figures.handshakes;
  std::vector<std::string> lines;
  if (proven != 0) {
    lines.push_back(fmt::format("{}: {} handshakes proven, {} printed ({:.1f} %)", to_date(day),
                                proven, printed,
                                100 * static_cast<double>(printed) / static_cast<double>(proven)));
  }
  for (const auto& [reason, sum] : figures.losses) {
    std::string line = fmt::format("{}: lost: {}", to_date(day), reason);
    if (sum.count != 0) line += fmt::format(" {}", sum.count);
    lines.push_back(line + fmt::format(", {} record{}", sum.records, sum.records == 1 ? "" : "s"));
  }
  return lines;
}

}  // namespace wgaudit
