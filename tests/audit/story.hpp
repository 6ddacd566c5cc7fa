#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/noted_record.hpp"
#include "support/read_file.hpp"
#include "support/rows.hpp"
#include "wgaudit/audit/auditor.hpp"
#include "wgaudit/record/message.hpp"

namespace wgaudit {

inline const Classifier& shipped_classifier() {
  static const Classifier classifier(
      parse_patterns(read_file(std::string(WGAUDIT_SOURCE) + "/patterns/wireguard.patterns"),
                     "wireguard.patterns", wireguard_vocabulary()));
  return classifier;
}

/// Seconds after story_start, on both clocks.
inline Instant at(double seconds) {
  const std::chrono::microseconds since(static_cast<std::int64_t>(seconds * 1e6));
  return {SteadyTime(std::chrono::seconds(1000) + since), story_start() + since};
}

/// A line that was printed and received at once.
inline HeardLine heard(KernelEvent event, Instant when, Identity identity = {}) {
  return {std::move(event), std::move(identity), when, when};
}

/// An auditor that is told things at times, and what it records: `@seconds message` for each
/// record but those that only say how an interface is, or that no line told of a handshake: few
/// stories have all the lines.
class Story {
 public:
  explicit Story(AuditorOptions options = {})
      : auditor(std::move(options), shipped_classifier(), at(0)) {}

  /// A kernel line of wg0, as rsyslog forwards it, stamped as of ten seconds after boot at time 0.
  std::vector<std::string> kernel(double time, std::string_view text) {
    return datagram(
        time, fmt::format("<7>Nov 21 07:00:00 gw1 kernel: [{:12.6f}] wireguard: wg0: {}", 10 + time,
                          text));
  }

  std::vector<std::string> datagram(double time, std::string_view bytes) {
    auditor.on_datagram(bytes, at(time), records);
    return take();
  }

  /// A dump that was complete at `time` and took `took` seconds.
  std::vector<std::string> dump(double time, const Dump& dump, double took = 0) {
    auditor.on_dump(dump, {}, {at(time - took), at(time)}, records);
    return take();
  }

  std::vector<std::string> dump_fails(double time, std::string_view detail) {
    auditor.on_dump_failure(DumpFailureKind::exit_status, detail, at(time), records);
    return take();
  }

  /// In how many seconds from `time` the next dump is wanted.
  double dump_wanted_in(double time) const {
    const std::chrono::duration<double> wait = auditor.dump_due() - at(time).steady;
    return wait.count();
  }

  std::vector<std::string> take() {
    std::vector<std::string> texts;
    for (const Record& record : records) {
      noted_json(record);
      last.push_back(record);
      const bool is_of_interface = record.as<InterfaceSettings>() != nullptr;
      if (is_of_interface || record.reason == "handshake_not_printed") continue;
      const std::chrono::duration<double> when = *record.timestamp - story_start();
      texts.push_back(fmt::format("@{} {}", when.count(), message_of(record)));
    }
    records.clear();
    return texts;
  }

  Auditor auditor;
  Records records;
  Records last;  ///< All that was recorded.
};

/// Lines that say nothing, ten a second: the log has come so far.
inline void quiet(Story& story, double from, double to) {
  for (double time = from; time < to; time += 0.1) {
    story.datagram(
        time, fmt::format("<6>Nov 21 07:00:00 gw1 kernel: [{:12.6f}] usb 1-1: new", 10 + time));
    story.auditor.on_time(at(time), story.records);
    story.take();
  }
}

/// A run that begins at `time` with what `before` recorded, as it is read from the disk.
inline Story restarted(const Story& before, double time, AuditorOptions options = {}) {
  Story after(std::move(options));
  for (const Record& record : before.last) {
    after.auditor.restore(*parse_record(noted_json(record)));
  }
  after.last = before.last;
  after.auditor.on_start({}, at(time), after.records);
  after.take();
  return after;
}

}  // namespace wgaudit
