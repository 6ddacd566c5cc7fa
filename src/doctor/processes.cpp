#include "doctor/processes.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(pid_t pid) {
  return fs::path("/proc") / std::to_string(pid);
}

std::vector<pid_t> all_processes(const Gateway& gateway) {
  std::vector<pid_t> pids;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(gateway.path("/proc"), ignored)) {
    if (const auto pid = parse_number<pid_t>(entry.path().filename().string())) {
      pids.push_back(*pid);
    }
  }
  return pids;
}

Process process_of(const Gateway& gateway, pid_t pid) {
  return {pid, to_printable(gateway.read_line(folder_of(pid) / "comm"))};
}

fs::path namespace_of(const Gateway& gateway, const fs::path& process) {
  std::error_code ignored;
  return fs::read_symlink(gateway.path(process / "ns/pid"), ignored);
}

bool has_socket(const Gateway& gateway, pid_t pid, const fs::path& socket) {
  std::error_code error;
  for (fs::directory_iterator entry(gateway.path(folder_of(pid) / "fd"), error), end;
       !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (fs::read_symlink(entry->path(), ignored) == socket) return true;
  }
  return false;
}

}  // namespace

std::optional<Process> find_process(const Gateway& gateway, std::string_view name) {
  const fs::path ours = namespace_of(gateway, "/proc/self");
  for (const pid_t pid : all_processes(gateway)) {
    Process process = process_of(gateway, pid);
    const fs::path its = namespace_of(gateway, folder_of(pid));
    if (process.name == name && (its.empty() || its == ours)) return process;
  }
  return std::nullopt;
}

std::optional<Process> owner_of_socket(const Gateway& gateway, std::uint32_t inode) {
  const fs::path socket = fmt::format("socket:[{}]", inode);
  std::optional<Process> owner;
  for (const pid_t pid : all_processes(gateway)) {
    if (!has_socket(gateway, pid, socket)) continue;
    owner = process_of(gateway, pid);
    if (pid != service_manager) break;
  }
  return owner;
}

std::vector<std::string> arguments_of(const Gateway& gateway, const Process& process) {
  const std::string text = gateway.read(folder_of(process.pid) / "cmdline").value_or("");
  std::string_view rest = text;
  take_until(rest, '\0');
  std::vector<std::string> arguments;
  while (!rest.empty()) arguments.emplace_back(take_until(rest, '\0'));
  return arguments;
}

}  // namespace wgaudit
