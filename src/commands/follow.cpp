#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "commands/commands.hpp"
#include "commands/follower.hpp"
#include "commands/output.hpp"
#include "shell/journal/segments.hpp"
#include "shell/settings/settings_merge.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/inherited_process.hpp"

namespace wgaudit {
namespace {

constexpr std::chrono::milliseconds follow_interval{100};
constexpr std::size_t output_size = 256U << 10U;

// A record is in its file this long after its time.
constexpr std::chrono::seconds writing_time{1};

}  // namespace

int follow_command(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line.given, environment());
  const UtcTime begin = utc_now();
  const RecordFilter filter = command_line.view.filter_at(begin);
  const bool is_over = filter.until && *filter.until <= begin;
  ShownProgress progress(stored_bytes(settings.journal));
  // There may be much to print first; it is flushed when all of it has been read.
  if (::isatty(STDOUT_FILENO) == 0) std::setvbuf(stdout, nullptr, _IOFBF, output_size);
  Follower follower(settings.journal, filter, command_line.view.form, begin,
                    [&](std::size_t bytes) { progress.add(bytes); });
  const auto print = [&](std::string_view line) {
    progress.erase();
    print_line(line);
  };
  for (bool is_last = is_over;;
       is_last = filter.until && *filter.until + writing_time < utc_now()) {
    follower.poll(print);
    progress.end();
    std::fflush(stdout);
    const std::string complaint = follower.take_complaint();
    if (!complaint.empty()) fmt::print(stderr, "wgaudit: {}\n", complaint);
    if (is_last) return EXIT_SUCCESS;
    std::this_thread::sleep_for(follow_interval);
  }
}

}  // namespace wgaudit
