// A datagram, or a line of log text: what parse_frame and parse_log_line make of it.

#include "wgaudit/syslog/frame.hpp"

#include <functional>
#include <string>
#include <tuple>

#include "fuzz/target.hpp"
#include "wgaudit/syslog/log_line.hpp"

namespace wgaudit {
namespace {

bool is_within(std::string_view part, std::string_view whole) {
  const std::less_equal<const char*> is_not_behind;
  return part.empty() || (is_not_behind(whole.data(), part.data()) &&
                          is_not_behind(part.data() + part.size(), whole.data() + whole.size()));
}

void check(const FrameView& frame, std::string_view input) {
  for (const auto part : {frame.date, frame.hostname, frame.pid, frame.message}) {
    require(is_within(part, input), "a frame borrows from what it was parsed from");
  }
  require(frame.program == "kernel" || is_within(frame.program, input),
          "a program is named in the input, but for the kernel in its own log");
  for (const auto word : {frame.hostname, frame.program, frame.pid}) {
    require(word.find(' ') == std::string_view::npos, "a word of the header holds no blank");
  }
  if (frame.priority) {
    require(frame.priority->facility <= 23 && frame.priority->severity <= 7,
            "facility and severity are those of RFC 5424");
  }
  if (frame.timestamp) {
    require(frame.date.empty(), "there is one date");
    require(parse_rfc3339(to_rfc3339(*frame.timestamp)) == frame.timestamp,
            "a time that was read is written and read again");
  }
}

std::string outcome_of(std::string_view datagram) {
  const auto frame = parse_frame(datagram);
  return std::string(frame ? frame->message : to_text(frame.error()));
}

/// The input's first half, all of it, and that half twice: whatever header is known, each is read
/// as if it were alone.
void check_reader(std::string_view input) {
  const std::string half(input.substr(0, input.size() / 2));
  FrameReader reader;
  for (const std::string& datagram : {half, std::string(input), half + half}) {
    const auto want = parse_frame(datagram);
    const auto got = reader.read(datagram);
    require(got.has_value() == want.has_value(), "a known header changes no verdict");
    if (!got) continue;
    check(*got, datagram);
    require(std::tie(got->date, got->hostname, got->program, got->pid, got->message) ==
                std::tie(want->date, want->hostname, want->program, want->pid, want->message),
            "a known header changes nothing that is said");
  }
}

}  // namespace

void try_input(std::string_view input) {
  if (const auto frame = parse_frame(input)) {
    check(*frame, input);
    require(frame->priority.has_value(), "a datagram has a priority");
  }
  using namespace std::string_view_literals;
  require(outcome_of(std::string(input).append("\r\n\0"sv)) == outcome_of(input),
          "trailing CR, LF and NUL are not part of the message");
  if (const auto line = parse_log_line(input)) check(*line, input);
  check_reader(input);
}

}  // namespace wgaudit
