#include "wgaudit/audit/journal_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "wgaudit/audit/record_json.hpp"
#include "wgaudit/base/hex.hpp"
#include "wgaudit/base/saturating.hpp"
#include "wgaudit/base/wall_clock.hpp"

namespace wgaudit {
namespace {

using std::chrono::days;

// A step is noticed within a second or two, and what comes before that has the new time already.
constexpr std::chrono::seconds notice_lag{2};

std::string spelt(std::uint64_t first, std::uint64_t last) {
  return first == last ? fmt::format("record {} is", first)
                       : fmt::format("records {} to {} are", first, last);
}

}  // namespace

void JournalCheck::begin_segment(Stream stream, std::string name, std::uint64_t first_sequence) {
  stream_ = stream;
  segment_ = std::move(name);
  segment_first_ = first_sequence;
  line_ = 0;
  sequence_.reset();
  is_first_record_ = true;
}

void JournalCheck::on_line(std::string_view line) {
  ++line_;
  sequence_.reset();
  const auto record = parse_record(line);
  if (!record) {
    report_.faults.push_back(fault(fmt::format("is no record: {}", record.error())));
  } else {
    on_record(*record);
    if (stream_ == Stream::journal) {
      check_seal(line, *record);
      check_held(line);
    }
  }
  if (stream_ == Stream::journal) check_link(line);
}

void JournalCheck::on_unfinished_line() {
  ++line_;
  sequence_.reset();
  report_.faults.push_back(fault("is not finished"));
}

void JournalCheck::on_record(const Record& record) {
  ++report_.records;
  sequence_ = record.sequence;
  if (record.stream() != stream_) {
    report_.faults.push_back(fault("is a record of the other stream"));
    return;
  }
  if (std::exchange(is_first_record_, false) && record.sequence != segment_first_) {
    report_.faults.push_back(
        fault(fmt::format("is the first, and the segment's name says {}", segment_first_)));
  }
  check_number(record.sequence);
  check_time(record);
  sum_up(record);
}

/// A line that does not follow tells once: what comes behind it is held against the link that it
/// carries, and, where it carries none, against the one that it should.
void JournalCheck::check_link(std::string_view line) {
  const auto link = link_of(line);
  auto before = std::exchange(link_, link);
  if (!before && link && sequence_ == 1) before = no_hash;
  if (!before) return;
  const Hash expected = expected_link(*before, line);
  if (!link) link_ = expected;
  if (link == expected) {
    ++report_.chained;
  } else {
    report_.faults.push_back(fault(link ? "does not follow from the line before it: one of the two "
                                          "was changed, or what was between them was taken away"
                                        : "carries no link of the chain"));
  }
}

/// Before the line's own link is checked.
void JournalCheck::check_seal(std::string_view line, const Record& record) {
  const auto sealed = seal_of(line);
  if (!sealed) return;
  const Seal& seal = sealed->seal;
  const auto before = std::exchange(seal_, seal);
  const auto wanted = before            ? std::optional(before->next_key)
                      : seal.epoch == 0 ? key_
                                        : std::nullopt;
  const auto faults = report_.faults.size();
  const auto add = [&](std::string what) { report_.faults.push_back(fault(std::move(what))); };
  if (before && seal.epoch != before->epoch + 1) {
    add(fmt::format("is sealed in epoch {}, the seal before it in {}", seal.epoch, before->epoch));
  } else if (wanted && seal.key != *wanted) {
    add("is sealed with another key than was named for its epoch");
  }
  if (!is_signed(*sealed)) add("has a seal that its key did not sign");
  if (link_ && seal.head != *link_) add("seals other lines than those before it");
  if (!report_.first_key) report_.first_key = seal.key;
  if (report_.faults.size() != faults) return;
  report_.sealed = {record.sequence, record.created, seal.epoch};
}

void JournalCheck::hold(std::string line) {
  if (const auto sequence = sequence_of(line)) held_[*sequence] = std::move(line);
}

void JournalCheck::check_held(std::string_view line) {
  const auto held = held_.find(sequence_.value_or(0));
  if (held == held_.end()) return;
  if (held->second != line) report_.faults.push_back(fault("is another than was kept elsewhere"));
  held_.erase(held);
}

void JournalCheck::judge_held() {
  for (const auto& [sequence, line] : held_) {
    report_.faults.push_back(
        fault(fmt::format("is not followed by record {}, which was kept elsewhere", sequence)));
  }
}

void JournalCheck::check_number(std::uint64_t sequence) {
  std::uint64_t& last = state().last;
  if (sequence <= last) {
    report_.faults.push_back(fault(fmt::format("comes behind record {}", last)));
    return;
  }
  if (sequence - last != 1) {
    gaps_.push_back({fault({}), {stream_, last + 1, sequence - 1}});
  }
  last = sequence;
}

void JournalCheck::check_time(const Record& record) {
  std::optional<UtcTime>& created = state().created;
  const auto before = std::exchange(created, record.created);
  if (record.is(Action::clock_stepped)) steps_.push_back(record.created);
  if (!before || record.created >= *before) return;
  if (record.is(Action::monitor_started)) return earlier_starts_.push_back(record.created);
  // Of a lesser step no record tells.
  if (*before - record.created < least_clock_step) return;
  setbacks_.push_back({fault({}), *before, record.created});
}

void JournalCheck::sum_up(const Record& record) {
  if (record.completeness) {
    HandshakeCounts& sum = report_.days[record.completeness->day].handshakes;
    const HandshakeCounts& counts = record.completeness->handshakes;
    sum.proven = saturating_sum(sum.proven, counts.proven);
    sum.printed = saturating_sum(sum.printed, counts.printed);
  }
  if (!record.loss) return;
  const UtcTime when = record.timestamp.value_or(record.created);
  LossSum& sum = report_.days[std::chrono::floor<days>(when)].losses[record.reason];
  ++sum.records;
  sum.count = saturating_sum(sum.count, record.loss->count.value_or(0));
  if (record.loss->numbers) accounted_.push_back(*record.loss->numbers);
}

JournalReport JournalCheck::finish() {
  report_.last_sequence = states_[static_cast<std::size_t>(Stream::journal)].last;
  judge_gaps();
  judge_setbacks();
  judge_held();
  std::stable_sort(report_.faults.begin(), report_.faults.end(),
                   [](const Fault& one, const Fault& other) {
                     return std::tie(one.stream, one.segment, one.line) <
                            std::tie(other.stream, other.segment, other.line);
                   });
  return std::move(report_);
}

/// What is left of each gap when the numbers that losses name are taken out.
void JournalCheck::judge_gaps() {
  std::sort(accounted_.begin(), accounted_.end(),
            [](const auto& one, const auto& other) { return one.first < other.first; });
  for (const auto& [place, gap] : gaps_) {
    std::uint64_t next = gap.first;
    const auto tell = [&, &at = place](std::uint64_t last) {
      Fault missing = at;
      missing.what = fmt::format("before it, {} missing and no record says why", spelt(next, last));
      report_.faults.push_back(std::move(missing));
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
      report_.faults.push_back(std::move(place));
    } else if (is_event) {
      excuses.erase(excuse);
    }
  }
}

Fault JournalCheck::fault(std::string what) const {
  return {stream_, segment_, line_, sequence_, std::move(what)};
}

std::string words_for(const Fault& fault) {
  const std::string record = fault.sequence ? fmt::format("record {}: ", *fault.sequence) : "";
  return fmt::format("{}:{}: {}{}", fault.segment, fault.line, record, fault.what);
}

std::string words_for(const SealedPart& sealed, std::uint64_t last_sequence) {
  std::string text = fmt::format("sealed up to record {}, {} (epoch {})", sealed.last_sequence,
                                 to_rfc3339(sealed.created), sealed.epoch);
  if (last_sequence <= sealed.last_sequence) return text;
  return text + fmt::format("; of the {} records behind it nobody vouches yet",
                            last_sequence - sealed.last_sequence);
}

std::string words_for_first(const SealKey& key) {
  std::string text = "the first seal is by the key ";
  append_hex(key, text);
  return text + ": compare it with one kept elsewhere, or give that with --key";
}

std::vector<std::string> words_for(std::chrono::sys_days day, const DayFigures& figures) {
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
