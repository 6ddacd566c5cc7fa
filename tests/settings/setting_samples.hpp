#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command_line.hpp"
#include "shell/settings/setting_table.hpp"
#include "shell/settings/settings_file.hpp"
#include "shell/settings/settings_merge.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {

/// What was refused, behind its exit code.
inline std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const SetupError& error) {
    return std::to_string(error.exit_code) + " " + error.what();
  }
  return "accepted";
}

inline GivenSettings run_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "run");
  return parse_command_line(arguments).given;
}

inline const std::filesystem::path no_folder = "/nonexistent/wgaudit";

inline Settings from_text(std::string_view text, std::string_view file) {
  Settings settings;
  apply_settings_text(text, file, settings);
  return settings;
}

/// A value that is not the default, in every way to give it.
struct Sample {
  std::string_view name;
  std::string value;  ///< As flag and in the environment.
  std::string toml;
  std::function<void(Settings&)> change;
};

inline std::vector<Sample> samples() {
  using namespace std::chrono_literals;
  return {
      {"listen", "[::1]:0", R"("[::1]:0")",
       [](Settings& s) {
         s.listen_address = "::1";
         s.listen_port = 0;
       }},
      {"user", "nobody", R"("nobody")", [](Settings& s) { s.user = "nobody"; }},
      {"journal", "/j", R"("/j")", [](Settings& s) { s.journal = "/j"; }},
      {"log_path", "/tmp/a log", R"("/tmp/a log")", [](Settings& s) { s.log_path = "/tmp/a log"; }},
      {"interval", "5", "5", [](Settings& s) { s.interval = 5s; }},
      {"threshold", "86400", "86_400", [](Settings& s) { s.threshold = 86400s; }},
      {"grace", "5", "5", [](Settings& s) { s.grace = 5s; }},
      {"stats_interval", "60", "60", [](Settings& s) { s.stats_interval = 60s; }},
      {"interface", "wg0.a+", R"("wg0.a+")",
       [](Settings& s) { s.interface = parse_interface_name("wg0.a+"); }},
      {"patterns", "/p", R"("/p")", [](Settings& s) { s.patterns = "/p"; }},
      {"names", "/n.toml", R"("/n.toml")", [](Settings& s) { s.names = "/n.toml"; }},
      {"wg", "/opt/wg", R"("/opt/wg")", [](Settings& s) { s.wg = "/opt/wg"; }},
      {"on_change_script", "/h", R"("/h")", [](Settings& s) { s.on_change_script = "/h"; }},
      {"hook_actions", "peer_roamed, session_ended", R"(["peer_roamed", "session_ended"])",
       [](Settings& s) {
         s.hook_actions = {"peer_roamed", "session_ended"};
       }},
      {"hook_time_limit", "3600", "3600", [](Settings& s) { s.hook_time_limit = 3600s; }},
      {"hook_concurrency", "64", "64", [](Settings& s) { s.hook_concurrency = 64; }},
      {"listen_unix", "/run/w", R"("/run/w")", [](Settings& s) { s.listen_unix = "/run/w"; }},
      {"require_mark", "0x5747", "0x5747", [](Settings& s) { s.required_mark = 0x5747; }},
      {"receive_buffer", "1G", R"("1G")", [](Settings& s) { s.receive_buffer_bytes = 1U << 30U; }},
      {"segment_bytes", "4K", R"("4K")", [](Settings& s) { s.segment_bytes = 4096; }},
      {"segment_age", "8760", "8760", [](Settings& s) { s.segment_age = 8760h; }},
      {"events_bytes", "1000000", "1000000", [](Settings& s) { s.events_bytes = 1'000'000; }},
      {"journal_bytes", "2000000", "2000000", [](Settings& s) { s.journal_bytes = 2'000'000; }},
      {"journal_days", "400", "400", [](Settings& s) { s.journal_days = std::chrono::days(400); }},
      {"seal_syslog", "/dev/log", R"("/dev/log")", [](Settings& s) { s.seal_syslog = "/dev/log"; }},
      {"status_socket", "/run/s", R"("/run/s")", [](Settings& s) { s.status_socket = "/run/s"; }},
      {"metrics", "[::1]:9586", R"("[::1]:9586")",
       [](Settings& s) {
         s.metrics_address = "::1";
         s.metrics_port = 9586;
       }},
      {"metrics_textfile", "/run/m.prom", R"("/run/m.prom")",
       [](Settings& s) { s.metrics_textfile = "/run/m.prom"; }},
      {"metrics_wireguard_exporter", "true", "true",
       [](Settings& s) { s.metrics_wireguard_exporter = true; }},
      {"log_format", "classic", R"("classic")",
       [](Settings& s) { s.log_format = LogFormat::classic; }},
      {"compat", "wg_monitor", R"("wg_monitor")",
       [](Settings& s) {
         s.compat = Compat::wg_monitor;
         if (s.log_path == Settings{}.log_path) s.log_path = "/var/log/wg_monitor.log";
       }},
      {"debug", "true", "true", [](Settings& s) { s.debug = true; }},
  };
}

inline Settings changed(const Sample& sample) {
  Settings settings;
  sample.change(settings);
  return settings;
}

}  // namespace wgaudit
