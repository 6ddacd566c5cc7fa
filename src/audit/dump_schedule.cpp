#include "wgaudit/audit/dump_schedule.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "audit/kind_table.hpp"
#include "audit/line_tolerance.hpp"
#include "wgaudit/wireguard/limits.hpp"

namespace wgaudit {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// After the line, not after the dump before. The first leaves the kernel time to finish what it
// printed; the last is past rekey_timeout, when an unanswered attempt is repeated and asks anew.
constexpr std::array<milliseconds, 7> steps = {
    milliseconds(5),    milliseconds(40),   milliseconds(120), milliseconds(400),
    milliseconds(1000), milliseconds(2500), milliseconds(5500)};

// An initiation that we send is answered by lines of its own, unless they are suppressed.
constexpr std::size_t patient_step = 3;

constexpr milliseconds settle_time{5};
constexpr milliseconds min_spacing{20};
constexpr milliseconds max_spacing{500};
constexpr int idle_share = 9;  // for one part of dumping: a tenth of the time

// As many as a busy gateway has peers; a forger who invents ids gains nothing but forgetting.
constexpr std::size_t max_questions = 16384;

/// What a line asks the next dumps.
enum class LineQuestion : std::uint8_t {
  handshake,
  initiation_sent,
  keepalive,
  structure,
  peer_destroyed,
  module_loaded,
};

constexpr KindTable<38, LineQuestion> questions_of_kinds = {
    {EventKind::handshake_initiation_received, LineQuestion::handshake},
    {EventKind::handshake_response_sent, LineQuestion::handshake},
    {EventKind::handshake_response_received, LineQuestion::handshake},
    {EventKind::keypair_created, LineQuestion::handshake},
    {EventKind::handshake_initiation_sent, LineQuestion::initiation_sent},
    {EventKind::keepalive_received, LineQuestion::keepalive},
    {EventKind::interface_created, LineQuestion::structure},
    {EventKind::interface_destroyed, LineQuestion::structure},
    {EventKind::interface_renamed, LineQuestion::structure},
    {EventKind::namespace_exiting, LineQuestion::structure},
    {EventKind::peer_created, LineQuestion::structure},
    {EventKind::peer_destroyed, LineQuestion::peer_destroyed},
    {EventKind::module_loaded, LineQuestion::module_loaded},
};

}  // namespace

void DumpSchedule::on_line(const HeardLine& line) {
  const KernelEvent& event = line.event;
  const Instant now = line.received;
  const auto question = questions_of_kinds[event.kind];
  if (!question) return;
  switch (*question) {
    case LineQuestion::handshake:
      return open_question(event, now, 0, now.earlier(line_tolerance).second());
    case LineQuestion::initiation_sent:
      return on_initiation_sent(event, now);
    case LineQuestion::keepalive:
      return on_keepalive(event, now);
    case LineQuestion::peer_destroyed:
      questions_.erase(*event.peer);
      break;
    case LineQuestion::module_loaded:
      questions_.clear();
      break;
    case LineQuestion::structure:
      break;
  }
  ask(now, settle_time);
}

void DumpSchedule::ask(Instant now, milliseconds delay) {
  asked_ = now.steady;
  want(now.steady + delay);
}

void DumpSchedule::on_dump(const Dump& dump, Instant started, Instant finished,
                           const WallClock& wall_clock) {
  backoff_ = seconds(0);
  if (asked_ <= started.steady) on_demand_.reset();  // else it may not show what was asked about
  const auto took = finished.steady - started.steady;
  periodic_ = started.steady + interval_;
  const SteadyTime::duration longest = std::max<SteadyTime::duration>(max_spacing, took * 2);
  allowed_ =
      finished.steady + std::clamp<SteadyTime::duration>(took * idle_share, min_spacing, longest);
  answer_questions(dump, started, wall_clock);
  advance_questions(finished);
}

void DumpSchedule::on_cost(std::chrono::microseconds cpu, Instant now) {
  allowed_ = std::max(allowed_, now.steady + cpu * idle_share);
}

void DumpSchedule::on_failure(Instant now) {
  backoff_ = std::clamp(backoff_ * 2, seconds(1), std::max(interval_, seconds(1)));
  allowed_ = now.steady + backoff_;
  periodic_ = allowed_;
}

SteadyTime DumpSchedule::due(std::optional<SteadyTime> deadline) const {
  SteadyTime wanted = periodic_;
  if (on_demand_) wanted = std::min(wanted, *on_demand_);
  if (deadline) wanted = std::min(wanted, *deadline);
  return std::max(allowed_, wanted);
}

void DumpSchedule::open_question(const KernelEvent& event, Instant now, std::size_t step,
                                 SteadyTime since) {
  make_room();
  Question& question = questions_[*event.peer];
  if (question.open && step > question.step) return;  // a patient line does not slow a prompt one
  question.interface = event.interface;
  if (event.endpoint) question.endpoint = event.endpoint;
  question.since = since;
  question.asked = now.steady;
  question.step = step;
  question.next = now.steady + steps[step];
  question.open = true;
  question.quiet = false;
  want(question.next);
}

/// A dead peer is called every 5 s for ever: the 1st, 2nd, 4th, 8th … call asks.
void DumpSchedule::on_initiation_sent(const KernelEvent& event, Instant now) {
  const auto known = questions_.find(*event.peer);
  if (known != questions_.end() && !std::has_single_bit(++known->second.sent)) return;
  open_question(event, now, patient_step, now.earlier(line_tolerance).second());
}

void DumpSchedule::on_keepalive(const KernelEvent& event, Instant now) {
  const auto known = questions_.find(*event.peer);
  if (known == questions_.end())
    return open_question(event, now, 0, now.earlier(threshold_).second());
  Question& question = known->second;
  if (question.open) return open_question(event, now, 0, question.since);
  if (!question.quiet) return open_question(event, now, 0, now.earlier(threshold_).second());
  if (question.asked + threshold_ <= now.steady) {
    return open_question(event, now, 0, now.earlier(threshold_).second());
  }
  if (question.endpoint == event.endpoint) return;
  question.endpoint = event.endpoint;
  ask(now, settle_time);  // it roamed, or has been seen at another place before
}

void DumpSchedule::close(Question& question) {
  question.open = false;
  question.quiet = true;
}

void DumpSchedule::answer_questions(const Dump& dump, Instant started,
                                    const WallClock& wall_clock) {
  std::unordered_map<Endpoint, std::vector<Question*>> open;
  std::unordered_set<InterfaceName> listed;
  for (const DumpInterface& interface : dump) listed.insert(interface.name);
  for (auto& [peer, question] : questions_) {
    if (!question.open || question.asked > started.steady) continue;
    if (!listed.contains(question.interface)) {
      close(question);  // of another network namespace: no dump will answer it
    } else if (question.endpoint && !question.endpoint->is_none()) {
      open[*question.endpoint].push_back(&question);
    }
  }
  if (open.empty()) return;
  for (const DumpInterface& interface : dump) {
    for (const DumpPeer& row : interface.peers) {
      const auto asked = open.find(row.endpoint);
      if (asked == open.end()) continue;
      const SteadyTime handshake = wall_clock.when(row.latest_handshake);
      for (Question* question : asked->second) {
        const bool answered = handshake >= question->since;
        if (!answered || question->interface != interface.name) continue;
        close(*question);
        question->sent = 0;
      }
    }
  }
}

/// Moves every question that is still open to its next step; one that ran out of them is closed.
void DumpSchedule::advance_questions(Instant finished) {
  for (auto& [peer, question] : questions_) {
    if (!question.open) continue;
    while (question.next <= finished.steady) {
      if (++question.step == steps.size()) {
        question.open = false;
        break;
      }
      question.next = question.asked + steps[question.step];
    }
    if (question.open) want(question.next);
  }
}

void DumpSchedule::want(SteadyTime time) {
  if (!on_demand_ || time < *on_demand_) on_demand_ = time;
}

/// Forgets the closed questions when there are too many, then all: the interval still answers them.
void DumpSchedule::make_room() {
  if (questions_.size() < max_questions) return;
  std::erase_if(questions_, [](const auto& entry) { return !entry.second.open; });
  if (questions_.size() >= max_questions) questions_.clear();
}

}  // namespace wgaudit
