#include "commands/replayer.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "shell/system/io_error.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record_json.hpp"
#include "wgaudit/wireguard/dump_parser.hpp"

namespace wgaudit {
namespace {

struct Datagram {
  std::int64_t time;  ///< µs since 1970, as all here.
  std::string bytes;
};

struct RecordedDump {
  std::int64_t started;
  std::int64_t finished;
  int status;
  std::string text;
};

/// Calls `read` with each line's JSON.
template <typename Read>
void read_lines(const std::filesystem::path& path, Read read) {
  std::ifstream file(path);
  if (!file) {
    throw io_error(path,
                   "cannot be read; a trace is a folder with datagrams.jsonl and dumps.jsonl in it",
                   EX_DATAERR);
  }
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    try {
      read(nlohmann::json::parse(line));
    } catch (const nlohmann::json::exception& error) {
      throw SetupError(fmt::format("{}:{}: {}", path.string(), number, error.what()), EX_DATAERR);
    }
  }
}

std::vector<Datagram> read_datagrams(const std::filesystem::path& path) {
  std::vector<Datagram> datagrams;
  read_lines(path, [&](const nlohmann::json& json) {
    datagrams.push_back({json.at("t_us").get<std::int64_t>(), json.at("data").get<std::string>()});
  });
  return datagrams;
}

std::vector<RecordedDump> read_dumps(const std::filesystem::path& path) {
  std::vector<RecordedDump> dumps;
  read_lines(path, [&](const nlohmann::json& json) {
    dumps.push_back({json.at("t0_us").get<std::int64_t>(), json.at("t_us").get<std::int64_t>(),
                     json.at("rc").get<int>(), json.at("dump").get<std::string>()});
  });
  return dumps;
}

Instant instant(std::int64_t time) {
  const std::chrono::microseconds since_epoch(time);
  return {SteadyTime(since_epoch), UtcTime(since_epoch)};
}

class Replay {
 public:
  using Write = std::function<void(const Auditor& auditor, const Records& records)>;

  Replay(AuditorOptions options, const Classifier& classifier, std::int64_t start,
         const Write& write)
      : auditor_(std::move(options), classifier, instant(start)), write_(write) {}

  void on_datagram(const Datagram& datagram) {
    now_ = datagram.time;
    auditor_.on_datagram(datagram.bytes, instant(datagram.time), records_);
    auditor_.on_time(instant(datagram.time), records_);
    deliver();
  }

  /// Ends the log: records that wait for their time or were folded are made.
  void on_end() {
    for (const std::int64_t wait : {2'000'000, 4'000'000}) on_time(now_ + wait);
    auditor_.on_end(instant(now_ + 4'000'000), records_);
    deliver();
  }

  bool wants_dump(std::int64_t time) const { return auditor_.dump_due() <= instant(time).steady; }

  void on_dump(const RecordedDump& recorded) {
    now_ = std::max(now_, recorded.finished);
    const DumpTimes times{instant(recorded.started), instant(recorded.finished)};
    const auto dump = parse_dump(recorded.text);
    if (recorded.status != 0) {
      auditor_.on_dump_failure(DumpFailureKind::exit_status,
                               fmt::format("exit status {}", recorded.status), times.finished,
                               records_);
    } else if (!dump) {
      auditor_.on_dump_failure(
          DumpFailureKind::malformed,
          fmt::format("line {}: {}", dump.error().line, to_text(dump.error().fault)),
          times.finished, records_);
    } else {
      auditor_.on_dump(*dump, {}, times, records_);
    }
    deliver();
  }

 private:
  void on_time(std::int64_t time) {
    auditor_.on_time(instant(time), records_);
    deliver();
  }

  void deliver() {
    if (!records_.empty()) write_(auditor_, records_);
    records_.clear();
  }

  Auditor auditor_;
  Records records_;
  std::int64_t now_ = 0;  ///< Time of the last datagram or dump.
  const Write& write_;
};

void play_trace(const std::filesystem::path& trace, AuditorOptions options,
                const Classifier& classifier, const Replay::Write& write) {
  const auto datagrams = read_datagrams(trace / "datagrams.jsonl");
  const auto dumps = read_dumps(trace / "dumps.jsonl");
  const std::int64_t start = std::min(datagrams.empty() ? INT64_MAX : datagrams.front().time,
                                      dumps.empty() ? INT64_MAX : dumps.front().started);
  Replay play(std::move(options), classifier, start, write);
  auto datagram = datagrams.begin();
  const auto play_datagrams = [&](std::int64_t until) {
    for (; datagram != datagrams.end() && datagram->time <= until; ++datagram) {
      play.on_datagram(*datagram);
    }
  };
  for (const RecordedDump& dump : dumps) {
    play_datagrams(dump.started);
    if (!play.wants_dump(dump.started)) continue;
    play_datagrams(dump.finished);
    play.on_dump(dump);
  }
  play_datagrams(INT64_MAX);
  play.on_end();
}

}  // namespace

void replay(const std::filesystem::path& trace, AuditorOptions options,
            const Classifier& classifier, const std::function<void(const std::string&)>& write) {
  const Observer observer{"trace", {}};
  play_trace(trace, std::move(options), classifier, [&](const Auditor&, const Records& records) {
    for (const Record& record : records) write(to_json(record, observer));
  });
}

void explain_replay(const std::filesystem::path& trace, AuditorOptions options,
                    const Classifier& classifier, PeerId id,
                    const std::function<void(const std::string&)>& write) {
  std::vector<std::string> last;
  bool was_told = false;
  const auto tells = [&](const Record& record) {
    return record.is(Action::peer_identified) && record.peer()->id == id;
  };
  play_trace(trace, std::move(options), classifier,
             [&](const Auditor& auditor, const Records& records) {
               auto known = auditor.explain(id);
               if (!known.empty()) last = std::move(known);
               if (std::none_of(records.begin(), records.end(), tells)) return;
               was_told = true;
               for (const std::string& line : last) write(line);
             });
  if (was_told) return;
  if (last.empty()) write(fmt::format("no line names a peer {}", static_cast<std::uint64_t>(id)));
  for (const std::string& line : last) write(line);
}

}  // namespace wgaudit
