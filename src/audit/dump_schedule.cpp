#include "wgaudit/audit/dump_schedule.hpp"

#include <algorithm>
#include <array>
#include <vector>

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

// latest-handshake is cut to the second, and lines are some milliseconds late.
constexpr seconds line_tolerance{1};

// As many as a busy gateway has peers; a forger who invents ids gains nothing but forgetting.
constexpr std::size_t max_questions = 16384;

}  // namespace

void DumpSchedule::on_line(const KernelEvent& event, Instant now) {
  switch (event.kind) {
    case EventKind::handshake_initiation_received:
    case EventKind::handshake_response_sent:
    case EventKind::handshake_response_received:
    case EventKind::keypair_created:
      return open_question(event, now, 0, now.utc - line_tolerance);
    case EventKind::handshake_initiation_sent:
      return open_question(event, now, patient_step, now.utc - line_tolerance);
    case EventKind::keepalive_received:
      return on_keepalive(event, now);
    case EventKind::peer_destroyed:
      questions_.erase(*event.peer);
      return ask(now, settle_time);
    case EventKind::module_loaded:
      questions_.clear();
      return ask(now, settle_time);
    case EventKind::interface_created:
    case EventKind::interface_destroyed:
    case EventKind::interface_renamed:
    case EventKind::namespace_exiting:
    case EventKind::peer_created:
      return ask(now, settle_time);
    case EventKind::handshake_retried:
    case EventKind::handshake_abandoned:
    case EventKind::peer_silent:
    case EventKind::keypair_destroyed:
    case EventKind::keys_zeroed:
    case EventKind::keepalive_sent:
    case EventKind::cookie_sent:
    case EventKind::cookie_received:
    case EventKind::mac_invalid:
    case EventKind::initiation_invalid:
    case EventKind::response_invalid:
    case EventKind::cookie_invalid:
    case EventKind::handshake_dropped:
    case EventKind::source_not_allowed:
    case EventKind::destination_not_allowed:
    case EventKind::endpoint_missing:
    case EventKind::packet_not_ip:
    case EventKind::packet_wrong_size:
    case EventKind::packet_invalid:
    case EventKind::packet_undeliverable:
    case EventKind::nonce_invalid:
    case EventKind::no_route:
    case EventKind::socket_failed:
    case EventKind::messages_suppressed:
    case EventKind::unknown_message:
      return;
  }
}

void DumpSchedule::ask(Instant now, milliseconds delay) {
  want(now.steady + delay);
}

void DumpSchedule::on_dump(const Dump& dump, Instant started, Instant finished) {
  backoff_ = seconds(0);
  on_demand_.reset();
  const auto took = finished.steady - started.steady;
  periodic_ = started.steady + interval_;
  allowed_ = finished.steady +
             std::clamp<SteadyTime::duration>(took * idle_share, min_spacing, max_spacing);
  answer_questions(dump, started);
  advance_questions(finished);
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
                                 UtcTime since) {
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
  want(question.next);
}

void DumpSchedule::on_keepalive(const KernelEvent& event, Instant now) {
  const auto known = questions_.find(*event.peer);
  if (known == questions_.end()) return open_question(event, now, 0, now.utc - threshold_);
  Question& question = known->second;
  if (event.endpoint && question.endpoint && *event.endpoint != *question.endpoint) {
    question.endpoint = event.endpoint;
    ask(now, settle_time);
  }
  if (question.open) return open_question(event, now, 0, question.since);
  if (question.asked + threshold_ <= now.steady) open_question(event, now, 0, now.utc - threshold_);
}

void DumpSchedule::answer_questions(const Dump& dump, Instant started) {
  std::unordered_map<Endpoint, std::vector<Question*>> open;
  for (auto& [peer, question] : questions_) {
    if (question.open && question.endpoint && question.asked <= started.steady) {
      open[*question.endpoint].push_back(&question);
    }
  }
  if (open.empty()) return;
  for (const DumpInterface& interface : dump) {
    for (const DumpPeer& row : interface.peers) {
      const auto asked = open.find(row.endpoint);
      if (asked == open.end()) continue;
      for (Question* question : asked->second) {
        const bool answered = row.latest_handshake >= std::chrono::floor<seconds>(question->since);
        if (answered && question->interface == interface.name) question->open = false;
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
