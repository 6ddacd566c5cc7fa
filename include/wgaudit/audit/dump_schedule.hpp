#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>

#include "wgaudit/audit/heard_line.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/wireguard/dump.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Says when the next `wg show all dump` is wanted: every interval, and as soon as a kernel line
/// raises a question that only a dump can answer.
///
/// - A line that can mean a handshake opens a question about its kernel id. A responder's latest
///   handshake moves only one round trip after its lines (kernel.md: 11 to 326 ms measured), so the
///   question is asked again at growing intervals until a dump shows the handshake or the attempt
///   has expired.
/// - A line about an interface or a peer object asks once: the next dump shows it.
/// - A keepalive asks only while it is not known that its sender is online, or when it comes from
///   another endpoint than before.
/// - Dumps on demand are spaced so that they use at most a tenth of the time, or a third where one
///   takes so long that a tenth would be less than prompt; of the processor's time never more than
///   a tenth.
/// - After a failure the next try waits: 1 s, 2 s, 4 s, … up to the interval.
///
/// An endpoint serves here to close a question, never to say whose an id is: a wrong match costs
/// promptness, which the interval bounds, and no truth.
class DumpSchedule {
 public:
  DumpSchedule(std::chrono::seconds interval, std::chrono::seconds threshold, SteadyTime start)
      : interval_(interval), threshold_(threshold), periodic_(start), allowed_(start) {}

  void on_line(const HeardLine& line);

  /// Wants a dump after `delay`.
  void ask(Instant now, std::chrono::milliseconds delay);

  void on_dump(const Dump& dump, Instant started, Instant finished, const WallClock& wall_clock);
  void on_failure(Instant now);

  /// The processor's time that the last dump took, all in all.
  void on_cost(std::chrono::microseconds cpu, Instant now);

  /// When the next dump is wanted, at the latest for `deadline`; in the past: now.
  SteadyTime due(std::optional<SteadyTime> deadline) const;

  /// How many kernel ids are remembered; bounded.
  std::size_t size() const { return questions_.size(); }

 private:
  struct Question {
    InterfaceName interface;
    std::optional<Endpoint> endpoint;
    SteadyTime since;    ///< A handshake at or after this answers it.
    SteadyTime asked;    ///< The last line that raised it.
    std::size_t step;    ///< Index of the growing interval.
    SteadyTime next;     ///< When to ask again.
    unsigned sent = 0;   ///< Initiations of ours since it was last answered.
    bool open;           ///< It is still to be answered.
    bool quiet = false;  ///< A dump answered it, or none can: a keepalive need not ask.
  };

  void open_question(const KernelEvent& event, Instant now, std::size_t step, SteadyTime since);
  void on_initiation_sent(const KernelEvent& event, Instant now);
  void on_keepalive(const KernelEvent& event, Instant now);
  static void close(Question& question);
  void answer_questions(const Dump& dump, Instant started, const WallClock& wall_clock);
  void advance_questions(Instant finished);
  void want(SteadyTime time);
  void make_room();

  std::chrono::seconds interval_;
  std::chrono::seconds threshold_;
  SteadyTime periodic_;                  ///< Next one by the interval.
  SteadyTime allowed_;                   ///< No dump before this.
  std::optional<SteadyTime> on_demand_;  ///< Earliest that anything asks for.
  std::chrono::seconds backoff_{0};
  SteadyTime asked_{};                    ///< When `ask` was called last.
  std::map<PeerId, Question> questions_;  ///< Ordered, since a forger chooses the ids.
};

}  // namespace wgaudit
