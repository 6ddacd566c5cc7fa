#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "doctor/doctor.hpp"
#include "shell/classify_logs.hpp"
#include "shell/clocks.hpp"
#include "shell/command_line.hpp"
#include "shell/compat.hpp"
#include "shell/daemon.hpp"
#include "shell/daemon_log.hpp"
#include "shell/export.hpp"
#include "shell/file.hpp"
#include "shell/follow.hpp"
#include "shell/pattern_folder.hpp"
#include "shell/peer_names.hpp"
#include "shell/privileges.hpp"
#include "shell/program_path.hpp"
#include "shell/progress.hpp"
#include "shell/replay.hpp"
#include "shell/segments.hpp"
#include "shell/settings_merge.hpp"
#include "shell/status_query.hpp"
#include "shell/status_text.hpp"
#include "shell/system_call_filter.hpp"
#include "shell/terminal.hpp"
#include "shell/text_file.hpp"
#include "shell/text_line.hpp"
#include "shell/verify.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::chrono::milliseconds follow_interval{100};
constexpr std::chrono::seconds watch_interval{1};

constexpr std::size_t output_size = 256U << 10U;

// What was recorded is in its file by then.
constexpr std::chrono::seconds writing_time{1};

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.push_back(*variable);
  return variables;
}

void check_output() {
  if (!std::ferror(stdout)) return;
  throw SetupError(
      fmt::format("standard output: {}; free space or write elsewhere", error_text(errno)),
      EX_IOERR);
}

void print_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  check_output();
}

/// How far reading has come, on standard error where that is a terminal.
class ShownProgress : public Progress {
 public:
  explicit ShownProgress(std::optional<std::uint64_t> total)
      : Progress(total, ::isatty(STDERR_FILENO) != 0 ? write : nullptr,
                 std::chrono::steady_clock::now) {}

 private:
  static void write(std::string_view text) { fmt::print(stderr, "{}", text); }
};

UtcTime utc_now() {
  return std::chrono::time_point_cast<UtcTime::duration>(std::chrono::system_clock::now());
}

std::filesystem::path wg_of(const Settings& settings) {
  if (settings.wg.empty()) return find_program("wg");
  require_trusted(settings.wg);
  return settings.wg;
}

/// What a careless parent may have left us: a closed standard descriptor, whose number the next
/// file would get, or an ignored SIGCHLD, which loses how children end.
void tidy_inheritance() {
  while (true) {
    FileDescriptor null = open_file("/dev/null", O_RDWR);
    if (!null.is_open() || null.get() > STDERR_FILENO) break;
    null.release();
  }
  std::signal(SIGCHLD, SIG_DFL);
  std::signal(SIGPIPE, SIG_IGN);  // a closed standard error must not end the record
}

int tell_warnings(const Settings& settings) {
  const auto now = read_clocks().utc;
  for (const std::string& warning : settings.warnings) {
    write_line_to_stderr(text_line(now, LogLevel::warning, warning, settings.log_format));
  }
  return EXIT_SUCCESS;
}

/// Where that fails, opening the file says so.
void make_folders(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
}

int run(const CommandLine& command_line) {
  std::signal(SIGHUP, SIG_IGN);  // until the daemon waits for it
  ::umask(::umask(0) | 027);     // whatever a parent left: the journal's folder is not the world's
  Settings settings = load_settings(command_line, environment());
  drop_privileges(settings.user);
  refuse_system_calls();
  const Classifier classifier(load_patterns(settings.patterns));
  PeerNames names = load_peer_names(settings.names);
  const auto wg = wg_of(settings);
  const bool is_compat = settings.compat == Compat::wg_monitor;
  if (is_compat) leave_out_missing_hook(settings);
  if (!settings.on_change_script.empty()) require_trusted(settings.on_change_script);
  if (command_line.check_config) return tell_warnings(settings);
  if (is_compat) make_folders(settings.log_path.parent_path());
  tidy_inheritance();
  Daemon daemon(settings, std::move(names), wg, classifier);
  daemon.run();
  return EXIT_SUCCESS;
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// A terminal is written over in place, without a moment in which it is empty.
std::string over_the_last(std::string_view text) {
  std::string over = "\x1b[H";
  while (!text.empty()) over += std::string(take_until(text, '\n')) + "\x1b[K\n";
  return over + "\x1b[J";
}

/// As wide as the terminal, if it is one, and with `is_redrawn` no higher.
TextStyle style_of_output(bool is_redrawn) {
  const auto terminal = terminal_size();
  if (!terminal) return {};
  return {terminal->columns, is_redrawn ? terminal->lines : 0,
          wants_colours(variable("NO_COLOR"), variable("TERM"))};
}

void print_at_once(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  check_output();
}

int show_status(const CommandLine& command_line) {
  const auto socket = load_settings(command_line, environment()).status_socket;
  const bool is_redrawn = command_line.watch && !command_line.json && terminal_size();
  if (is_redrawn) print_at_once("\x1b[2J");
  for (;;) {
    const std::string answer = ask_for_status(socket);
    const ToldStatus told = read_answer(socket, answer);
    if (command_line.json) {
      print_at_once(still_printable(answer, answer.size()) + "\n");
    } else {
      const std::string text = status_text(told, style_of_output(is_redrawn));
      print_at_once(is_redrawn ? over_the_last(text) : text);
    }
    if (!command_line.watch) return EXIT_SUCCESS;
    if (!is_redrawn && !command_line.json) print_at_once("\n");
    std::this_thread::sleep_for(watch_interval);
  }
}

int follow(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line, environment());
  const UtcTime begin = utc_now();
  const RecordFilter filter = command_line.view.filter_at(begin);
  const bool is_over = filter.until && *filter.until <= begin;
  ShownProgress progress(stored_bytes(settings.journal));
  // What is found may be a great deal; it is flushed when all there is has been read.
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

/// Returns how many lines are none.
using ClassifyLog = std::function<std::size_t(std::istream&)>;

std::size_t classify_file(const std::filesystem::path& path, const ClassifyLog& classify) {
  const auto fail = [&](int error) {
    throw SetupError(
        fmt::format("{}: cannot be read: {}", to_printable(path.string()), error_text(error)),
        EX_IOERR);
  };
  std::error_code unknown;  // opening it tells more
  if (std::filesystem::is_directory(path, unknown)) fail(EISDIR);
  std::ifstream file(path);
  if (!file) fail(errno);
  const std::size_t unreadable = classify(file);
  if (file.bad()) fail(errno);
  return unreadable;
}

/// Nothing where one of them is no file, or there is none.
std::optional<std::uint64_t> bytes_of(const std::vector<std::string>& paths) {
  std::uint64_t bytes = 0;
  for (const std::string& path : paths) {
    std::error_code error;
    bytes += std::filesystem::file_size(path, error);
    if (error) return std::nullopt;
  }
  return paths.empty() ? std::nullopt : std::optional(bytes);
}

int classify(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line, environment());
  const Classifier classifier(load_patterns(settings.patterns));
  const RecordFilter filter = command_line.view.filter_at(utc_now());
  ShownProgress progress(bytes_of(command_line.files));
  const ClassifyLog classify_log = [&](std::istream& text) {
    return classify_logs(
        text, classifier, filter, command_line.view.form,
        [&](std::string_view line) {
          progress.erase();
          print_line(line);
        },
        [&](std::size_t bytes) { progress.add(bytes); });
  };
  std::size_t unreadable = 0;
  if (command_line.files.empty()) unreadable = classify_log(std::cin);
  for (const std::string& path : command_line.files) {
    unreadable += classify_file(path, classify_log);
  }
  progress.end();
  if (unreadable != 0) {
    fmt::print(stderr, "wgaudit: {} lines are no log lines and were passed over\n", unreadable);
  }
  return EXIT_SUCCESS;
}

int replay_trace(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line, environment());
  const Classifier classifier(load_patterns(settings.patterns));
  AuditorOptions options{
      settings.interval, settings.threshold, load_peer_names(settings.names), settings.grace, {}};
  const std::filesystem::path& trace = command_line.files.front();
  if (command_line.explain) {
    explain_replay(trace, std::move(options), classifier, *command_line.explain, print_line);
  } else {
    replay(trace, std::move(options), classifier, print_line);
  }
  return EXIT_SUCCESS;
}

int verify_journal(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line, environment());
  ShownProgress progress(stored_bytes(settings.journal));
  // Whoever forged the journal chose what is told of it.
  const auto print = [&](const std::string& line) {
    progress.end();
    print_line(still_printable(line, line.size()));
  };
  const auto on_read = [&](std::size_t bytes) { progress.add(bytes); };
  return verify(settings.journal, command_line.verify, print, on_read) ? EXIT_SUCCESS : EX_DATAERR;
}

int export_records(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line, environment());
  if (command_line.pseudonyms.empty()) {
    throw SetupError("export: there is no key for pseudonyms; name its file with --pseudonyms",
                     EX_USAGE);
  }
  const Pseudonyms pseudonyms(read_text_file(command_line.pseudonyms, EX_IOERR));
  const auto unreadable = export_journal(settings.journal, pseudonyms, print_line);
  if (unreadable == 0) return EXIT_SUCCESS;
  fmt::print(stderr, "wgaudit: {} lines are no records and were left out\n", unreadable);
  return EX_DATAERR;
}

/// Ours as a shell finds it.
std::string name_of_program() {
  const auto file = std::filesystem::read_symlink("/proc/self/exe");
  for (const char* const folder : {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"}) {
    if (file.parent_path() == folder) return file.filename();
  }
  return shell_word(file.string());
}

int examine_gateway(const CommandLine& command_line) {
  tidy_inheritance();
  Gateway gateway{load_settings(command_line, environment()), name_of_program(),
                  flags_for_run(command_line)};
  const auto config = find_settings_file(command_line, environment());
  if (!config.empty()) gateway.config = config;
  const auto checks = examine(gateway);
  for (const Check& check : checks) {
    print_line(command_line.json ? to_json(check) : to_text(check));
  }
  return exit_code_of(checks);
}

int dispatch(const CommandLine& command_line) {
  switch (command_line.command) {
    case CommandLine::Command::run:
      return run(command_line);
    case CommandLine::Command::follow:
      return follow(command_line);
    case CommandLine::Command::classify:
      return classify(command_line);
    case CommandLine::Command::replay:
      return replay_trace(command_line);
    case CommandLine::Command::verify:
      return verify_journal(command_line);
    case CommandLine::Command::export_journal:
      return export_records(command_line);
    case CommandLine::Command::doctor:
      return examine_gateway(command_line);
    case CommandLine::Command::status:
      return show_status(command_line);
    case CommandLine::Command::names:
      return print_names(command_line.files, std::cout, std::cerr);
    case CommandLine::Command::help:
    case CommandLine::Command::version:
      fmt::print("{}", command_line.text);
      return EXIT_SUCCESS;
  }
  __builtin_unreachable();
}

CommandLine parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"wgaudit"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

int act(const std::vector<std::string>& arguments) {
  const int status = dispatch(parse(arguments));
  std::fflush(stdout);
  check_output();
  return status;
}

int act_as_wg_monitor(const std::vector<std::string>& arguments) {
  try {
    const auto full = written_out(arguments);
    if (!asks_for_version(full)) return act(full);
    print_line(wg_monitor_version);
    return EXIT_SUCCESS;
  } catch (const SetupError& error) {
    if (error.exit_code == EX_USAGE) fmt::print(stderr, "Usage: wgaudit run [FLAG...]\n");
    throw SetupError(error.what(), wg_monitor_exit_code(error.exit_code));
  }
}

}  // namespace
}  // namespace wgaudit

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    return wgaudit::asks_for_wg_monitor(arguments, wgaudit::environment())
               ? wgaudit::act_as_wg_monitor(arguments)
               : wgaudit::act(arguments);
  } catch (const wgaudit::SetupError& error) {
    fmt::print(stderr, "wgaudit: {}\n", error.what());
    return error.exit_code;
  } catch (const std::exception& error) {
    fmt::print(stderr, "wgaudit: {}\n", error.what());
    return EX_SOFTWARE;
  }
}
