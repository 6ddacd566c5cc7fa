#include "doctor/gateway.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "shell/settings/setting_table.hpp"
#include "shell/system/file_descriptor.hpp"
#include "shell/system/privileges.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view plain_in_a_shell =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:=,+%@";

bool has_service(const Gateway& gateway) {
  if (!gateway.has("/run/systemd/system")) return false;
  for (const char* const folder : {"/etc", "/usr/lib", "/lib"}) {
    if (gateway.has(std::filesystem::path(folder) / "systemd/system/wgaudit.service")) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> Gateway::read(const std::filesystem::path& absolute) const {
  const FileDescriptor file = open_file(path(absolute), O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file.is_open()) return std::nullopt;
  std::string text;
  std::array<char, 16384> part;
  for (;;) {
    const ssize_t size = ::read(file.get(), part.data(), part.size());
    if (size == 0) return text;
    if (size < 0 && errno != EINTR) return std::nullopt;
    if (size > 0) text.append(part.data(), static_cast<std::size_t>(size));
  }
}

std::string Gateway::read_line(const std::filesystem::path& absolute) const {
  const std::string text = read(absolute).value_or("");
  return text.substr(0, text.find('\n'));
}

bool Gateway::has(const std::filesystem::path& absolute) const {
  std::error_code ignored;
  return std::filesystem::exists(path(absolute), ignored);
}

std::optional<uid_t> Gateway::user() const {
  struct stat folder {};
  if (settings.user.empty()) {
    return ::stat(settings.journal.c_str(), &folder) == 0 ? folder.st_uid : ::geteuid();
  }
  const passwd* const user = ::getpwnam(settings.user.c_str());
  if (user == nullptr) return std::nullopt;
  return user->pw_uid;
}

std::string flags_for_run(const GivenSettings& given) {
  std::string flags;
  if (!given.config.empty()) flags = " --config " + shell_word(given.config.string());
  for (const auto& [name, value] : given.values) {
    const Setting* const setting = find_setting(name);
    flags += " " + flag_of(*setting);
    if (!setting->operand.empty()) flags += " " + shell_word(value);
  }
  return flags;
}

std::string shell_word(std::string_view text) {
  if (!text.empty() && text.find_first_not_of(plain_in_a_shell) == std::string_view::npos) {
    return std::string(text);
  }
  std::string word = "'";
  for (const char c : to_printable(text))
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string ask_as_root(const Gateway& gateway) {
  return fmt::format("sudo {} doctor{}", gateway.program, gateway.flags);
}

std::string start_daemon(const Gateway& gateway, std::optional<pid_t> running) {
  if (has_service(gateway)) return "systemctl restart wgaudit";
  std::string run = gateway.program + " run" + gateway.flags;
  const auto user = gateway.user();
  if (gateway.settings.user.empty() && user != ::geteuid()) run += " --user " + name_of_user(*user);
  if (!running) return run;
  return fmt::format("kill {0}; while kill -0 {0} 2>/dev/null; do sleep 1; done; {1}", *running,
                     run);
}

}  // namespace wgaudit
