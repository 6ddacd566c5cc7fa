#include "daemon/daemon.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "daemon/startup_report.hpp"
#include "daemon/this_machine.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/log.hpp"

namespace wgaudit {

Daemon::Daemon(Settings settings, PeerNames names, std::filesystem::path wg,
               const Classifier& classifier)
    : settings_(std::move(settings)),
      started_(read_clocks()),
      readers_(io_, settings_),
      journal_(settings_, writer_listener()),
      recorder_(recorder_options(std::move(names)), classifier, journal_.writer(), started_),
      receiver_(io_,
                {{settings_.listen_address, settings_.listen_port},
                 settings_.receive_buffer_bytes,
                 settings_.required_mark,
                 take_inherited_socket()},
                datagram_handler()),
      dumps_(io_, std::move(wg), settings_.debug, recorder_, dump_listener()),
      status_(settings_, recorder_, journal_, readers_, dumps_, started_.utc),
      metrics_(io_, settings_, {[this] { return status_.status(); }, write_daemon_log}),
      statistics_timer_(io_),
      signals_(io_, SIGINT, SIGTERM, SIGHUP),
      service_manager_(io_) {
  if (!settings_.listen_unix.empty()) {
    unix_receiver_.emplace(io_, settings_.listen_unix, datagram_handler());
  }
  journal_.open(recorder_, started_);
  readers_.open(journal_.found(), started_.utc, [this](Loss loss) {
    record_loss_later(LossReason::hooks_skipped, std::move(loss));
  });
  journal_.open_sealer(recorder_);
  // A heap of a thread's own would keep what its largest burst took: malloc_trim(3) gives back the
  // end of the first one only.
  ::mallopt(M_ARENA_MAX, 1);
  journal_.cut();
  readers_.start();
  journal_.start();
}

Recorder::Options Daemon::recorder_options(PeerNames names) const {
  const Observer observer = this_machine();
  return {{settings_.interval, settings_.threshold, std::move(names), settings_.grace,
           observer.boot_id, settings_.compat == Compat::wg_monitor},
          {observer, settings_.segment_bytes, settings_.segment_age, settings_.events_bytes},
          {settings_.debug, settings_.required_mark, settings_.listen_unix}};
}

void Daemon::run() {
  start();
  io_.run();
  if (fatal_) std::rethrow_exception(fatal_);
}

void Daemon::start() {
  start_status_socket();
  const bool has_unix = !settings_.listen_unix.empty();
  write_daemon_log(fmt::format("listening on {}:{}{}{}, journal in {}", settings_.listen_address,
                               receiver_.port(), has_unix ? " and " : "",
                               settings_.listen_unix.string(), settings_.journal.string()));
  const Instant now = read_clocks();
  MonitorFacts facts = status_.monitor_facts();
  facts.dynamic_debug = dynamic_debug_now();
  log_what_is_missing(settings_, receiver_, facts.dynamic_debug);
  recorder_.auditor().on_start(std::move(facts), now, recorder_.records());
  journal_.record_torn(recorder_, now);
  record_inheritance(receiver_, recorder_, now);
  deliver(now);
  receiver_.start();
  if (unix_receiver_) unix_receiver_->start();
  start_statistics();
  metrics_.start();
  wait_for_signal();
  readers_.catch_up(journal_.found());
  boost::asio::post(io_, [this] { service_manager_.tell_ready(); });
}

void Daemon::stop(int signal) {
  service_manager_.tell_stopping();
  Writer& writer = journal_.writer();
  for (bool has_room = true; read_rest();) {
    recorder_.store(read_clocks());
    has_room = has_room && writer.wait_for_room();
  }
  const Instant now = read_clocks();
  recorder_.on_intake(receiver_.flush(now), now);
  if (unix_receiver_) recorder_.on_intake(unix_receiver_->flush(now), now);
  record_stop(signal, now);
  recorder_.store(now);
  recorder_.finish(now);
  const std::uint64_t unwritten = writer.stop();
  if (unwritten != 0) {
    write_daemon_log(fmt::format("{} records could not be written and are lost", unwritten));
  }
  readers_.stop();
  write_line_to_stderr(status_.statistics_line());
  io_.stop();
}

/// What was deleted is known once the writer deletes no more, and has tried to write all events.
void Daemon::record_stop(int signal, Instant now) {
  Writer& writer = journal_.writer();
  writer.stop_deleting();
  const bool are_events_stored = writer.settle();
  journal_.record_deleted(recorder_, now);
  if (!are_events_stored) recorder_.on_loss(LossReason::events_unsynced, {}, now);
  MonitorFacts facts = status_.monitor_facts();
  if (signal != 0) facts.signal = signal;
  const Counters& counters = recorder_.auditor().counters();
  facts.datagrams = status_.datagram_counts();
  facts.dumps = DumpCosts{counters.dumps + counters.dump_failures, counters.dump_cpu};
  recorder_.auditor().on_stop(std::move(facts), now, recorder_.records());
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (!error) on_signal(signal);
  });
}

void Daemon::on_signal(int signal) {
  if (signal != SIGHUP) return stop(signal);
  readers_.reopen_text_log();
  wait_for_signal();
}

UdpReceiver::Handler Daemon::datagram_handler() {
  return {[this](auto datagrams, Instant received) { recorder_.on_datagrams(datagrams, received); },
          [this] { deliver(read_clocks()); }};
}

/// The end of a wake-up at `now`, or a moment later where the socket has dropped datagrams: what
/// they may be missing from must have come before.
void Daemon::deliver(Instant now) {
  Intake intake = receiver_.take(now);
  now = intake.taken;
  const bool has_gap = intake.has_gap;
  recorder_.on_intake(std::move(intake), now);
  if (unix_receiver_) recorder_.on_intake(unix_receiver_->take(now), now);
  if (has_gap) recorder_.on_gap(now);
  recorder_.deliver(now);
  dumps_.schedule(now);
}

bool Daemon::read_rest() {
  const bool is_more = receiver_.read_rest();
  return (unix_receiver_ && unix_receiver_->read_rest()) || is_more;
}

DumpLoop::Listener Daemon::dump_listener() {
  return {[this](Instant now) { deliver(now); },
          [this](Instant now) {
            service_manager_.tell_status(status_.service_status());
            deliver(now);
          },
          [this](std::exception_ptr why) {
            fatal_ = std::move(why);
            stop(0);
          }};
}

/// Called on the writer's thread, which hands all but the daemon's log to the others.
Writer::Listener Daemon::writer_listener() {
  const auto on_deleted = [this] {
    boost::asio::post(io_, [this] {
      const Instant now = read_clocks();
      journal_.record_deleted(recorder_, now);
      deliver(now);
    });
  };
  return {[this](std::uint64_t last_sequence) { readers_.journal_written(last_sequence); },
          on_deleted, write_daemon_log};
}

/// A part of the shell reports its loss in the middle of its own work: a wake-up of its own.
void Daemon::record_loss_later(LossReason reason, Loss loss) {
  boost::asio::post(io_, [this, reason, loss = std::move(loss)] {
    const Instant now = read_clocks();
    recorder_.on_loss(reason, loss, now);
    deliver(now);
  });
}

/// Recording does not depend on the socket.
void Daemon::start_status_socket() {
  const auto& path = settings_.status_socket;
  if (path.empty()) return;
  try {
    status_socket_.emplace(io_, StatusSocket::Options{path},
                           [this] { return StatusJson(status_.status(), this_machine()); });
  } catch (const std::runtime_error& error) {
    write_daemon_log(fmt::format(
        "wgaudit status will not be answered: {}: {}; make a folder for the socket that belongs to "
        "this user alone, or name another with --status-socket",
        path.string(), error.what()));
  }
}

void Daemon::start_statistics() {
  statistics_timer_.expires_after(settings_.stats_interval);
  statistics_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    write_line_to_stderr(status_.statistics_line());
    const Instant now = read_clocks();
    recorder_.auditor().record_rejections(now, recorder_.records());
    deliver(now);
    start_statistics();
  });
}

}  // namespace wgaudit
