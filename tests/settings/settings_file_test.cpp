#include "shell/settings/settings_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "settings/setting_samples.hpp"
#include "support/read_file.hpp"

namespace wgaudit::settings_file_test {
namespace {

using namespace std::string_literals;

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
      {R"(ON_CHANGE_SCRIPT=/my\ hook)",
       "78 f:1: ON_CHANGE_SCRIPT: systemd reads a backslash as an escape, which is not known here; "
       "leave it out, or put the value in single quotes"},
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

}  // namespace
}  // namespace wgaudit::settings_file_test
