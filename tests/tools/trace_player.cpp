// Plays a recorded trace as if it happened now: sends its datagrams when they are due and keeps a
// stand-in for wg(8) that prints the dump of the moment. It needs no privilege and no WireGuard.

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using std::chrono::seconds;

constexpr const char* usage =
    R"(Usage: trace_player TRACE FOLDER [--send ADDR:PORT | --kmsg FILE] [--from S] [--to S]
Plays the recorded TRACE in real time, its times shifted to now by whole seconds.
  FOLDER       gets `wg`, which prints the dump of the moment; made if missing
  --send       sends the datagrams there by UDP (IPv4)
  --kmsg       writes their kernel lines to this file or FIFO, as /proc/kmsg has them
  --from --to  play this part only, in seconds from the beginning of the trace
`--to 0` only prepares FOLDER, with the dump of the moment --from.
)";

struct Options {
  fs::path trace;
  fs::path folder;
  std::string send;
  fs::path kmsg;
  microseconds from{0};
  microseconds to = microseconds::max();
};

struct Datagram {
  microseconds time;  ///< Since 1970, as all here.
  std::string bytes;
};

struct RecordedDump {
  microseconds time{0};  ///< When it was complete: nothing in it is from later.
  int status = 0;
  std::string text;
};

struct Trace {
  microseconds start;
  std::vector<Datagram> datagrams;
  std::vector<RecordedDump> dumps;
};

[[noreturn]] void fail(const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), path.string());
}

microseconds parse_seconds(std::string_view text) {
  const auto value = parse_number<std::uint32_t>(text);
  if (!value) throw std::invalid_argument(fmt::format("{}: not a number of seconds", text));
  return seconds(*value);
}

Options parse_options(const std::vector<std::string>& words) {
  Options options;
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].rfind("--", 0) != 0) {
      paths.push_back(words[i]);
      continue;
    }
    const std::string& flag = words[i];
    if (++i == words.size()) throw std::invalid_argument(flag + ": needs a value");
    if (flag == "--send") {
      options.send = words[i];
    } else if (flag == "--kmsg") {
      options.kmsg = words[i];
    } else if (flag == "--from") {
      options.from = parse_seconds(words[i]);
    } else if (flag == "--to") {
      options.to = parse_seconds(words[i]);
    } else {
      throw std::invalid_argument(flag + ": no such flag");
    }
  }
  if (paths.size() != 2) throw std::invalid_argument("TRACE and FOLDER are needed");
  options.trace = paths[0];
  options.folder = paths[1];
  return options;
}

template <typename Read>
void read_lines(const fs::path& path, Read read) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path.string() + ": cannot be read");
  for (std::string line; std::getline(file, line);) read(nlohmann::json::parse(line));
}

Trace read_trace(const fs::path& folder) {
  Trace trace{microseconds::max(), {}, {}};
  read_lines(folder / "datagrams.jsonl", [&](const nlohmann::json& json) {
    const microseconds time(json.at("t_us").get<std::int64_t>());
    trace.start = std::min(trace.start, time);
    trace.datagrams.push_back({time, json.at("data").get<std::string>()});
  });
  read_lines(folder / "dumps.jsonl", [&](const nlohmann::json& json) {
    const microseconds started(json.at("t0_us").get<std::int64_t>());
    trace.start = std::min(trace.start, started);
    trace.dumps.push_back({microseconds(json.at("t_us").get<std::int64_t>()),
                           json.at("rc").get<int>(), json.at("dump").get<std::string>()});
  });
  return trace;
}

/// `dump` with the sixth field of every peer, its latest handshake, moved; 0 is `never` and stays.
std::string shift_handshakes(std::string_view dump, seconds shift) {
  constexpr std::size_t peer_fields = 9;
  constexpr std::size_t handshake_field = 5;
  std::string shifted;
  while (!dump.empty()) {
    std::string_view rest = take_until(dump, '\n');
    std::vector<std::string> fields;
    while (!rest.empty()) fields.emplace_back(take_until(rest, '\t'));
    if (fields.size() == peer_fields && fields[handshake_field] != "0") {
      const auto handshake = parse_number<std::int64_t>(fields[handshake_field]);
      fields[handshake_field] = std::to_string(handshake.value_or(0) + shift.count());
    }
    shifted += fmt::format("{}\n", fmt::join(fields, "\t"));
  }
  return shifted;
}

/// What a shell takes as one word, whatever is in it.
std::string quoted(const fs::path& path) {
  std::string word = "'";
  for (const char c : path.string()) c == '\'' ? word += "'\\''" : word += c;
  return word + "'";
}

/// The folder with the stand-in for wg: a script, and what it prints and ends with.
class StandIn {
 public:
  explicit StandIn(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail(folder);
    folder_ = fs::canonical(folder);
    replace("wg",
            fmt::format("#!/bin/sh\n"
                        "# Stands in for wg(8): prints what a real one printed when the trace was "
                        "recorded.\n"
                        "cat {}; exit \"$(cat {})\"\n",
                        quoted(folder_ / "current.dump"), quoted(folder_ / "current.status")));
    if (::chmod((folder_ / "wg").c_str(), 0755) != 0) fail(folder_ / "wg");
  }

  void set(const std::string& dump, int status) {
    replace("current.status", fmt::format("{}\n", status));
    replace("current.dump", dump);
  }

 private:
  void replace(const char* name, const std::string& text) {
    const fs::path path = folder_ / (std::string(name) + ".new");
    std::ofstream file(path, std::ios::binary);
    if (!(file << text).flush()) fail(path);
    file.close();
    fs::rename(path, folder_ / name);
  }

  fs::path folder_;
};

/// Where the lines of the trace go: a socket, a kernel log, or nowhere.
class Sink {
 public:
  explicit Sink(const Options& options) : as_kmsg_(!options.kmsg.empty()) {
    if (as_kmsg_) {
      // For reading too: a FIFO then neither waits for its reader nor ends when it is closed here.
      file_ = ::open(options.kmsg.c_str(), O_RDWR | O_CLOEXEC);
      if (file_ < 0) fail(options.kmsg);
    } else if (!options.send.empty()) {
      connect(options.send);
    }
  }
  ~Sink() {
    if (file_ >= 0) ::close(file_);
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  void write(std::string_view datagram) {
    const std::string text = as_kmsg_ ? kmsg_line(datagram) : std::string(datagram);
    if (file_ < 0 || text.empty()) return;
    // ECONNREFUSED: nobody listens at the moment. A syslog daemon would not notice either.
    if (::write(file_, text.data(), text.size()) < 0 && errno != ECONNREFUSED) fail("write");
  }

 private:
  void connect(std::string_view address) {
    sockaddr_in target{};
    target.sin_family = AF_INET;
    const std::string host(take_until(address, ':'));
    const auto port = parse_number<std::uint16_t>(address);
    if (::inet_pton(AF_INET, host.c_str(), &target.sin_addr) != 1 || !port) {
      throw std::invalid_argument("--send: not an IPv4 address and port");
    }
    target.sin_port = htons(*port);
    file_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (file_ < 0 || ::connect(file_, reinterpret_cast<sockaddr*>(&target), sizeof target) != 0) {
      fail(host);
    }
  }

  /// `<7>Nov 21 07:09:39 host kernel: [   15.5] text` as `<7>[   15.5] text`; empty for other
  /// lines.
  static std::string kmsg_line(std::string_view datagram) {
    constexpr std::string_view tag = " kernel: ";
    const auto priority_end = datagram.find('>');
    const auto text = datagram.find(tag);
    if (priority_end == std::string_view::npos || text == std::string_view::npos) return {};
    return fmt::format("{}{}\n", datagram.substr(0, priority_end + 1),
                       datagram.substr(text + tag.size()));
  }

  int file_ = -1;
  bool as_kmsg_;
};

class Player {
 public:
  Player(const Options& options, Trace trace)
      : trace_(std::move(trace)), stand_in_(options.folder), sink_(options) {
    const microseconds from = trace_.start + options.from;
    const microseconds length = std::max(options.to - options.from, microseconds(0));
    end_ = length > microseconds::max() - from ? microseconds::max() : from + length;
    dump_ = std::partition_point(trace_.dumps.begin(), trace_.dumps.end(),
                                 [from](const RecordedDump& dump) { return dump.time <= from; });
    datagram_ =
        std::partition_point(trace_.datagrams.begin(), trace_.datagrams.end(),
                             [from](const Datagram& datagram) { return datagram.time < from; });
    // Whole seconds, as the handshakes in the dumps are: they stay exact.
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    shift_ = std::chrono::ceil<seconds>(now - from);
    set_dump(dump_ == trace_.dumps.begin() ? RecordedDump{} : *std::prev(dump_));
  }

  void play() {
    fmt::print("playing {} datagrams and {} dumps, shifted by {} s\n",
               trace_.datagrams.end() - datagram_, trace_.dumps.end() - dump_, shift_.count());
    std::fflush(stdout);
    for (microseconds next = next_time(); next < end_; next = next_time()) {
      std::this_thread::sleep_until(std::chrono::system_clock::time_point(next + shift_));
      for (; datagram_ != trace_.datagrams.end() && datagram_->time <= next; ++datagram_) {
        sink_.write(datagram_->bytes);
      }
      for (; dump_ != trace_.dumps.end() && dump_->time <= next; ++dump_) set_dump(*dump_);
    }
  }

 private:
  microseconds next_time() const {
    return std::min(datagram_ == trace_.datagrams.end() ? microseconds::max() : datagram_->time,
                    dump_ == trace_.dumps.end() ? microseconds::max() : dump_->time);
  }

  void set_dump(const RecordedDump& dump) {
    stand_in_.set(shift_handshakes(dump.text, shift_), dump.status);
  }

  const Trace trace_;
  StandIn stand_in_;
  Sink sink_;
  seconds shift_{0};
  microseconds end_{0};
  std::vector<RecordedDump>::const_iterator dump_;
  std::vector<Datagram>::const_iterator datagram_;
};

}  // namespace
}  // namespace wgaudit

int main(int argc, char** argv) {
  using namespace wgaudit;
  try {
    const Options options = parse_options({argv + 1, argv + argc});
    Player(options, read_trace(options.trace)).play();
    return EXIT_SUCCESS;
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "trace_player: {}\n{}", error.what(), usage);
  } catch (const std::exception& error) {
    fmt::print(stderr, "trace_player: {}\n", error.what());
  }
  return EXIT_FAILURE;
}
