#include "doctor/kernel_checks.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "shell/system/file_descriptor.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/wireguard/dynamic_debug.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;

constexpr const char* modules[] = {"wireguard", "amneziawg"};

// Lines in the busiest five seconds of a recording in which 100 peers connect at once: 852.
constexpr std::uint32_t enough_messages = 1000;

fs::path folder_of(const std::string& module) {
  return fs::path("/sys/module") / module;
}

bool is_built_in(const Gateway& gateway, const std::string& module) {
  return gateway.has(folder_of(module)) && !gateway.has(folder_of(module) / "initstate");
}

/// One that is not loaded but could be, by modprobe(8).
std::optional<std::string> loadable_module(const Gateway& gateway) {
  utsname kernel{};
  ::uname(&kernel);
  const auto listed = gateway.read(fs::path("/lib/modules") / kernel.release / "modules.dep");
  for (const char* const module : modules) {
    if (listed && listed->find(fmt::format("/{}.ko", module)) != std::string::npos) return module;
  }
  return std::nullopt;
}

/// The modules that are loaded, or those that would be.
std::vector<std::string> wanted_modules(const Gateway& gateway) {
  auto wanted = loaded_modules(gateway);
  if (wanted.empty()) wanted.push_back(loadable_module(gateway).value_or("wireguard"));
  return wanted;
}

/// `options wireguard dyndbg=+p` of modprobe.d(5).
bool sets_debug(std::string_view configuration, const std::string& module) {
  const std::string wanted = fmt::format("options {} ", module);
  while (!configuration.empty()) {
    const std::string_view line = trim(take_until(configuration, '\n'));
    if (line.starts_with(wanted) && line.find("dyndbg") != std::string_view::npos) return true;
  }
  return false;
}

/// The file that switches the module's messages on when it is loaded; empty: none does.
fs::path debug_at_load(const Gateway& gateway, const std::string& module) {
  for (const char* const folder :
       {"/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"}) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(gateway.path(folder), ignored)) {
      const fs::path file = folder / entry.path().filename();
      if (file.extension() == ".conf" && sets_debug(gateway.read(file).value_or(""), module)) {
        return file;
      }
    }
  }
  const std::string parameter = module + ".dyndbg";
  const bool is_parameter = gateway.read_line("/proc/cmdline").find(parameter) != std::string::npos;
  return is_parameter ? "/proc/cmdline" : fs::path();
}

Check debug_off(const Gateway& gateway, DebugSites sites, const char* control) {
  Check check{"dynamic debug", Health::broken,
              fmt::format("{} of {} sites are off: their lines are not printed",
                          sites.all - sites.on, sites.all)};
  for (const std::string& module : loaded_modules(gateway)) {
    check.cure.push_back(fmt::format("echo 'module {} +p' > {}", module, control));
  }
  return check;
}

Check judge_sites(const Gateway& gateway, DebugSites sites, const char* control) {
  constexpr std::string_view link = "dynamic debug";
  if (sites.all != 0 && sites.on == sites.all) {
    return {link, Health::ok, fmt::format("all {} sites are on", sites.all)};
  }
  if (sites.all != 0) return debug_off(gateway, sites, control);
  if (loaded_modules(gateway).empty()) {
    return {link, Health::unknown, "the module is not loaded: mend that first"};
  }
  return {link, Health::broken,
          "this kernel's module has none: wgaudit works from dumps alone, boot another kernel"};
}

}  // namespace

std::vector<std::string> loaded_modules(const Gateway& gateway) {
  std::vector<std::string> loaded;
  for (const char* const module : modules) {
    if (gateway.has(folder_of(module))) loaded.emplace_back(module);
  }
  return loaded;
}

Check check_module(const Gateway& gateway) {
  constexpr std::string_view link = "module";
  const auto loaded = loaded_modules(gateway);
  if (!loaded.empty()) {
    const std::string how = is_built_in(gateway, loaded.front()) ? "built in" : "loaded";
    return {link, Health::ok, fmt::format("{}: {}", fmt::join(loaded, ", "), how)};
  }
  if (const auto module = loadable_module(gateway)) {
    return {link, Health::broken, *module + " is not loaded", {"modprobe " + *module}};
  }
  return {link, Health::broken, "this kernel has no WireGuard: boot one that has"};
}

Check check_dynamic_debug(const Gateway& gateway) {
  int reason = ENOENT;
  for (const char* const control :
       {"/proc/dynamic_debug/control", "/sys/kernel/debug/dynamic_debug/control"}) {
    if (const auto text = gateway.read(control)) {
      return judge_sites(gateway, count_debug_sites(*text), control);
    }
    if (errno != ENOENT) reason = errno;
  }
  if (reason == ENOENT) {
    return {"dynamic debug", Health::broken,
            "this kernel has none: wgaudit works from dumps alone, boot another kernel"};
  }
  return {"dynamic debug",
          Health::unknown,
          fmt::format("/proc/dynamic_debug/control: {}", error_text(reason)),
          {ask_as_root(gateway)}};
}

Check check_debug_at_load(const Gateway& gateway) {
  constexpr std::string_view link = "debug at load";
  Check check{link, Health::ok, {}};
  for (const std::string& module : wanted_modules(gateway)) {
    const fs::path file = debug_at_load(gateway, module);
    if (!file.empty()) {
      check.finding = to_printable(file.string()) + " switches it on";
    } else if (is_built_in(gateway, module)) {
      return {link, Health::broken,
              fmt::format("{0} is built in: boot with {0}.dyndbg=+p", module)};
    } else {
      check.health = Health::broken;
      check.cure.push_back(
          fmt::format("echo 'options {0} dyndbg=+p' >> /etc/modprobe.d/wgaudit.conf", module));
    }
  }
  if (check.health == Health::broken) check.finding = "off again after the next load or boot";
  return check;
}

Check check_rate_limit(const Gateway& gateway) {
  constexpr std::string_view link = "rate limit";
  const auto cost =
      parse_number<std::uint32_t>(gateway.read_line("/proc/sys/net/core/message_cost"));
  const auto burst =
      parse_number<std::uint32_t>(gateway.read_line("/proc/sys/net/core/message_burst"));
  if (!cost || !burst) {
    return {link, Health::unknown, "not shown here, in a network namespace of its own"};
  }
  if (*cost == 0) return {link, Health::ok, "message_cost is 0: none"};
  const std::string finding = fmt::format("{} messages in {} s", *burst, *cost);
  if (*burst >= enough_messages) return {link, Health::ok, finding};
  return {link,
          Health::broken,
          finding + ", shared with all networking messages",
          {fmt::format("sysctl -w net.core.message_burst={}", enough_messages),
           fmt::format("echo 'net.core.message_burst = {}' > /etc/sysctl.d/60-wgaudit.conf",
                       enough_messages)}};
}

}  // namespace wgaudit
