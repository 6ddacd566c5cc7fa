#include "daemon/daemon.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sysexits.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <utility>

#include "daemon/this_machine.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/cpu_clock.hpp"
#include "shell/system/log.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/integrity/journal_check.hpp"
#include "wgaudit/record/words.hpp"

namespace wgaudit {
namespace {

constexpr std::chrono::seconds longest_sleep{1};  // a step of the wall clock is noticed within this
constexpr std::size_t max_kept_records = 256;
constexpr std::chrono::seconds written_by_then{2};
constexpr std::chrono::minutes trim_interval{1};
constexpr std::chrono::minutes notice_spacing{1};  // anybody can forge the line that causes it

/// The copyright line behind it is no second load.
bool is_module_load(const Record& record) {
  const auto* const event = record.as<EventBody>();
  return event != nullptr && event->line.kind == EventKind::module_loaded &&
         !event->line.text.empty();
}

std::string rejection_text(std::string_view reason, const Settings& settings) {
  if (reason == wrong_mark) {
    return fmt::format(
        "a datagram has not the mark {:#x} and was refused; if it is rsyslog's, see to the rules "
        "of wgaudit.nft, or leave out require_mark",
        settings.required_mark);
  }
  if (reason == foreign_sender) {
    return fmt::format("a datagram to {} was refused: its sender is neither root nor rsyslog",
                       to_printable(settings.listen_unix.string()));
  }
  return fmt::format(
      "a datagram is no syslog message of the kernel's and was rejected: {}; forward with one of "
      "rsyslog's own templates",
      reason);
}

std::string_view deletion_reason(const Deletion& deletion) {
  if (deletion.by_others) return records_removed;
  return deletion.stream == Stream::events ? "events_deleted" : journal_deleted;
}

}  // namespace

void Daemon::run() {
  start();
  io_.run();
  if (fatal_) std::rethrow_exception(fatal_);
}

void Daemon::stop(int signal) {
  service_manager_.tell_stopping();
  for (bool has_room = true; read_rest();) {
    recorder_.store(now_);
    has_room = has_room && writer_.wait_for_room();
  }
  now_ = read_clocks();
  record_dropped(receiver_.flush_dropped());
  record_forgery(receiver_.flush_forgery());
  if (unix_receiver_) record_forgery(unix_receiver_->flush_forgery());
  writer_.stop_deleting();
  const bool are_events_stored = writer_.settle();
  record_deleted();
  if (!are_events_stored)
    recorder_.auditor().on_loss("events_unsynced", {}, now_, recorder_.records());
  MonitorFacts facts = monitor_facts();
  if (signal != 0) facts.signal = signal;
  const Counters& counters = recorder_.auditor().counters();
  facts.datagrams = datagram_counts();
  facts.dumps = DumpCosts{counters.dumps + counters.dump_failures, counters.dump_cpu};
  recorder_.auditor().on_stop(std::move(facts), now_, recorder_.records());
  recorder_.store(now_);
  recorder_.finish(now_);
  const std::uint64_t unwritten = writer_.stop();
  if (unwritten != 0) {
    write_daemon_log(fmt::format("{} records could not be written and are lost", unwritten));
  }
  text_log_->stop();
  write_statistics();
  io_.stop();
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (!error) on_signal(signal);
  });
}

void Daemon::on_signal(int signal) {
  if (signal != SIGHUP) return stop(signal);
  text_log_->reopen();
  wait_for_signal();
}

Receiver::Handler Daemon::datagram_handler() {
  return {[this](auto datagrams, Instant received) { on_datagrams(datagrams, received); },
          [this] { end_datagrams(); }};
}

void Daemon::on_datagrams(std::span<const std::string_view> datagrams, Instant received) {
  now_ = received;
  for (const std::string_view datagram : datagrams) {
    recorder_.auditor().on_datagram(datagram, received, recorder_.records());
    report_records();
    recorder_.encode();  // while the record, which is large, is still in the cache
  }
}

void Daemon::end_datagrams() {
  now_ = read_clocks();
  deliver();
}

void Daemon::deliver() {
  if (auto dropped = receiver_.take_dropped()) {
    now_ = read_clocks();  // behind the end of what was dropped
    record_dropped(std::move(dropped));
  }
  record_forgery(receiver_.take_forgery(now_));
  if (unix_receiver_) record_forgery(unix_receiver_->take_forgery(now_));
  if (receiver_.take_gap())
    recorder_.auditor().on_gap(module_load_now(), now_, recorder_.records());
  recorder_.auditor().on_time(now_, recorder_.records());
  report_records();
  report_rejections();
  recorder_.store(now_);
  give_back_memory();
  schedule();
}

/// What a flood or the first dump of thousands of peers took is not wanted again, and would stay.
void Daemon::give_back_memory() {
  if (recorder_.records().capacity() > max_kept_records) {
    recorder_.records().shrink_to_fit();
    trim_due_ = std::min(trim_due_, now_.steady + written_by_then);
  }
  if (now_.steady < trim_due_) return;
  trim_due_ = now_.steady + trim_interval;
  ::malloc_trim(0);
}

void Daemon::report_records() {
  for (const Record& record : recorder_.records()) {
    if (settings_.debug) write_daemon_log(message_of(record));
    if (is_module_load(record)) on_module_load();
  }
}

void Daemon::on_module_load() {
  recorder_.auditor().on_module_load(module_load_now());
  if (now_.steady < next_module_notice_) return;
  next_module_notice_ = now_.steady + notice_spacing;
  write_daemon_log(
      "the wireguard module was loaded: dynamic debug is off again unless it was "
      "loaded with dyndbg=+p");
}

void Daemon::record_dropped(std::optional<Loss> loss) {
  if (loss)
    recorder_.auditor().on_loss("socket_overflow", *std::move(loss), now_, recorder_.records());
}

bool Daemon::read_rest() {
  const bool is_more = receiver_.read_rest();
  return (unix_receiver_ && unix_receiver_->read_rest()) || is_more;
}

void Daemon::record_forgery(std::optional<Forgery> forgery) {
  recorder_.auditor().on_refused(wrong_mark, receiver_.take_refused());
  if (unix_receiver_)
    recorder_.auditor().on_refused(foreign_sender, unix_receiver_->take_refused());
  if (forgery) recorder_.auditor().on_forgery(*std::move(forgery), now_, recorder_.records());
}

/// Each reason once, when it is met first; how often is recorded with the statistics.
void Daemon::report_rejections() {
  const auto& rejected = recorder_.auditor().counters().rejected;
  if (rejected.size() == reported_rejections_.size()) return;
  for (const auto& [reason, count] : rejected) {
    if (!reported_rejections_.insert(reason).second) continue;
    write_daemon_log(rejection_text(reason, settings_));
  }
}

void Daemon::schedule() {
  const SteadyTime due = recorder_.auditor().dump_due();
  if (due <= now_.steady && !dump_reader_.running()) return take_dump();
  const SteadyTime latest = now_.steady + longest_sleep;
  const SteadyTime wake = dump_reader_.running()
                              ? latest  // on_dump schedules anew
                              : std::clamp(due, now_.steady + std::chrono::milliseconds(1), latest);
  // One that is set for an earlier time is left alone: setting it takes system calls.
  if (wake >= timer_set_) return;
  timer_set_ = wake;
  dump_timer_.expires_after(wake - now_.steady);  // its clock is at rest in suspend, ours is not
  dump_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    timer_set_ = SteadyTime::max();
    now_ = read_clocks();
    deliver();
  });
}

void Daemon::take_dump() {
  dump_started_ = read_clocks();
  dump_reader_.start(
      [this](tl::expected<DumpReading, DumpFailure> reading) { on_dump(std::move(reading)); });
}

void Daemon::on_dump(tl::expected<DumpReading, DumpFailure> reading) {
  now_ = read_clocks();
  const auto before = thread_cpu_time();
  if (reading) {
    last_dump_ = now_.utc;
    dump_trouble_.clear();
    dump_durations_.add(now_.steady - dump_started_.steady);
    recorder_.auditor().on_dump(*reading->dump, reading->unreadable, {dump_started_, now_},
                                recorder_.records());
  } else {
    if (std::exchange(dump_trouble_, reading.error().detail) != reading.error().detail ||
        settings_.debug) {
      write_daemon_log(fmt::format("wg show all dump: {}", reading.error().detail));
    }
    recorder_.auditor().on_dump_failure(reading.error().reason, reading.error().detail, now_,
                                        recorder_.records());
    refuse_without_permission(reading.error());
    if (fatal_) return stop(0);
  }
  recorder_.auditor().on_dump_cost(dump_reader_.cpu() + (thread_cpu_time() - before), now_);
  tell_status();
  deliver();
}

/// Without permission from the start there is nothing to wait for.
void Daemon::refuse_without_permission(const DumpFailure& failure) {
  const bool refused = failure.detail.find("Operation not permitted") != std::string::npos;
  if (last_dump_ || !refused) return;
  fatal_ = std::make_exception_ptr(SetupError(
      "wg show all dump: not permitted; run as root or with the capability CAP_NET_ADMIN",
      EX_UNAVAILABLE));
}

void Daemon::start_statistics() {
  statistics_timer_.expires_after(settings_.stats_interval);
  statistics_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    write_statistics();
    now_ = read_clocks();
    recorder_.auditor().record_rejections(now_, recorder_.records());
    deliver();
    start_statistics();
  });
}

/// What is deleted as the oldest is told with all before it: the records that told of that may go.
void Daemon::record_deleted() {
  for (const Deletion& deletion : writer_.take_deleted()) {
    const auto [first, last] = deletion.records;
    recorder_.auditor().on_loss(
        deletion_reason(deletion),
        {last - first + 1,
         {},
         {},
         fmt::format("{} {} to {}", to_text(deletion.stream), first, last),
         {},
         MissingNumbers{deletion.stream, deletion.by_others ? first : 1, last}},
        now_, recorder_.records());
    if (!deletion.by_others) {
      writer_.delete_records(deletion.stream, last, recorder_.records().back().sequence);
    } else if (deletion.stream == Stream::journal) {
      recorder_.batcher().on_removed_journal();
    }
  }
}

/// What a part of the shell has lost, told at a wake-up of its own.
void Daemon::on_shell_loss(std::string reason, Loss loss) {
  boost::asio::post(io_, [this, reason = std::move(reason), loss = std::move(loss)] {
    now_ = read_clocks();
    recorder_.auditor().on_loss(reason, loss, now_, recorder_.records());
    deliver();
  });
}

/// Called on the writer's thread, which hands all but the daemon's log to the others.
Writer::Listener Daemon::writer_listener() {
  const auto on_written = [this](std::uint64_t last_sequence) {
    synced_mark_.store(last_sequence);
    text_log_->journal_written(last_sequence);
    if (hooks_) boost::asio::post(io_, [this, last_sequence] { hooks_->catch_up(last_sequence); });
  };
  const auto on_deleted = [this] {
    boost::asio::post(io_, [this] {
      now_ = read_clocks();
      record_deleted();
      deliver();
    });
  };
  return {on_written, on_deleted, write_daemon_log};
}

}  // namespace wgaudit
