#include <fmt/format.h>
#include <malloc.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <utility>

#include "daemon/daemon.hpp"
#include "daemon/this_machine.hpp"
#include "shell/journal/lock.hpp"
#include "shell/journal/segments.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/log.hpp"
#include "shell/system/privileges.hpp"
#include "shell/system/syslog_sender.hpp"
#include "wgaudit/base/hex.hpp"

namespace wgaudit {
namespace {

HookOptions hook_options(const Settings& settings) {
  return {settings.on_change_script, settings.hook_actions, settings.hook_time_limit,
          settings.hook_concurrency, settings.journal,      settings.interface};
}

}  // namespace

Daemon::Daemon(Settings settings, PeerNames names, std::filesystem::path wg,
               const Classifier& classifier)
    : settings_(std::move(settings)),
      lock_(lock_journal(settings_.journal)),
      now_(read_clocks()),
      journal_(settings_.journal, Stream::journal),
      events_(settings_.journal, Stream::events),
      sealer_(settings_.journal, [this](const HeldLink& sealed) { tell_of_seal(sealed); }),
      writer_({settings_.journal,
               {settings_.events_bytes, settings_.journal_bytes, settings_.journal_days}},
              journal_, events_, writer_listener()),
      recorder_(
          {settings_.interval, settings_.threshold, std::move(names), settings_.grace,
           this_machine().boot_id, settings_.compat == Compat::wg_monitor},
          classifier,
          {this_machine(), settings_.segment_bytes, settings_.segment_age, settings_.events_bytes},
          writer_, now_),
      receiver_(io_,
                {{settings_.listen_address, settings_.listen_port},
                 settings_.receive_buffer_bytes,
                 settings_.required_mark,
                 take_inherited_socket()},
                datagram_handler()),
      dump_reader_(io_, std::move(wg)),
      metrics_(io_, settings_, {[this] { return status(); }, write_daemon_log}),
      dump_timer_(io_),
      statistics_timer_(io_),
      signals_(io_, SIGINT, SIGTERM, SIGHUP),
      service_manager_(io_),
      synced_mark_(settings_.journal) {
  if (!settings_.listen_unix.empty()) {
    unix_receiver_.emplace(io_, settings_.listen_unix, datagram_handler());
  }
  const StreamEnd journal = journal_.open();
  const StreamEnd events = events_.open();
  journal_found_ = journal.last_sequence;
  restore_peers(journal.last_sequence);
  continue_from(journal, Stream::journal);
  continue_from(events, Stream::events);
  AuditLog text_log = open_text_log(journal.last_sequence);
  if (!settings_.on_change_script.empty()) {
    hooks_.emplace(io_, hook_options(settings_),
                   Hooks::Listener{write_daemon_log, [this](Loss loss) {
                                     on_shell_loss("hooks_skipped", std::move(loss));
                                   }});
    hooks_->open(journal.last_sequence + 1);
  }
  open_sealer(journal.last_sequence);
  journal_.cut();
  events_.cut();
  synced_mark_.store(journal.last_sequence);
  // A heap of a thread's own would keep what its largest burst took: malloc_trim(3) gives back the
  // end of the first one only.
  ::mallopt(M_ARENA_MAX, 1);
  text_log_.emplace(std::move(text_log), write_daemon_log);
  writer_.start();
}

Daemon::~Daemon() {
  writer_.stop();
}

/// From the last two segments: a crash may have cut the snapshot at the head of the last one short.
/// What is behind `last_sequence` will be cut off.
void Daemon::restore_peers(std::uint64_t last_sequence) {
  const auto segments = list_segments(settings_.journal, Stream::journal);
  if (segments.empty()) return;
  const Segment& first = segments.size() > 1 ? segments[segments.size() - 2] : segments.back();
  JournalReader reader(settings_.journal, Stream::journal, first.first_sequence);
  while (reader.position() <= last_sequence) {
    const auto record = reader.next();
    if (!record || record->sequence > last_sequence) return;
    recorder_.auditor().restore(*record);
  }
}

AuditLog Daemon::open_text_log(std::uint64_t last_sequence) const {
  AuditLog text_log(
      {settings_.log_path, settings_.journal, settings_.interface, settings_.log_format});
  text_log.open(last_sequence + 1);
  if (!settings_.warnings.empty()) {
    text_log.catch_up(last_sequence);
    text_log.warn(settings_.warnings, now_.utc);
  }
  return text_log;
}

void Daemon::open_sealer(std::uint64_t last_sequence) {
  const auto keys = sealer_.open(last_sequence);
  for (SegmentWriter* const writer : {&journal_, &events_}) writer->seal_with(sealer_);
  if (!keys) return;
  recorder_.batcher().seal_soon();
  std::string key;
  append_hex(keys->first, key);
  write_daemon_log(
      keys->replace_lost
          ? fmt::format("the key that the journal's last seal names is gone: from here on others "
                        "seal it, {} first, and wgaudit verify will say so",
                        key)
          : fmt::format("the first key that seals the journal is {}: keep it elsewhere, for "
                        "wgaudit verify --key",
                        key));
}

/// Called on the writer's thread, which alone waits for the disk; nothing here waits.
void Daemon::tell_of_seal(const HeldLink& sealed) const {
  const std::string text = words_for_link(sealed);
  write_daemon_log(text);
  const auto& socket = settings_.seal_syslog;
  if (socket.empty() || send_to_syslog(socket, text)) return;
  write_daemon_log(
      fmt::format("{}: the seal could not be sent: {}", socket.string(), error_text(errno)));
}

void Daemon::continue_from(const StreamEnd& end, Stream stream) {
  recorder_.auditor().continue_from(stream, end.last_sequence, end.created);
  recorder_.batcher().continue_from(end, stream, now_);
  if (end.torn_bytes == 0) return;
  torn_.push_back(fmt::format("{} bytes of {}{}", end.torn_bytes, to_text(stream),
                              end.torn.empty() ? "" : ", kept in " + end.torn.string()));
}

void Daemon::start() {
  start_status_socket();
  const bool has_unix = !settings_.listen_unix.empty();
  write_daemon_log(fmt::format("listening on {}:{}{}{}, journal in {}", settings_.listen_address,
                               receiver_.port(), has_unix ? " and " : "",
                               settings_.listen_unix.string(), settings_.journal.string()));
  now_ = read_clocks();
  MonitorFacts facts = monitor_facts();
  facts.dynamic_debug = dynamic_debug_now();
  say_what_is_missing(facts.dynamic_debug);
  recorder_.auditor().on_start(std::move(facts), now_, recorder_.records());
  for (const std::string& what : torn_) {
    recorder_.auditor().on_loss("torn_tail", {{}, {}, {}, what}, now_, recorder_.records());
  }
  record_inheritance();
  deliver();
  receiver_.start();
  if (unix_receiver_) unix_receiver_->start();
  start_statistics();
  metrics_.start();
  wait_for_signal();
  if (hooks_) hooks_->catch_up(journal_found_);
  boost::asio::post(io_, [this] { service_manager_.tell_ready(); });
}

/// What happened to a socket that was there before us. Of what it dropped nobody knows whether a
/// run before this one has recorded it.
void Daemon::record_inheritance() {
  if (const auto dropped = receiver_.dropped_before(); dropped != 0) {
    recorder_.auditor().on_loss(
        "socket_overflow",
        {{}, {}, now_.utc, fmt::format("{} that the socket dropped since it was bound", dropped)},
        now_, recorder_.records());
  }
  const auto owners = receiver_.owners();
  if (owners.size() < 2) return;
  const std::string detail = fmt::format(
      "the users {} have sockets there, and the last one that was bound gets the lines; end the "
      "others ('ss -ulpn') and restart the socket unit",
      fmt::join(owners, ", "));
  write_daemon_log("the port is shared: " + detail);
  recorder_.auditor().on_loss("port_shared", {{}, {}, {}, detail}, now_, recorder_.records());
}

/// What makes the record worse than it could be, and its cure.
void Daemon::say_what_is_missing(std::optional<DynamicDebug> debug) {
  if (receiver_.buffer_bytes() < settings_.receive_buffer_bytes) {
    write_daemon_log(
        fmt::format("the receive buffer is only {} bytes and loses bursts; give "
                    "CAP_NET_ADMIN or raise net.core.rmem_max to {}",
                    receiver_.buffer_bytes(), settings_.receive_buffer_bytes));
  }
  if (settings_.required_mark == 0 && !receiver_.sees_senders()) {
    write_daemon_log(
        "the kernel does not tell whose sockets there are (CONFIG_INET_UDP_DIAG): forged "
        "lines raise no alarm; have rsyslog's marked, and set require_mark");
  }
  if (!has_net_admin()) {
    write_daemon_log(
        "without CAP_NET_ADMIN wg will be refused: start as root, or put "
        "AmbientCapabilities=CAP_NET_ADMIN into the unit");
  }
  if (debug && debug != DynamicDebug::on) {
    write_daemon_log(
        "dynamic debug of the wireguard module is not on for all its messages: "
        "echo 'module wireguard +p' > /proc/dynamic_debug/control");
  }
}

}  // namespace wgaudit
