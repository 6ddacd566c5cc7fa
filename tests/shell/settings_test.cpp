#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/command_line.hpp"
#include "shell/setting_table.hpp"
#include "shell/settings_file.hpp"
#include "shell/settings_merge.hpp"
#include "shell/suggestion.hpp"
#include "support/read_file.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

using namespace std::string_literals;
using testing::ElementsAreArray;
using testing::UnorderedElementsAreArray;

/// What was refused, behind its exit code.
std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const SetupError& error) {
    return std::to_string(error.exit_code) + " " + error.what();
  }
  return "accepted";
}

CommandLine run_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"wgaudit", "run"});
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

const std::filesystem::path no_folder = "/nonexistent/wgaudit";

Settings from_text(std::string_view text, std::string_view file) {
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

std::vector<Sample> samples() {
  using namespace std::chrono_literals;
  return {
      {"listen", "[::1]:0", R"("[::1]:0")",
       [](Settings& s) {
         s.listen_address = "::1";
         s.listen_port = 0;
       }},
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
      {"segment_bytes", "4K", R"("4K")", [](Settings& s) { s.segment_bytes = 4096; }},
      {"segment_age", "8760", "8760", [](Settings& s) { s.segment_age = 8760h; }},
      {"events_bytes", "1000000", "1000000", [](Settings& s) { s.events_bytes = 1'000'000; }},
      {"debug", "true", "true", [](Settings& s) { s.debug = true; }},
  };
}

Settings changed(const Sample& sample) {
  Settings settings;
  sample.change(settings);
  return settings;
}

TEST(SettingTable, IsCoveredBySamplesToTheLastRow) {
  std::vector<std::string_view> sampled;
  for (const Sample& sample : samples()) sampled.push_back(sample.name);
  std::vector<std::string_view> named;
  for (const Setting& setting : setting_table()) named.push_back(setting.name);
  EXPECT_THAT(sampled, ElementsAreArray(named));
}

TEST(SettingTable, GivesEachSettingAllItsNames) {
  const Setting& setting = *find_setting("stats_interval");
  EXPECT_EQ(flag_of(setting), "--stats-interval");
  EXPECT_EQ(upper_name_of(setting), "STATS_INTERVAL");
  EXPECT_EQ(environment_of(setting), "WGAUDIT_STATS_INTERVAL");
  EXPECT_EQ(find_setting("stats-interval"), nullptr);
}

TEST(SettingTable, ShowsEachDefaultAsItReadsIt) {
  for (const Setting& setting : setting_table()) {
    SCOPED_TRACE(setting.name);
    Settings settings;
    for (const Sample& sample : samples()) {
      if (sample.name == setting.name) sample.change(settings);
    }
    EXPECT_NE(settings, Settings{});
    apply(setting, setting.show(Settings{}), "here", 78, settings);
    EXPECT_EQ(settings, Settings{});
  }
}

TEST(SettingTable, IsWhatWgMonitorHasWhereItSaysSo) {
  std::vector<std::string> names;
  for (const Setting& setting : setting_table()) {
    if (setting.of_wg_monitor) names.push_back(upper_name_of(setting));
  }
  EXPECT_THAT(names,
              UnorderedElementsAreArray({"LOG_PATH", "INTERVAL", "THRESHOLD", "STATS_INTERVAL",
                                         "DEBUG", "INTERFACE", "ON_CHANGE_SCRIPT"}));
}

TEST(LoadSettings, TakesEverySettingFromAFlag) {
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.name);
    const std::string flag = flag_of(*find_setting(sample.name));
    EXPECT_EQ(load_settings(run_with({flag + "=" + sample.value}), {}, no_folder), changed(sample));
    if (sample.name == "debug") continue;
    EXPECT_EQ(load_settings(run_with({flag, sample.value}), {}, no_folder), changed(sample));
  }
  Settings want;
  want.debug = true;
  EXPECT_EQ(load_settings(run_with({"--debug"}), {}, no_folder), want);
}

TEST(LoadSettings, TakesEverySettingFromTheEnvironment) {
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.name);
    const std::string name = environment_of(*find_setting(sample.name));
    const std::vector<std::string> environment = {"HOME=/root", name + "=" + sample.value};
    EXPECT_EQ(load_settings(run_with({}), environment, no_folder), changed(sample));
  }
}

TEST(LoadSettings, TakesEverySettingFromToml) {
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.name);
    const TemporaryFolder folder;
    const auto file = folder.write("x.conf", std::string(sample.name) + " = " + sample.toml);
    EXPECT_EQ(load_settings(run_with({"--config", file}), {}, no_folder), changed(sample));
  }
}

TEST(LoadSettings, TakesWgMonitorsSettingsFromItsFile) {
  for (const Sample& sample : samples()) {
    const Setting& setting = *find_setting(sample.name);
    if (!setting.of_wg_monitor) continue;
    SCOPED_TRACE(sample.name);
    const TemporaryFolder folder;
    const auto file = folder.write("wg-monitor", upper_name_of(setting) + "=" + sample.value);
    EXPECT_EQ(load_settings(run_with({"--config", file}), {}, no_folder), changed(sample));
  }
}

/// Bit 0: the file speaks, bit 1: the environment, bit 2: the flag.
TEST(LoadSettings, PrefersFlagToEnvironmentToFileToDefault) {
  const struct {
    std::string_view name;
    std::string in_toml;
    std::string from_file;
    std::string from_environment;
    std::string from_flag;
  } rows[] = {
      {"listen", R"("10.0.0.1:1")", "10.0.0.1:1", "[::]:2", "0.0.0.0:0"},
      {"log_path", R"("/file")", "/file", "/environment", "/flag"},
      {"interval", "11", "11", "12", "13"},
      {"hook_concurrency", "1", "1", "2", "3"},
      {"segment_age", "1", "1", "2", "3"},
      {"interface", R"("wg1")", "wg1", "wg2", ""},
      {"hook_actions", R"(["attempt"])", "attempt", "checkpoint,snapshot", "peer_added"},
      {"events_bytes", "8192", "8K", "3M", "5G"},
      {"debug", "true", "true", "false", "true"},
  };
  for (const auto& row : rows) {
    const Setting& setting = *find_setting(row.name);
    for (unsigned speakers = 0; speakers < 8; ++speakers) {
      SCOPED_TRACE(std::string(row.name) + " " + std::to_string(speakers));
      const TemporaryFolder folder;
      if ((speakers & 1U) != 0) {
        folder.write("wgaudit.toml", std::string(row.name) + " = " + row.in_toml);
      }
      std::vector<std::string> environment;
      if ((speakers & 2U) != 0) {
        environment = {environment_of(setting) + "=" + row.from_environment};
      }
      std::vector<std::string> flags;
      if ((speakers & 4U) != 0) flags = {flag_of(setting) + "=" + row.from_flag};
      const Settings settings = load_settings(run_with(flags), environment, folder.path());
      const std::string want = (speakers & 4U) != 0   ? row.from_flag
                               : (speakers & 2U) != 0 ? row.from_environment
                               : (speakers & 1U) != 0 ? row.from_file
                                                      : setting.show(Settings{});
      EXPECT_EQ(setting.show(settings), want);
    }
  }
}

TEST(LoadSettings, UsesWhatLiesInItsFolder) {
  const TemporaryFolder folder;
  Settings want;
  want.patterns = folder.path();
  EXPECT_EQ(load_settings(run_with({}), {}, folder.path()), want) << "the folder alone";
  want.names = folder.write("names.toml", "");
  want.interval = std::chrono::seconds(7);
  folder.write("wgaudit.toml", "interval = 7\n");
  EXPECT_EQ(load_settings(run_with({}), {}, folder.path()), want) << "the files too";
  want.names.clear();
  want.patterns.clear();
  EXPECT_EQ(load_settings(run_with({"--names=", "--patterns", ""}), {}, folder.path()), want)
      << "but not what a flag takes back";
}

TEST(LoadSettings, PrefersTheNamedFileToTheVariablesToTheFolders) {
  const TemporaryFolder folder;
  folder.write("wgaudit.toml", "interval = 1");
  const std::vector<std::string> variable = {"WGAUDIT_CONFIG=" +
                                             folder.write("b.toml", "interval = 2").string()};
  const auto named = run_with({"--config", folder.write("c.toml", "interval = 3")});
  const auto interval = [&](const CommandLine& line, const std::vector<std::string>& environment) {
    return load_settings(line, environment, folder.path()).interval.count();
  };
  EXPECT_EQ(interval(run_with({}), {}), 1);
  EXPECT_EQ(interval(run_with({}), variable), 2);
  EXPECT_EQ(interval(named, variable), 3);
  EXPECT_EQ(interval(run_with({}), {"WGAUDIT_CONFIG="}), 1);
}

TEST(LoadSettings, TellsReplayOnlyWhatTheCallerSays) {
  const TemporaryFolder folder;
  folder.write("wgaudit.toml", "interval = 1");
  folder.write("names.toml", "");
  CommandLine line;
  line.command = CommandLine::Command::replay;
  EXPECT_EQ(load_settings(line, {}, folder.path()), Settings{});
  line.settings = {{"interval", "4"}};
  EXPECT_EQ(load_settings(line, {}, folder.path()).interval, std::chrono::seconds(4));
}

TEST(LoadSettings, RefusesWhatAFlagOrAVariableGetsWrong) {
  const std::string listen_cure =
      " is not ADDRESS:PORT; give an IP address and a port, such as 127.0.0.1:9999 or [::1]:9999";
  const std::string interface_cure =
      " is not an interface name; give 1 to 15 bytes without '/', ':' and blanks";
  const struct {
    std::string name;
    std::string value;
    std::string want;
  } rows[] = {
      {"listen", "", "''" + listen_cure},
      {"listen", "localhost:9999", "'localhost:9999'" + listen_cure},
      {"listen", "127.0.0.1", "'127.0.0.1'" + listen_cure},
      {"listen", "127.0.0.1:", "'127.0.0.1:'" + listen_cure},
      {"listen", ":9999", "':9999'" + listen_cure},
      {"listen", "127.0.0.1:65536", "'127.0.0.1:65536'" + listen_cure},
      {"listen", "::1:9999", "'::1:9999'" + listen_cure},
      {"listen", "[127.0.0.1]:9999", "'[127.0.0.1]:9999'" + listen_cure},
      {"listen", "[fe80::1%eth0]:9999", "'[fe80::1%eth0]:9999'" + listen_cure},
      {"listen", "[::1]", "'[::1]'" + listen_cure},
      {"journal", "", "the path is empty; give a path"},
      {"log_path", "", "the path is empty; give a path"},
      {"log_path", "/a\nb", "'/a\\x0ab' holds a control character; give a path without"},
      {"wg", "wg", "'wg' is not absolute; give the whole path, such as /usr/bin/wg"},
      {"interval", "", "'' is not a whole number; give 1 to 86400 seconds"},
      {"interval", "30s", "'30s' is not a whole number; give 1 to 86400 seconds"},
      {"interval", "1.5", "'1.5' is not a whole number; give 1 to 86400 seconds"},
      {"interval", "0", "'0' is out of range; give 1 to 86400 seconds"},
      {"interval", "86401", "'86401' is out of range; give 1 to 86400 seconds"},
      {"threshold", "-5", "'-5' is out of range; give 1 to 86400 seconds"},
      {"stats_interval", "99999999999999999999",
       "'99999999999999999999' is out of range; give 1 to 86400 seconds"},
      {"interface", "sixteen-bytes-16", "'sixteen-bytes-16'" + interface_cure},
      {"interface", "wg/0", "'wg/0'" + interface_cure},
      {"interface", "\x1b:", "'\\x1b:'" + interface_cure},
      {"hook_actions", "peer_onlin",
       "'peer_onlin' is not a record action; did you mean "
       "peer_online?"},
      {"hook_actions", "peer_online,,peer_offline",
       "'' is not a record action; give some of monitor_started, monitor_stopped, snapshot, "
       "peer_added, peer_online, peer_offline, peer_roamed, peer_removed, session_ended, attempt, "
       "peer_identified, identity_contradicted, config_changed, evidence_lost, clock_stepped, "
       "forged_input, checkpoint"},
      {"hook_time_limit", "3601", "'3601' is out of range; give 1 to 3600 seconds"},
      {"hook_concurrency", "65", "'65' is out of range; give 1 to 64 hooks"},
      {"segment_bytes", "64MB",
       "'64MB' is not a size; give a whole number of bytes, or of K, M, G or T"},
      {"segment_bytes", "M", "'M' is not a size; give a whole number of bytes, or of K, M, G or T"},
      {"segment_bytes", "4095", "'4095' is out of range; give 4K to 1T"},
      {"segment_bytes", "1025G", "'1025G' is out of range; give 4K to 1T"},
      {"events_bytes", "18446744073709551615T",
       "'18446744073709551615T' is out of range; give 4K to 1T"},
      {"events_bytes", "-1", "'-1' is out of range; give 4K to 1T"},
      {"segment_age", "0", "'0' is out of range; give 1 to 8760 hours"},
      {"debug", "yes", "'yes' is neither true nor false; give one of them"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name + "=" + row.value);
    const Setting& setting = *find_setting(row.name);
    EXPECT_EQ(error_of([&] {
                load_settings(run_with({flag_of(setting) + "=" + row.value}), {}, no_folder);
              }),
              "64 " + flag_of(setting) + ": " + row.want);
    EXPECT_EQ(error_of([&] {
                load_settings(run_with({}), {environment_of(setting) + "=" + row.value}, no_folder);
              }),
              "78 " + environment_of(setting) + ": " + row.want);
  }
}

TEST(LoadSettings, RefusesVariablesThatNameNoSetting) {
  const struct {
    const char* variable;
    const char* want;
  } rows[] = {
      {"WGAUDIT_LISEN=x", "78 WGAUDIT_LISEN: names no setting; did you mean WGAUDIT_LISTEN?"},
      {"WGAUDIT_CONFIGURATION_FILE=x", "78 WGAUDIT_CONFIGURATION_FILE: names no setting; unset it"},
      {"WGAUDIT_CONFI", "78 WGAUDIT_CONFI: names no setting; did you mean WGAUDIT_CONFIG?"},
      {"WGAUDIT_=", "78 WGAUDIT_: names no setting; did you mean WGAUDIT_WG?"},
      {"WGAUDIT_listen=127.0.0.1:1", "78 WGAUDIT_listen: names no setting; unset it"},
      {"WGAUDITX=1", "accepted"},
      {"XWGAUDIT_LISEN=1", "accepted"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(error_of([&] { load_settings(run_with({}), {row.variable}, no_folder); }), row.want);
  }
}

TEST(LoadSettings, RefusesABadValueThatABetterPlaceOverrides) {
  EXPECT_EQ(error_of([] {
              load_settings(run_with({"--interval", "5"}), {"WGAUDIT_INTERVAL=x"}, no_folder);
            }),
            "78 WGAUDIT_INTERVAL: 'x' is not a whole number; give 1 to 86400 seconds");
}

TEST(LoadSettings, SaysWhyAFileCannotBeRead) {
  const TemporaryFolder folder;
  const std::string missing = folder.path() / "none.toml";
  EXPECT_EQ(error_of([&] {
              load_settings(run_with({"--config", missing}), {}, no_folder);
            }),
            "78 " + missing +
                ": cannot be read: No such file or directory; name a file that this user may read");
  const std::string itself = folder.path();
  EXPECT_EQ(
      error_of([&] {
        load_settings(run_with({"--config", itself}), {}, no_folder);
      }),
      "78 " + itself + ": cannot be read: Is a directory; name a file that this user may read");
}

TEST(SettingsFile, NamesTheLineThatIsWrongInToml) {
  const struct {
    const char* text;
    const char* want;
  } rows[] = {
      {"# first\nlisen = \"127.0.0.1:1\"",
       "78 w.toml:2: unknown key 'lisen'; did you mean listen?"},
      {"stats-interval = 5",
       "78 w.toml:1: unknown key 'stats-interval'; did you mean "
       "stats_interval?"},
      {"colour = 1", "78 w.toml:1: unknown key 'colour'; `wgaudit run --help` lists the settings"},
      {"interval = 5\n\n[hooks]\ntime = 1",
       "78 w.toml:3: unknown section [hooks]; a configuration has no sections"},
      {"hooks.time = 1", "78 w.toml:1: unknown section [hooks]; a configuration has no sections"},
      {"\"a\\u001bb\" = 1",
       "78 w.toml:1: unknown key 'a\\x1bb'; `wgaudit run --help` lists the settings"},
      {"threshold = 1\nwrong = 1\ninterval = 0",
       "78 w.toml:2: unknown key 'wrong'; `wgaudit run "
       "--help` lists the settings"},
      {"interval = 0", "78 w.toml:1: interval: '0' is out of range; give 1 to 86400 seconds"},
      {"interval = \"30\"",
       "78 w.toml:1: interval: the wrong type; give a whole number without quotes"},
      {"interval = 30.0",
       "78 w.toml:1: interval: the wrong type; give a whole number without quotes"},
      {"listen = 9999", "78 w.toml:1: listen: the wrong type; give a string in quotes"},
      {"segment_bytes = true",
       "78 w.toml:1: segment_bytes: the wrong type; give a whole number, "
       "or a string such as \"64M\""},
      {"debug = \"true\"", "78 w.toml:1: debug: the wrong type; give true or false without quotes"},
      {"hook_actions = \"peer_online\"",
       "78 w.toml:1: hook_actions: the wrong type; give a list "
       "of strings, such as [\"peer_online\"]"},
      {"hook_actions = [\"peer_online\", 1]",
       "78 w.toml:1: hook_actions: the wrong type; give a "
       "list of strings, such as [\"peer_online\"]"},
      {"hook_actions = [\"online\"]",
       "78 w.toml:1: hook_actions: 'online' is not a record action; give some of monitor_started, "
       "monitor_stopped, snapshot, peer_added, peer_online, peer_offline, peer_roamed, "
       "peer_removed, session_ended, attempt, peer_identified, identity_contradicted, "
       "config_changed, evidence_lost, clock_stepped, forged_input, checkpoint"},
      {"log_path = \"/a\\u0000b\"",
       "78 w.toml:1: log_path: '/a\\x00b' holds a control character; give a path without"},
      {"interval = 5\ninterval = 6", "78 w.toml:2: the second value for one key; keep one of them"},
      {"\njournal = /var",
       "78 w.toml:2: not TOML: value: could not determine value type; mend the "
       "line (strings stand in quotes)"},
      {"log_path = \"\xff\"",
       "78 w.toml:1: not TOML: Encountered invalid utf-8 sequence; mend the "
       "line (strings stand in quotes)"},
      // toml++ 3.3 asserts here where it is compiled into the program (TOML_HEADER_ONLY).
      {"[=",
       "78 w.toml:1: not TOML: key: expected bare key starting character or string delimiter, saw "
       "'='; mend the line (strings stand in quotes)"},
      {"LISTEN=1", "78 w.toml:1: unknown key 'LISTEN'; `wgaudit run --help` lists the settings"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(error_of([&] { from_text(row.text, "w.toml"); }), row.want);
  }
}

TEST(SettingsFile, NeverShowsTheSecretOfAWireGuardFileThatWasNamedByMistake) {
  const std::string text =
      "[Interface]\r\n privatekey=1234567890123456789012345678901234567890123=";
  EXPECT_EQ(error_of([&] { from_text(text, "/etc/wireguard/wg0.conf"); }),
            "78 /etc/wireguard/wg0.conf:2: holds a secret key, as a configuration of WireGuard "
            "does; name a file of wgaudit");
  EXPECT_EQ(error_of([&] { from_text("PresharedKey = 12345", "x.toml"); }),
            "78 x.toml:1: holds a secret key, as a configuration of WireGuard does; name a file of "
            "wgaudit");
}

TEST(SettingsFile, ReadsWgMonitorsFileAsSystemdDoes) {
  Settings want;
  want.log_path = "/var/log/my monitor.log";
  want.interval = std::chrono::seconds(10);
  want.threshold = std::chrono::seconds(200);
  want.stats_interval = std::chrono::seconds(600);
  want.debug = true;
  want.interface = parse_interface_name("wg1");
  want.on_change_script = "/usr/local/bin/it's";
  EXPECT_EQ(from_text("# Configuration\n"
                      "; of wg_monitor\r\n"
                      "\n"
                      "LOG_PATH=\"/var/log/my monitor.log\"\n"
                      "INTERVAL=30\n"
                      "  INTERVAL='10'  \r\n"
                      "THRESHOLD=200\n"
                      "STATS_INTERVAL=600\n"
                      "DEBUG=true\n"
                      "INTERFACE=wg1\n"
                      "ON_CHANGE_SCRIPT=\"/usr/local/bin/it's\"\n",
                      "/etc/default/wg-monitor"),
            want);
}

TEST(SettingsFile, ReadsWgMonitorsFirstVersionAndItsEmptyValues) {
  const std::string first_version =
      "LOG_PATH=/var/log/wgaudit/audit.log\nINTERVAL=30\nTHRESHOLD=180\nSTATS_INTERVAL=3600\n"
      "DEBUG=false\n";
  EXPECT_EQ(from_text(first_version, "f"), Settings{});
  Settings given;
  given.interface = parse_interface_name("wg9");
  given.on_change_script = "/hook";
  apply_settings_text("INTERFACE=\nON_CHANGE_SCRIPT=\"\"\n", "f", given);
  EXPECT_EQ(given, Settings{});
}

TEST(SettingsFile, TakesOnlyTheWordTrueForWgMonitorsDebug) {
  for (const char* value : {"false", "TRUE", "1", "yes", "", "'false'"}) {
    Settings settings;
    settings.debug = true;
    apply_settings_text("DEBUG="s + value, "f", settings);
    EXPECT_FALSE(settings.debug) << value;
  }
  EXPECT_TRUE(from_text("DEBUG=\"true\"", "f").debug);
}

TEST(SettingsFile, NamesTheLineThatIsWrongInWgMonitorsFile) {
  const struct {
    const char* text;
    const char* want;
  } rows[] = {
      {"INTERVAL=5\nTRESHOLD=1", "78 f:2: unknown key TRESHOLD; did you mean THRESHOLD?"},
      {"COLOUR=1",
       "78 f:1: unknown key COLOUR; the keys are LOG_PATH, INTERVAL, THRESHOLD, "
       "STATS_INTERVAL, INTERFACE, ON_CHANGE_SCRIPT, DEBUG"},
      {"LISTEN=127.0.0.1:1",
       "78 f:1: unknown key LISTEN, which wg_monitor does not have; set "
       "WGAUDIT_LISTEN or use TOML"},
      {"INTERVAL=5\n\nTHRESHOLD = 1",
       "78 f:3: not KEY=value; write one assignment a line, without blanks around '='"},
      {"DEBUG=true\nexport INTERVAL=1",
       "78 f:2: not KEY=value; write one assignment a line, without blanks around '='"},
      {"INTERVAL=30 # seconds",
       "78 f:1: INTERVAL: '30 # seconds' is not a whole number; give 1 to 86400 seconds"},
      {"INTERVAL=", "78 f:1: INTERVAL: '' is not a whole number; give 1 to 86400 seconds"},
      {"THRESHOLD=0", "78 f:1: THRESHOLD: '0' is out of range; give 1 to 86400 seconds"},
      {"LOG_PATH=\"/a",
       "78 f:1: LOG_PATH: the quotes do not match; put the whole value in one "
       "pair of quotes"},
      {"LOG_PATH='",
       "78 f:1: LOG_PATH: the quotes do not match; put the whole value in one pair "
       "of quotes"},
      {"LOG_PATH='/a' /b",
       "78 f:1: LOG_PATH: the quotes do not match; put the whole value in one "
       "pair of quotes"},
      {"LOG_PATH='/a'b'",
       "78 f:1: LOG_PATH: the quotes do not match; put the whole value in one "
       "pair of quotes"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(error_of([&] { from_text(row.text, "f"); }), row.want);
  }
}

TEST(SettingsFile, IsTomlWhereItsFirstLineIsNotWgMonitors) {
  EXPECT_EQ(from_text("", "f"), Settings{});
  EXPECT_EQ(from_text("# INTERVAL=3\ninterval=3", "f").interval, std::chrono::seconds(3));
  EXPECT_EQ(from_text("\n# interval = 3\nINTERVAL=4", "f").interval, std::chrono::seconds(4));
}

/// `#key = value` with the # removed; prose begins with "# ".
std::string uncommented(const std::string& text) {
  std::string result = text;
  for (std::size_t at = 0; at < result.size(); ++at) {
    const bool begins_line = at == 0 || result[at - 1] == '\n';
    const bool is_key = result[at] == '#' && result.substr(at, 2) != "# " && result[at + 1] != '\n';
    if (begins_line && is_key) result.erase(at, 1);
  }
  return result;
}

TEST(ShippedConfiguration, ShowsEverySettingWithItsDefault) {
  const std::string shipped = read_file(WGAUDIT_SOURCE "/packaging/wgaudit.toml");
  EXPECT_EQ(from_text(shipped, "wgaudit.toml"), Settings{});
  Settings settings;
  for (const Sample& sample : samples()) sample.change(settings);
  apply_settings_text(uncommented(shipped), "wgaudit.toml", settings);
  Settings want;
  want.patterns = "/etc/wgaudit";
  want.names = "/etc/wgaudit/names.toml";
  EXPECT_EQ(settings, want);
}

TEST(Suggestion, ForgivesAboutOneMistakeInThreeCharacters) {
  const std::vector<std::string> candidates = {"listen", "interval", "wg", "debug"};
  const struct {
    const char* word;
    const char* want;
  } rows[] = {
      {"listen", "listen"},      {"lsten", "listen"}, {"lisetn", "listen"},
      {"interwall", "interval"}, {"w", "wg"},         {"wgg", "wg"},
      {"xyz", "none"},           {"", "none"},        {"listening", "listen"},
      {"lost", "none"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(nearest(row.word, candidates).value_or("none"), row.want) << row.word;
  }
}

}  // namespace
}  // namespace wgaudit
