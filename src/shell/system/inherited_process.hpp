#pragma once

#include <string>
#include <vector>

namespace wgaudit {

/// The environment of this process, `NAME=value` each.
std::vector<std::string> environment();

/// Mends what a careless parent may have left us: a closed standard descriptor, whose number the
/// next file would get, or an ignored SIGCHLD, which loses how children end.
void tidy_inheritance();

}  // namespace wgaudit
