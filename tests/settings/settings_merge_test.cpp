#include "shell/settings/settings_merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "settings/setting_samples.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::settings_merge_test {
namespace {

TEST(LoadSettings, TakesEverySettingFromAFlag) {
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.name);
    const std::string flag = flag_of(*find_setting(sample.name));
    EXPECT_EQ(load_settings(run_with({flag + "=" + sample.value}), {}, no_folder), changed(sample));
    if (sample.toml == "true") continue;  // a switch
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
  const auto interval = [&](const GivenSettings& given,
                            const std::vector<std::string>& environment) {
    return load_settings(given, environment, folder.path()).interval.count();
  };
  EXPECT_EQ(interval(run_with({}), {}), 1);
  EXPECT_EQ(interval(run_with({}), variable), 2);
  EXPECT_EQ(interval(named, variable), 3);
  EXPECT_EQ(interval(run_with({}), {"WGAUDIT_CONFIG="}), 1);
}

TEST(LoadSettings, LeavesTheUsualFolderAloneWhereItMayNotUseIt) {
  const TemporaryFolder folder;
  folder.write("wgaudit.toml", "interval = 1");
  folder.write("names.toml", "");
  GivenSettings given;
  given.may_use_folder = false;
  EXPECT_EQ(load_settings(given, {}, folder.path()), Settings{});
  given.values = {{"interval", "4"}};
  EXPECT_EQ(load_settings(given, {}, folder.path()).interval, std::chrono::seconds(4));
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
      {"require_mark", "0x", "'0x' is not a mark; give 0 to 0xffffffff, such as 0x5747"},
      {"require_mark", "5747h", "'5747h' is not a mark; give 0 to 0xffffffff, such as 0x5747"},
      {"require_mark", "-1", "'-1' is not a mark; give 0 to 0xffffffff, such as 0x5747"},
      {"require_mark", "0x100000000",
       "'0x100000000' is not a mark; give 0 to 0xffffffff, such as 0x5747"},
      {"segment_bytes", "64MB",
       "'64MB' is not a size; give a whole number of bytes, or of K, M, G or T"},
      {"segment_bytes", "M", "'M' is not a size; give a whole number of bytes, or of K, M, G or T"},
      {"segment_bytes", "4095", "'4095' is out of range; give 4K to 1T"},
      {"segment_bytes", "1025G", "'1025G' is out of range; give 4K to 1T"},
      {"events_bytes", "18446744073709551615T",
       "'18446744073709551615T' is out of range; give 4K to 1T"},
      {"events_bytes", "-1", "'-1' is out of range; give 4K to 1T"},
      {"segment_age", "0", "'0' is out of range; give 1 to 8760 hours"},
      {"metrics", "9586",
       "'9586' is not ADDRESS:PORT; give an IP address and a port, such as 127.0.0.1:9586 or "
       "[::1]:9586"},
      {"metrics_textfile", "/run/metrics",
       "'/run/metrics' does not end in .prom; node_exporter reads no other files"},
      {"metrics_textfile", "m.prom",
       "'m.prom' is not absolute; give the whole path, such as /run/wgaudit/wgaudit.prom"},
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

}  // namespace
}  // namespace wgaudit::settings_merge_test
