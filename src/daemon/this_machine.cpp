#include "daemon/this_machine.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "shell/system/file_descriptor.hpp"
#include "shell/system/read_file.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {

Observer this_machine() {
  Observer observer;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) observer.hostname = name.data();
  std::array<char, 64> boot_id{};
  const FileDescriptor file = open_file("/proc/sys/kernel/random/boot_id", O_RDONLY);
  if (file.is_open() && ::read(file.get(), boot_id.data(), boot_id.size() - 1) > 0) {
    observer.boot_id = std::string_view(boot_id.data()).substr(0, 36);
  }
  return observer;
}

std::optional<std::uint64_t> module_load_now(const std::filesystem::path& modules) {
  for (const char* const name : {"wireguard", "amneziawg"}) {
    struct stat status {};
    if (::stat((modules / name).c_str(), &status) == 0) return status.st_ino;
  }
  return std::nullopt;
}

std::optional<DynamicDebug> dynamic_debug_now(const std::filesystem::path& control) {
  try {
    return read_dynamic_debug(read_text_file(control, EXIT_FAILURE).view());
  } catch (const SetupError&) {
    return std::nullopt;
  }
}

}  // namespace wgaudit
