// The whole core: steps with 0x1E between them. The first byte of a step says how much later it is
// (its low four bits: 2^n ms), the second what comes: `d` a dump, `f` one that fails, `g` a gap in
// the log (with more bytes, in which the module was loaded anew), `c` the wall clock is set, `s`
// the machine sleeps; anything else begins a datagram. How far the clock is set and how long the
// sleep is, the next byte says (its low five bits: 2^n ms; a clock is set back by a byte below
// 0x60). Seeds are windows of the traces. At the end the monitor is started anew, in the same boot.

#include "wgaudit/audit/auditor.hpp"

#include <string>
#include <vector>

#include "fuzz/target.hpp"
#include "support/classified.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record_json.hpp"
#include "wgaudit/wireguard/dump_parser.hpp"

namespace wgaudit {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds start{1'795'244'400'000};  // 2026-11-21T07:00:00Z
constexpr char separator = '\x1E';

const Observer observer{"gw1", "boot"};

AuditorOptions options() {
  AuditorOptions options;
  options.boot_id = observer.boot_id;
  return options;
}

/// One run of the monitor; checks every record of it.
class Run {
 public:
  Run() : now_{SteadyTime(start), UtcTime(start)} {}

  /// Takes up where the run before ended, a second later.
  explicit Run(const Run& before)
      : now_(before.now_.earlier(-std::chrono::seconds(1))), module_load_(before.module_load_) {
    for (const Record& record : before.journal_) auditor_.restore(record);
    auditor_.continue_from(Stream::events, before.events_, before.now_.utc);
    sequence_ = before.sequence_;
    events_ = before.events_;
  }

  void begin() {
    auditor_.on_start(facts(), now_, records_);
    check_records();
  }

  void take(std::string_view step) {
    if (step.empty()) return;
    pass(milliseconds(1U << (static_cast<unsigned char>(step.front()) & 0xF)));
    step.remove_prefix(1);
    if (take_prefix(step, "d")) {
      take_dump(step);
    } else if (take_prefix(step, "f")) {
      auditor_.on_dump_failure(DumpFailureKind::timed_out, step, now_, records_);
    } else if (take_prefix(step, "g")) {
      if (!step.empty()) ++module_load_;
      auditor_.on_gap(module_load_, now_, records_);
    } else if (take_prefix(step, "c")) {
      now_.utc += is_back(step) ? -span_of(step) : span_of(step);
    } else if (take_prefix(step, "s")) {
      pass(span_of(step));
      now_.suspended += span_of(step);
    } else {
      auditor_.on_datagram(step, now_, records_);
    }
    auditor_.on_time(now_, records_);
    check_records();
  }

  void end() {
    for (const int wait : {2, 4}) {
      pass(std::chrono::seconds(wait));
      auditor_.on_time(now_, records_);
    }
    auditor_.snapshot_records(now_, records_);
    auditor_.on_stop(facts(), now_, records_);
    check_records();
    check_counters();
  }

 private:
  static milliseconds span_of(std::string_view step) {
    const int power = step.empty() ? 0 : step.front() & 0x1F;
    return milliseconds(std::int64_t{1} << power);
  }

  static bool is_back(std::string_view step) {
    return !step.empty() && static_cast<unsigned char>(step.front()) < 0x60;
  }

  MonitorFacts facts() const {
    MonitorFacts facts;
    facts.module_load = module_load_;
    return facts;
  }

  void pass(milliseconds time) {
    now_.steady += time;
    now_.utc += time;
  }

  void take_dump(std::string_view text) {
    const Instant started = now_;
    pass(milliseconds(5));
    if (const auto dump = parse_dump(text)) {
      auditor_.on_dump(*dump, {}, {started, now_}, records_);
    } else {
      auditor_.on_dump_failure(DumpFailureKind::malformed, to_text(dump.error().fault), now_,
                               records_);
    }
  }

  void check_records() {
    for (const Record& record : records_) check(record);
    records_.clear();
  }

  void check(const Record& record) {
    const bool is_event = record.stream() == Stream::events;
    require(record.sequence == ++(is_event ? events_ : sequence_), "no number is left out");
    const std::string json = to_json(record, observer);
    const auto again = parse_record(json);
    require(again.has_value(), "every record can be read");
    require(to_json(*again, observer) == json, "a record that was read again is the same");
    if (!is_event) journal_.push_back(*again);
  }

  void check_counters() const {
    const Counters& counters = auditor_.counters();
    std::uint64_t sum = counters.recorded + counters.ignored;
    for (const auto& [reason, count] : counters.rejected) sum += count;
    require(counters.received == sum, "received is recorded, ignored and rejected");
  }

  Instant now_;
  std::uint64_t module_load_ = 1;
  Auditor auditor_{options(), shipped(), now_};
  Records records_;
  Records journal_;
  std::uint64_t sequence_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace

void try_input(std::string_view input) {
  Run first;
  first.begin();
  std::string_view steps = input;
  while (!steps.empty()) first.take(take_until(steps, separator));
  first.end();

  Run second(first);
  second.begin();
  // What is there now is the last that was.
  second.take(input.substr(input.rfind(separator) + 1));
  second.end();
}

}  // namespace wgaudit
