#include "shell/system/local_time.hpp"

#include <fmt/chrono.h>

#include <chrono>
#include <ctime>

namespace wgaudit {

std::string local_time_text(UtcTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", local);
}

}  // namespace wgaudit
