#include "shell/system/unix_address.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

std::string_view remove_abandoned(const std::filesystem::path& path, const sockaddr_un& address) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) return "there is a file of that name";
  const FileDescriptor probe(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (::connect(probe.get(), generic(address), sizeof address) == 0 || errno != ECONNREFUSED) {
    return "somebody else listens there";
  }
  ::unlink(path.c_str());
  return {};
}

}  // namespace wgaudit
