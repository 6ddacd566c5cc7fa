// What `wgaudit status` is told, by whoever owns the socket.

#include <string>

#include "fuzz/target.hpp"
#include "shell/status/status_json.hpp"
#include "shell/status/status_text.hpp"
#include "status/status_sample.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

void check_text(const ToldStatus& told, const TextStyle& style) {
  const std::string text = status_text(told, style);
  require(text.ends_with('\n'), "each line has its end");
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = take_until(rest, '\n');
    require(still_printable(line, line.size()) == line, "what is shown is printable");
  }
}

}  // namespace

void try_input(std::string_view input) {
  const auto told = parse_status(input);
  if (!told) return;
  check_text(*told, {});
  check_text(*told, {40, 5, false});
  const std::string text = answer_of(told->status, told->observer);
  const auto again = parse_status(text);
  require(again.has_value(), "a status that was read is written and read again");
  require(answer_of(again->status, again->observer) == text,
          "a status that was read again is the same");
}

}  // namespace wgaudit
