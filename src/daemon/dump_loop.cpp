#include "daemon/dump_loop.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "shell/system/clocks.hpp"
#include "shell/system/cpu_clock.hpp"
#include "shell/system/log.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

constexpr std::chrono::seconds longest_sleep{1};  // a step of the wall clock is noticed within this

}  // namespace

DumpLoop::DumpLoop(boost::asio::io_context& io, std::filesystem::path wg, bool debug,
                   Recorder& recorder, Listener listener)
    : reader_(io, std::move(wg)),
      debug_(debug),
      recorder_(recorder),
      listener_(std::move(listener)),
      timer_(io) {}

void DumpLoop::schedule(Instant now) {
  const SteadyTime due = recorder_.auditor().dump_due();
  if (due <= now.steady && !reader_.running()) return take_dump();
  const SteadyTime latest = now.steady + longest_sleep;
  const SteadyTime wake = reader_.running()
                              ? latest  // on_dump schedules anew
                              : std::clamp(due, now.steady + std::chrono::milliseconds(1), latest);
  // A timer that is set for an earlier time is left alone: setting it takes system calls.
  if (wake >= timer_set_) return;
  timer_set_ = wake;
  timer_.expires_after(wake - now.steady);  // its clock is at rest in suspend, ours is not
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    timer_set_ = SteadyTime::max();
    listener_.woken(read_clocks());
  });
}

void DumpLoop::take_dump() {
  started_ = read_clocks();
  reader_.start(
      [this](tl::expected<DumpReading, DumpFailure> reading) { on_dump(std::move(reading)); });
}

void DumpLoop::on_dump(tl::expected<DumpReading, DumpFailure> reading) {
  const Instant now = read_clocks();
  const auto before = thread_cpu_time();
  if (reading) {
    on_success(*reading, now);
  } else if (!on_failure(reading.error(), now)) {
    return;
  }
  recorder_.auditor().on_dump_cost(reader_.cpu() + (thread_cpu_time() - before), now);
  listener_.taken(now);
}

void DumpLoop::on_success(const DumpReading& reading, Instant now) {
  history_.last = now.utc;
  history_.trouble.clear();
  history_.durations.add(now.steady - started_.steady);
  recorder_.auditor().on_dump(*reading.dump, reading.unreadable, {started_, now},
                              recorder_.records());
}

/// Without permission from the start there is nothing to wait for: false.
bool DumpLoop::on_failure(const DumpFailure& failure, Instant now) {
  if (std::exchange(history_.trouble, failure.detail) != failure.detail || debug_) {
    write_daemon_log(fmt::format("wg show all dump: {}", failure.detail));
  }
  recorder_.auditor().on_dump_failure(failure.kind, failure.detail, now, recorder_.records());
  if (history_.last || !failure.is_not_permitted) return true;
  listener_.denied(std::make_exception_ptr(SetupError(
      "wg show all dump: not permitted; run as root or with the capability CAP_NET_ADMIN",
      EX_UNAVAILABLE)));
  return false;
}

}  // namespace wgaudit
