#include "commands/output.hpp"

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>

#include "shell/system/file_descriptor.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

void write_to_stderr(std::string_view text) {
  fmt::print(stderr, "{}", text);
}

}  // namespace

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

void print_at_once(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  check_output();
}

ShownProgress::ShownProgress(std::optional<std::uint64_t> total)
    : Progress(total, ::isatty(STDERR_FILENO) != 0 ? write_to_stderr : nullptr,
               std::chrono::steady_clock::now) {}

}  // namespace wgaudit
