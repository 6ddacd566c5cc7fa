// The message of a frame of the kernel's.

#include "wgaudit/syslog/kernel_line.hpp"

#include <fmt/format.h>

#include <string>

#include "fuzz/target.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view repeat_prefix = "message repeated ";

tl::expected<KernelLineView, KernelLineError> read(std::string_view message) {
  FrameView frame;
  frame.program = "kernel";
  frame.message = message;
  return kernel_line(frame);
}

void check_stamp(const KernelLineView& line) {
  constexpr std::int64_t second = 1'000'000;
  const std::int64_t stamp = line.stamp->count();
  require(stamp >= 0, "a stamp is none before the boot");
  const std::string printed =
      fmt::format("[{:5}.{:06}] {}", stamp / second, stamp % second, line.text);
  const auto again = read(printed);
  require(again && again->stamp == line.stamp, "a stamp that was read is printed and read again");
  const bool has_caller = line.text.substr(0, 1) == "[";
  require(has_caller || again->text == line.text, "what follows the stamp is the text");
}

void check_repeated(std::string_view message, const KernelLineView& line) {
  const std::string notice = fmt::format("{}3 times: [ {}]", repeat_prefix, message);
  const auto repeated = read(notice);
  require(repeated && repeated->repeated == 3 && repeated->stamp == line.stamp &&
              repeated->text == line.text,
          "a line that is repeated says what it said");
}

}  // namespace

void try_input(std::string_view input) {
  const auto line = read(input);
  if (!line) return;
  require(line->repeated >= 1 && line->repeated <= 1'000'000, "a count of repeats is one");
  if (line->stamp) check_stamp(*line);
  if (input.starts_with(repeat_prefix)) return;
  require(input.ends_with(line->text), "the text is the end of the message");
  if (!line->text.starts_with(repeat_prefix)) check_repeated(input, *line);
}

}  // namespace wgaudit
