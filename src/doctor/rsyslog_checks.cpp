#include "doctor/rsyslog_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "doctor/run_program.hpp"
#include "shell/system/program_path.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kernel_stamps = "kernel stamps";
constexpr std::string_view usual_config = "/etc/rsyslog.conf";
constexpr std::string_view load_imklog = "module(load=\"imklog\" keepKernelTimestamp=\"on\")";

// rsyslog's change of 2023-10-31 (pull request 5262).
constexpr RsyslogVersion drops_stamps{8, 2312};

/// `rsyslogd -f FILE`, or -fFILE.
fs::path config_file(const std::vector<std::string>& arguments) {
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    std::string_view file = *argument;
    if (!take_prefix(file, "-f")) continue;
    if (!file.empty()) return file;
    if (argument + 1 != arguments.end()) return *(argument + 1);
  }
  return usual_config;
}

/// Where a new file, or else a new line, is read.
std::string into_config(const Rsyslog& rsyslog, std::string_view name) {
  for (const std::string& pattern : rsyslog.config.includes) {
    if (!pattern.ends_with("/*.conf")) continue;
    return "> " + shell_word((fs::path(pattern).parent_path() / name).string());
  }
  return ">> " + shell_word(rsyslog.config.file.string());
}

bool is_on(const RsyslogObject& module, const std::string& parameter) {
  std::string value = module.parameter(parameter);
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return value == "on" || value == "yes" || value == "1";
}

std::string load_kernel_input(const Rsyslog& rsyslog) {
  return fmt::format("echo '{}' {}", load_imklog, into_config(rsyslog, "05-imklog.conf"));
}

/// Has the line that loads imklog keep stamps.
std::string keep_stamps(const RsyslogObject& imklog) {
  const std::string file = shell_word(imklog.file.string());
  if (!imklog.parameter("keepkerneltimestamp").empty()) {
    return R"SED(sed -i 's/\(keepKernelTimestamp *= *\)"[a-z0-9]*"/\1"on"/I' )SED" + file;
  }
  return fmt::format(
      "sed -i -e 's/load *= *\"imklog\"/& keepKernelTimestamp=\"on\"/I' \\\n"
      "    -e 's/^ *$ModLoad *imklog.*/{}/I' {}",
      load_imklog, file);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) lines.emplace_back(take_until(text, '\n'));
  return lines;
}

std::vector<std::string> new_rule(const Gateway& gateway, const Rsyslog& rsyslog) {
  const bool by_journal =
      rsyslog.config.module("imklog") == nullptr && rsyslog.config.module("imjournal") != nullptr;
  auto lines = lines_of(fmt::format(
      R"RULE(printf '%s\n' '$RepeatedMsgReduction off' \
  'if {} and' \
  '   ($msg contains "wireguard:" or $msg contains "amneziawg:" or' \
  '    $msg contains ": renamed from " or $msg contains "net_ratelimit:") then {{' \
  '  action(type="omfwd" target="{}" port="{}" protocol="udp"' \
  '         template="RSYSLOG_SyslogProtocol23Format")' \
  '  if $syslogseverity == 7 then stop' '}}' \
  {})RULE",
      by_journal ? R"(($inputname == "imjournal" and $!_TRANSPORT == "kernel"))"
                 : R"($inputname == "imklog")",
      gateway.settings.listen_address, gateway.settings.listen_port,
      into_config(rsyslog, "10-wgaudit.conf")));
  lines.push_back(restart_rsyslog(gateway, rsyslog));
  return lines;
}

Check judge_imklog(const Gateway& gateway, const Rsyslog& rsyslog, const RsyslogObject& imklog) {
  if (is_on(imklog, "keepkerneltimestamp")) {
    return {kernel_stamps, Health::ok, "imklog keeps them"};
  }
  if (is_on(imklog, "parsekerneltimestamp") || rsyslog.version >= drops_stamps) {
    auto cure = lines_of(keep_stamps(imklog));
    cure.push_back(restart_rsyslog(gateway, rsyslog));
    return {kernel_stamps, Health::broken, "imklog drops them: identity is not proven by order",
            std::move(cure)};
  }
  if (!rsyslog.version) return {kernel_stamps, Health::unknown, "depends on rsyslog's version"};
  return {kernel_stamps, Health::ok, "imklog keeps them, as all before 8.2312"};
}

bool reaches_us(const RsyslogObject& object, const Settings& settings) {
  if (object.parameter("type") == "omuxsock") {
    return !settings.listen_unix.empty() && object.parameter("socket") == settings.listen_unix;
  }
  const std::string target = object.parameter("target");
  const std::string protocol = object.parameter("protocol");
  const bool is_udp = protocol.empty() || protocol == "udp";
  const bool is_here = target == settings.listen_address || target == "localhost" ||
                       settings.listen_address == "0.0.0.0" || settings.listen_address == "::";
  return is_udp && is_here && object.parameter("port") == std::to_string(settings.listen_port);
}

}  // namespace

std::optional<RsyslogVersion> parse_rsyslog_version(std::string_view text) {
  if (!take_prefix(text, "rsyslogd")) return std::nullopt;
  text = trim(text);
  take_prefix(text, "v");
  const auto major = parse_number<unsigned>(take_until(text, '.'));
  const auto minor = parse_number<unsigned>(
      text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size())));
  if (!major || !minor) return std::nullopt;
  return RsyslogVersion{*major, *minor};
}

Rsyslog look_at_rsyslog(const Gateway& gateway) {
  Rsyslog rsyslog;
  rsyslog.process = find_process(gateway, "rsyslogd");
  if (rsyslog.process) rsyslog.arguments = arguments_of(gateway, *rsyslog.process);
  rsyslog.config = read_rsyslog_config(gateway, config_file(rsyslog.arguments));
  try {
    const ChildResult result = run_program(find_program("rsyslogd"), {"-v"});
    rsyslog.version = parse_rsyslog_version(result.output.view());
  } catch (const SetupError&) {
    // It is not installed: the first of its checks says so.
  }
  return rsyslog;
}

Check check_rsyslog(const Gateway& gateway, const Rsyslog& rsyslog) {
  constexpr std::string_view link = "rsyslog";
  if (rsyslog.process) {
    return {link, Health::ok, fmt::format("runs, PID {}", rsyslog.process->pid)};
  }
  if (!rsyslog.version) {
    return {link, Health::broken, "is not installed", {"apt-get install -y rsyslog"}};
  }
  return {link, Health::broken, "does not run", {restart_rsyslog(gateway, rsyslog)}};
}

Check check_kernel_input(const Gateway& gateway, const Rsyslog& rsyslog) {
  constexpr std::string_view link = "kernel input";
  for (const char* const name : {"imklog", "imjournal"}) {
    const RsyslogObject* const module = rsyslog.config.module(name);
    if (module == nullptr) continue;
    return {link, Health::ok, fmt::format("{}, by {}", name, to_printable(module->file.string()))};
  }
  if (!rsyslog.config.unreadable.empty()) {
    return {link,
            Health::unknown,
            to_printable(rsyslog.config.unreadable.front().string()) + " cannot be read",
            {ask_as_root(gateway)}};
  }
  return {link,
          Health::broken,
          "rsyslog reads no kernel messages",
          {load_kernel_input(rsyslog), restart_rsyslog(gateway, rsyslog)}};
}

Check check_kernel_stamps(const Gateway& gateway, const Rsyslog& rsyslog) {
  if (gateway.read_line("/sys/module/printk/parameters/time") == "N") {
    return {kernel_stamps,
            Health::broken,
            "the kernel prints none",
            {"echo Y > /sys/module/printk/parameters/time"}};
  }
  const RsyslogObject* const imklog = rsyslog.config.module("imklog");
  if (imklog != nullptr) return judge_imklog(gateway, rsyslog, *imklog);
  if (rsyslog.config.module("imjournal") == nullptr) {
    return {kernel_stamps, Health::unknown, "there is no kernel input"};
  }
  return {kernel_stamps,
          Health::broken,
          "imjournal has none: identity is not proven by order",
          {load_kernel_input(rsyslog), restart_rsyslog(gateway, rsyslog)}};
}

Check check_rule(const Gateway& gateway, const Rsyslog& rsyslog) {
  constexpr std::string_view link = "rule";
  const Settings& settings = gateway.settings;
  const std::string ours = fmt::format("{}:{}", settings.listen_address, settings.listen_port);
  std::string others;
  for (const RsyslogObject& object : rsyslog.config.objects) {
    if (object.name != "action") continue;
    const std::string file = to_printable(object.file.string());
    if (reaches_us(object, settings)) {
      return {link, Health::ok, file + " forwards to us"};
    }
    if (object.parameter("type") == "omfwd") {
      others = to_printable(object.parameter("target") + ":" + object.parameter("port"));
    }
  }
  if (!rsyslog.config.unreadable.empty()) {
    return {link,
            Health::unknown,
            to_printable(rsyslog.config.unreadable.front().string()) + " cannot be read",
            {ask_as_root(gateway)}};
  }
  return {link, Health::broken,
          fmt::format("none forwards to {}{}", ours,
                      others.empty() ? "" : fmt::format(", but one to {}", others)),
          new_rule(gateway, rsyslog)};
}

std::string restart_rsyslog(const Gateway& gateway, const Rsyslog& rsyslog) {
  if (gateway.has("/run/systemd/system")) return "systemctl restart rsyslog";
  std::string start = "rsyslogd";
  for (const std::string& argument : rsyslog.arguments) {
    if (argument != "-n") start += " " + shell_word(argument);
  }
  if (!rsyslog.process) return start;
  return fmt::format("kill {0}; while kill -0 {0} 2>/dev/null; do sleep 1; done; {1}",
                     rsyslog.process->pid, start);
}

}  // namespace wgaudit
