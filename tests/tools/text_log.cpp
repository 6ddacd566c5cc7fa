// The text log of records: reads those that `wgaudit replay` prints from standard input and prints
// their lines in the format that its argument names. For tests/wg_monitor.

#include <cstdio>
#include <iostream>
#include <string>

#include "shell/readers/wg_monitor_lines.hpp"
#include "wgaudit/record/record_json.hpp"

int main(int argc, char** argv) {
  using namespace wgaudit;
  const bool is_classic = argc > 1 && std::string(argv[1]) == "classic";
  const LogFormat format = is_classic ? LogFormat::classic : LogFormat::compact;
  for (std::string line; std::getline(std::cin, line);) {
    const auto record = parse_record(line);
    if (!record) return 1;
    std::fputs(text_line(*record, format).c_str(), stdout);
  }
}
