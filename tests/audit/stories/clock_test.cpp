// The wall clock is set, the machine sleeps, the daemon is restarted meanwhile: nobody comes or
// goes by that.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "audit/story.hpp"

namespace wgaudit::clock_test {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

constexpr double never = std::numeric_limits<double>::infinity();
constexpr std::string_view boot = "6b9f1c5e-0000-4000-8000-1";  // that of noted_json

constexpr std::string_view home = "203.0.113.7:51820";
constexpr std::string_view away = "198.51.100.1:40001";

AuditorOptions options() {
  AuditorOptions options;
  for (const std::string_view name : {"alice", "bob", "carol"}) {
    options.names[key_of(name)] = name;
  }
  options.boot_id = boot;
  return options;
}

/// What happens to the clock, in seconds after the start.
struct Trouble {
  double step_at = never;
  int step = 0;            ///< Seconds, forward or back.
  double down_at = never;  ///< The daemon is stopped, …
  double up_at = never;    ///< … and started again.
};

/// What was recorded but for times of the wall clock.
struct Told {
  double at;  ///< When, in seconds after the start.
  std::string what;
  double duration;
};

bool is_compared(const Record& record) {
  return record.stream() == Stream::journal && record.as<InterfaceSettings>() == nullptr &&
         !record.is(Action::clock_stepped) && !record.is(Action::checkpoint) &&
         record.reason != "monitor_down";
}

/// A gateway for six minutes: alice connects at 10 s, rekeys at 130 s and is gone; bob tries at 60
/// s in vain; carol was online from before the start. Dumps are taken when they are wanted.
class Gateway {
 public:
  explicit Gateway(Trouble trouble) : trouble_(trouble) {}

  std::vector<Told> run() {
    start();
    const auto events = history();
    auto event = events.begin();
    for (double time = 0; time < 360;) {
      const bool is_down = time >= trouble_.down_at && time < trouble_.up_at;
      const double due = is_down ? never : std::max(time, dump_due());
      const double tick = std::floor(time * 2 + 1.000001) / 2;
      time = std::min({tick, due, event == events.end() ? never : event->first});
      const bool is_down_now = time >= trouble_.down_at && time < trouble_.up_at;
      if (is_down_now && auditor_) stop(time);
      if (!is_down_now && !auditor_) start(time);
      if (event != events.end() && time == event->first) {
        (this->*event++->second)();
      } else if (auditor_ && time == due) {
        time += dump(time);
      }
      line(time, "usb 1-1: new");
    }
    return told_;
  }

  Instant now(double time) const {
    Instant instant = at(time);
    if (time >= trouble_.step_at) instant.utc += seconds(trouble_.step);
    return instant;
  }

  std::vector<Record> records;

 private:
  using Events = std::vector<std::pair<double, void (Gateway::*)()>>;

  static Events history() {
    return {{0.3, &Gateway::create_peers},     {10.3, &Gateway::alice_initiates},
            {10.35, &Gateway::alice_confirms}, {35.2, &Gateway::alice_sends},
            {60.1, &Gateway::bob_initiates},   {65.2, &Gateway::bob_initiates_again},
            {80.7, &Gateway::alice_moves},     {130.2, &Gateway::alice_rekeys},
            {130.25, &Gateway::alice_confirms}};
  }

  void create_peers() {
    event_ = 0.3;
    for (const char* const text :
         {"Interface created", "Peer 1 created", "Peer 2 created", "Peer 3 created"}) {
      wireguard(text);
    }
  }
  void alice_initiates() { initiate(10.3, 1, home); }
  void alice_rekeys() { initiate(130.2, 1, away); }
  void bob_initiates() { initiate(60.1, 2, "192.0.2.2:2"); }
  void bob_initiates_again() { initiate(65.2, 2, "192.0.2.2:2"); }

  void initiate(double time, int id, std::string_view endpoint) {
    event_ = time;
    wireguard(fmt::format("Receiving handshake initiation from peer {} ({})", id, endpoint));
    wireguard(fmt::format("Sending handshake response to peer {} ({})", id, endpoint));
    if (id == 1) alice_.endpoint = *parse_endpoint(endpoint);
  }
  void alice_confirms() {
    event_ += 0.05;
    alice_.latest_handshake = std::chrono::floor<seconds>(now(event_).utc);
    alice_.rx_bytes += 180;
    alice_.tx_bytes += 92;
    wireguard(fmt::format("Receiving keepalive packet from peer 1 ({})", to_text(alice_.endpoint)));
  }
  void alice_sends() {
    event_ = 35.2;
    alice_.rx_bytes += 1000;
    wireguard(fmt::format("Receiving keepalive packet from peer 1 ({})", home));
  }
  void alice_moves() {
    event_ = 80.7;
    alice_.endpoint = *parse_endpoint(away);
    alice_.rx_bytes += 1000;
    wireguard(fmt::format("Receiving keepalive packet from peer 1 ({})", away));
  }

  void wireguard(std::string_view text) { line(event_, fmt::format("wireguard: wg0: {}", text)); }

  void line(double time, std::string_view text) {
    if (!auditor_) return;
    auditor_->on_datagram(
        fmt::format("<7>Nov 21 07:00:00 gw1 kernel: [{:12.6f}] {}", 10 + time, text), now(time),
        fresh_);
    auditor_->on_time(now(time), fresh_);
    take(time);
  }

  double dump_due() const {
    return std::chrono::duration<double>(auditor_->dump_due() - at(0).steady).count();
  }

  double dump(double time) {
    constexpr double took = 0.004;
    Dump dump{dump_interface("wg0", {})};
    dump[0].peers = {alice_, dump_peer({"bob", "192.0.2.2:2"}), carol_};
    auditor_->on_dump(dump, {}, {now(time), now(time + took)}, fresh_);
    take(time + took);
    return took;
  }

  void start(double time = 0) {
    auditor_.emplace(options(), shipped_classifier(), now(time));
    for (const Record& record : records) {
      if (record.stream() == Stream::journal) auditor_->restore(*parse_record(noted_json(record)));
    }
    auditor_->on_start({}, now(time), fresh_);
    take(time);
  }

  void stop(double time) {
    auditor_->on_stop({}, now(time), fresh_);
    take(time);
    auditor_.reset();
  }

  void take(double time) {
    for (Record& record : fresh_) {
      if (is_compared(record)) {
        const Session* const session = record.session();
        const auto* const end = record.as<SessionEndBody>();
        const auto* const attempt = record.as<AttemptBody>();
        const PeerFacts* const peer = record.peer();
        const std::chrono::duration<double> lasted =
            end != nullptr ? end->ended.duration : std::chrono::seconds(0);
        told_.push_back(
            {time,
             fmt::format(
                 "{} {} {} {} {} {}", to_text(record.action), record.reason,
                 record.witness ? to_text(*record.witness) : "",
                 peer != nullptr && peer->public_key
                     ? reinterpret_cast<const char*>(peer->public_key->bytes.data())
                     : "",
                 session != nullptr
                     ? fmt::format("handshakes {} rx {} endpoints {} by {}", session->handshakes,
                                   session->rx_bytes, session->endpoints.size(),
                                   session->initiator ? to_text(*session->initiator) : "")
                     : "",
                 attempt != nullptr ? fmt::format("{} times", attempt->facts.count) : ""),
             lasted.count()});
      }
      records.push_back(std::move(record));
    }
    fresh_.clear();
  }

  Trouble trouble_;
  std::optional<Auditor> auditor_;
  Records fresh_;
  std::vector<Told> told_;
  double event_ = 0;
  DumpPeer alice_ = dump_peer({"alice", "(none)"});
  DumpPeer carol_ = [] {
    DumpPeer carol = dump_peer({"carol", "192.0.2.3:3"});
    carol.latest_handshake = std::chrono::floor<seconds>(story_start()) - seconds(20);
    return carol;
  }();
};

/// That both tell the same, at the same times within `tolerance` seconds.
void expect_same(const std::vector<Told>& got, const std::vector<Told>& want, double tolerance) {
  for (std::size_t i = 0; i < std::min(got.size(), want.size()); ++i) {
    EXPECT_EQ(got[i].what, want[i].what);
    EXPECT_NEAR(got[i].at, want[i].at, tolerance) << want[i].what;
    EXPECT_NEAR(got[i].duration, want[i].duration, tolerance) << want[i].what;
  }
  EXPECT_EQ(got.size(), want.size());
}

constexpr int hour = 3600;
constexpr int year = 365 * 86400;
constexpr int all_steps[] = {2, -2, hour, -hour, year, -year};

// A step of two seconds around a handshake leaves open which of the two the handshake's second is.
double tolerance_of(int step) {
  return std::abs(step) <= 2 ? 2.01 : 1.01;
}

TEST(Clock, TheHistoryWithoutAStepIsTheOneThatIsMeant) {
  Gateway gateway({});
  std::vector<std::string> told;
  for (const Told& one : gateway.run()) {
    if (one.what.starts_with("peer_identified") || one.what.starts_with("monitor")) continue;
    told.push_back(fmt::format("{:.1f} {}", one.at, one.what));
  }
  EXPECT_THAT(
      told,
      ElementsAre(
          "0.0 peer_added first_seen dump alice  ", "0.0 peer_added first_seen dump bob  ",
          "0.0 peer_added first_seen dump carol  ",
          "0.0 peer_online first_seen dump carol handshakes 1 rx 0 endpoints 1 by  ",
          "10.4 peer_online handshake both alice handshakes 1 rx 180 endpoints 1 by peer ",
          "65.6 attempt unconfirmed both bob  1 times",
          "80.7 peer_roamed endpoint_changed both alice handshakes 1 rx 2180 endpoints 2 by peer ",
          "160.0 peer_offline timeout dump carol  ",
          "160.0 session_ended timeout dump carol handshakes 1 rx 0 endpoints 1 by  ",
          "310.0 peer_offline timeout dump alice  ",
          "310.0 session_ended timeout dump alice handshakes 2 rx 2360 endpoints 2 by peer "));
}

/// Before anybody came, between a handshake and the dump that shows it, while everybody is online,
/// around the rekey, before and after the end.
constexpr double phases[] = {0.5,    5,      10.301, 10.38, 10.45, 40,  62.5,  79,    129.9,
                             130.23, 130.31, 131,    159.5, 161,   250, 309.5, 310.5, 340};

TEST(Clock, NobodyComesOrGoesByAStepAtAnyPhaseOfASession) {
  const std::vector<Told> want = Gateway({}).run();
  for (const int step : all_steps) {
    for (const double phase : phases) {
      SCOPED_TRACE(fmt::format("{:+} s at {}", step, phase));
      Gateway gateway({phase, step});
      expect_same(gateway.run(), want, tolerance_of(step));
      std::vector<ClockStep> noticed;
      for (const Record& record : gateway.records) {
        if (record.is(Action::clock_stepped)) noticed.push_back(*record.as<ClockStep>());
      }
      ASSERT_EQ(noticed.size(), 1U);
      EXPECT_EQ(noticed[0].to - noticed[0].from, seconds(step));
      EXPECT_LE(noticed[0].to - gateway.now(phase).utc, seconds(1));
    }
  }
}

TEST(Clock, NobodyComesOrGoesByAStepBeforeOrDuringADowntime) {
  const struct {
    double down_at;
    double up_at;
  } downtimes[] = {
      {5.25, 8.25}, {40.25, 45.25}, {100.25, 131.25}, {150.25, 165.25}, {300.25, 320.25}};
  for (const auto& [down_at, up_at] : downtimes) {
    const std::vector<Told> want = Gateway({never, 0, down_at, up_at}).run();
    for (const int step : all_steps) {
      for (const double step_at :
           {down_at - 100, down_at - 5, down_at - 1, down_at + 0.1, up_at - 0.1}) {
        if (step_at < 0.5) continue;
        SCOPED_TRACE(
            fmt::format("{:+} s at {}, down from {} to {}", step, step_at, down_at, up_at));
        Gateway gateway({step_at, step, down_at, up_at});
        expect_same(gateway.run(), want, tolerance_of(step));
        EXPECT_EQ(
            std::count_if(gateway.records.begin(), gateway.records.end(),
                          [](const Record& record) { return record.is(Action::clock_stepped); }),
            1);
      }
    }
  }
}

}  // namespace
}  // namespace wgaudit::clock_test
