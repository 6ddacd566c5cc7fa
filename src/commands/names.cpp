#include <iostream>

#include "commands/commands.hpp"
#include "commands/name_extractor.hpp"

namespace wgaudit {

int names_command(const CommandLine& command_line) {
  return print_names(command_line.files, std::cout, std::cerr);
}

}  // namespace wgaudit
