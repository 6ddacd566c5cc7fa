#include "shell/readers/hooks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cctype>
#include <cerrno>
#include <utility>

#include "shell/readers/wg_monitor_lines.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_waiting = 256;      // jobs in memory; the journal keeps the rest
constexpr std::size_t records_at_once = 256;  // read in one turn of the loop
constexpr std::size_t output_limit = 64U << 10U;
constexpr std::size_t logged_output = 2000;

/// The action that a record has for a hook. A peer that is offline when it is first seen is
/// OFFLINE, as in wg_monitor; a peer that is recorded at the start of the monitor is ONLINE or
/// OFFLINE, as it is.
std::string_view hook_action(const Record& record) {
  const PeerFacts* const peer = record.peer();
  const bool is_online = peer != nullptr && peer->presence == Presence::online;
  const bool is_first_seen = record.is(Action::peer_added) && !is_online;
  if (!is_first_seen && !is_peer_at_start(record)) return to_text(record.action);
  return to_text(is_online ? Action::peer_online : Action::peer_offline);
}

/// wg_monitor's name of the event: ONLINE for `peer_online`, MONITOR_STARTED for `monitor_started`.
std::string event_name(const Record& record) {
  std::string_view name = hook_action(record);
  take_prefix(name, "peer_");
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

void add_peer(const Record& record, std::vector<std::string>& environment) {
  const PeerFacts& peer = *record.peer();
  const auto handshake = peer.latest_handshake.value_or(std::chrono::sys_seconds{});
  const bool online = peer.presence == Presence::online;
  environment.push_back("PEER_IFACE=" + to_printable(record.interface.view()));
  environment.push_back("PEER_PUBKEY=" + (peer.public_key ? to_text(*peer.public_key) : ""));
  environment.push_back("PEER_NAME=" + to_printable(peer.name));
  environment.push_back("PEER_ENDPOINT=" +
                        to_printable(to_text(record.endpoint().value_or(Endpoint{}))));
  environment.push_back("PEER_ALLOWED_IPS=" + shown_ips(peer.allowed_ips));
  environment.push_back(fmt::format("PEER_HANDSHAKE={}", handshake.time_since_epoch().count()));
  environment.push_back(fmt::format("PEER_ONLINE={}", online ? 1 : 0));
}

std::string lane_key(const Record& record) {
  const PeerFacts* const peer = record.peer();
  if (peer == nullptr || !peer->public_key) return {};
  return fmt::format("{} {}", record.interface.view(), to_text(*peer->public_key));
}

std::string describe_end(const ChildResult& result) {
  switch (result.end) {
    case ChildResult::End::exited:
      return result.status == 0 ? "" : fmt::format("ended with status {}", result.status);
    case ChildResult::End::signalled:
      return fmt::format("ended by signal {}", result.status);
    case ChildResult::End::timed_out:
      return "timed out and was ended with all it started";
    case ChildResult::End::output_too_long:
      return "wrote too much and was ended";
    case ChildResult::End::not_started:
      return fmt::format("could not be started: {}", error_text(result.status));
  }
  __builtin_unreachable();
}

}  // namespace

std::vector<std::string> hook_environment(const Record& record, bool is_replay) {
  std::vector<std::string> environment = {"PATH=/usr/bin:/usr/sbin:/bin:/sbin",
                                          "PEER_EVENT=" + event_name(record),
                                          fmt::format("WGAUDIT_SEQUENCE={}", record.sequence),
                                          fmt::format("WGAUDIT_REPLAY={}", is_replay ? 1 : 0)};
  if (record.peer() != nullptr) add_peer(record, environment);
  return environment;
}

Hooks::Hooks(boost::asio::io_context& io, HookOptions options, Listener listener)
    : io_(io),
      options_(std::move(options)),
      listener_(std::move(listener)),
      tail_({options_.journal, options_.journal / "hooks.cursor", options_.interface}) {}

void Hooks::catch_up(std::uint64_t last_sequence) {
  last_sequence_ = last_sequence;
  read_on();
}

ReaderStatus Hooks::status(std::uint64_t synced) const {
  return reader_status("hooks", tail_.next_sequence(), synced);
}

void Hooks::read_on() {
  const auto take_gap = [this](const Tail::Gap& gap) {
    const auto [first, last] = gap.records;
    listener_.skipped({{}, {}, {}, fmt::format("journal {} to {}", first, last)});
    return true;
  };
  const auto taker = [this](const Tail::Entry& entry) { return take(entry); };
  const Tail::Stop stop = tail_.read_to(last_sequence_, {taker, take_gap}, records_at_once);
  start_jobs();
  tail_.store();
  if (stop != Tail::Stop::at_limit) {
    if (skipped_.count) listener_.skipped(std::exchange(skipped_, {}));
  } else if (!std::exchange(is_reading_, true)) {
    boost::asio::post(io_, [this] {
      is_reading_ = false;
      read_on();
    });
  }
}

Tail::Answer Hooks::take(const Tail::Entry& entry) {
  if (tail_.started() >= max_waiting) return Tail::Answer::not_taken;
  if (!is_wanted(entry.record) || is_too_old(entry.record)) return Tail::Answer::done;
  enqueue(entry);
  return Tail::Answer::started;
}

/// Counts the record if it is too old.
bool Hooks::is_too_old(const Record& record) {
  if (std::chrono::system_clock::now() - record.created <= options_.max_age) return false;
  if (!skipped_.count) skipped_.from = record.created;
  skipped_.count = skipped_.count.value_or(0) + 1;
  skipped_.to = record.created;
  ++runs_.skipped;
  return true;
}

bool Hooks::is_wanted(const Record& record) const {
  return options_.actions.count(std::string(hook_action(record))) != 0;
}

void Hooks::enqueue(const Tail::Entry& entry) {
  const Record& record = entry.record;
  Job job;
  job.sequence = record.sequence;
  job.label = fmt::format("hook for record {}", record.sequence);
  job.child.program = options_.script;
  job.child.environment = hook_environment(record, entry.is_replay);
  job.child.input = entry.line + "\n";
  job.child.time_limit = options_.time_limit;
  job.child.output_limit = output_limit;
  lanes_[lane_key(record)].jobs.push_back(std::move(job));
}

void Hooks::start_jobs() {
  // The oldest record goes first. A search through all lanes is cheap: max_waiting bounds them.
  while (running_ < options_.concurrency) {
    auto next = lanes_.end();
    for (auto lane = lanes_.begin(); lane != lanes_.end(); ++lane) {
      if (lane->second.child) continue;
      const bool older = next == lanes_.end() ||
                         lane->second.jobs.front().sequence < next->second.jobs.front().sequence;
      if (older) next = lane;
    }
    if (next == lanes_.end()) return;
    start(next->second, next->first);
  }
}

void Hooks::start(Lane& lane, const std::string& key) {
  ++running_;
  lane.child = std::make_unique<ChildProcess>(
      io_, std::move(lane.jobs.front().child),
      [this, key](ChildResult result) { on_done(key, std::move(result)); });
}

/// Takes `key` by value: the child that calls, with all that it captured, is destroyed here.
void Hooks::on_done(std::string key, ChildResult result) {
  Lane& lane = lanes_.at(key);
  count(result);
  log_output(lane.jobs.front().label, result);
  tail_.done(lane.jobs.front().sequence);
  lane.jobs.pop_front();
  --running_;
  lane.child.reset();
  if (lane.jobs.empty()) lanes_.erase(key);
  read_on();
}

void Hooks::count(const ChildResult& result) {
  const bool is_good = result.end == ChildResult::End::exited && result.status == 0;
  if (is_good) {
    ++runs_.succeeded;
  } else {
    ++(result.end == ChildResult::End::timed_out ? runs_.timed_out : runs_.failed);
  }
}

void Hooks::log_output(const std::string& label, const ChildResult& result) {
  for (std::string_view output : {result.output.view(), std::string_view(result.error_output)}) {
    output = output.substr(0, logged_output);
    while (!output.empty()) {
      listener_.log(fmt::format("{}: {}", label, to_printable(take_until(output, '\n'))));
    }
  }
  const std::string end = describe_end(result);
  if (!end.empty()) listener_.log(fmt::format("{}: {} {}", label, options_.script.string(), end));
}

}  // namespace wgaudit
