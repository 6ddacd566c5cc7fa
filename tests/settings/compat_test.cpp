#include "shell/settings/compat.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "settings/setting_samples.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::compat_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Words = std::vector<std::string>;

/// wg_monitor's manners with these flags.
Settings loaded(Words flags) {
  flags.insert(flags.begin(), "--compat=wg_monitor");
  return load_settings(run_with(std::move(flags)), {}, no_folder);
}

TEST(Compat, IsAskedForByFlagOrEnvironmentOfRun) {
  EXPECT_TRUE(asks_for_wg_monitor({"run", "--compat=wg_monitor"}, {}));
  EXPECT_TRUE(asks_for_wg_monitor({"run", "--debug", "--compat", "wg_monitor"}, {}));
  EXPECT_TRUE(asks_for_wg_monitor({"run"}, {"A=b", "WGAUDIT_COMPAT=wg_monitor"}));
  EXPECT_FALSE(asks_for_wg_monitor({"run", "--compat="}, {"WGAUDIT_COMPAT=wg_monitor"}));
  EXPECT_FALSE(asks_for_wg_monitor({"run", "--compatible=wg_monitor"}, {}));
  EXPECT_FALSE(asks_for_wg_monitor({"follow", "--compat=wg_monitor"}, {}));
  EXPECT_FALSE(asks_for_wg_monitor({}, {}));
}

TEST(Compat, WritesOutUniquePrefixesOfWgMonitorsFlags) {
  const struct {
    Words given;
    Words written;
  } rows[] = {
      {{"run", "--thr", "90"}, {"run", "--threshold", "90"}},
      {{"run", "--thr=90", "--deb"}, {"run", "--threshold=90", "--debug"}},
      {{"run", "--lo", "/tmp/x"}, {"run", "--log-path", "/tmp/x"}},
      {{"run", "--log-format", "classic"}, {"run", "--log-format", "classic"}},
      {{"run", "--interval", "5"}, {"run", "--interval", "5"}},
      {{"run", "--interval", "-5"}, {"run", "--interval=-5"}},
      {{"run", "--t", "-5"}, {"run", "--threshold=-5"}},
      {{"run", "--ver"}, {"run", "--version"}},
      {{"run", "-h"}, {"run", "-h"}},
      {{"run", "--no-such-flag"}, {"run", "--no-such-flag"}},
  };
  for (const auto& row : rows) EXPECT_EQ(written_out(row.given), row.written);
}

TEST(Compat, RefusesAPrefixThatCouldBeSeveral) {
  EXPECT_EQ(error_of([] {
              written_out({"run", "--inter", "5"});
            }),
            "64 ambiguous option: --inter could match --interval, --interface; give one of them in "
            "full");
}

TEST(Compat, LetsTheLastOccurrenceWin) {
  EXPECT_EQ(loaded({"--interval", "7", "--interval", "9"}).interval, std::chrono::seconds(9));
}

TEST(Compat, BringsValuesIntoTheirRangeWithWgMonitorsWarnings) {
  const struct {
    Words flags;
    Words values;  ///< Values of interval, threshold and statistics.
    Words warnings;
  } rows[] = {
      {{}, {"30", "180", "3600"}, {}},
      {{"--interval=4"}, {"5", "180", "3600"}, {"Interval too small (<5s), setting to 5s"}},
      {{"--interval=-5"}, {"5", "180", "3600"}, {"Interval too small (<5s), setting to 5s"}},
      {{"--interval=3601", "--threshold=4000"},
       {"3601", "4000", "3600"},
       {"Interval very large (>1h), this may delay issue detection"}},
      {{"--threshold=29"},
       {"30", "29", "3600"},
       {"Threshold (29s) < Interval (30s), may cause false offline alerts",
        "Threshold <60s may be too sensitive for unstable networks"}},
      {{"--threshold=59"},
       {"30", "59", "3600"},
       {"Threshold <60s may be too sensitive for unstable networks"}},
      {{"--threshold=-1"},
       {"30", "1", "3600"},
       {"Threshold (-1s) < Interval (30s), may cause false offline alerts",
        "Threshold <60s may be too sensitive for unstable networks",
        "Threshold too small (<1s), setting to 1s"}},
      {{"--stats-interval=59"},
       {"30", "180", "60"},
       {"Stats interval too small (<60s), setting to 60s"}},
      {{"--stats-interval=90000"},
       {"30", "180", "86400"},
       {"Stats interval too large (>86400s), setting to 86400s"}},
  };
  for (const auto& row : rows) {
    const Settings settings = loaded(row.flags);
    EXPECT_EQ(settings.warnings, row.warnings);
    EXPECT_THAT(row.values, ElementsAre(std::to_string(settings.interval.count()),
                                        std::to_string(settings.threshold.count()),
                                        std::to_string(settings.stats_interval.count())));
  }
}

TEST(Compat, IsAsGoodInAFileOrTheEnvironment) {
  const TemporaryFolder folder;
  const auto toml = folder.write("w.toml", "interval = 3\ncompat = \"wg_monitor\"\n");
  EXPECT_EQ(load_settings(run_with({"--config", toml}), {}, no_folder).interval,
            std::chrono::seconds(5));
  const auto theirs = folder.write("wg-monitor", "INTERVAL=3\nSTATS_INTERVAL=1\n");
  const Settings settings =
      load_settings(run_with({"--config", theirs}), {"WGAUDIT_COMPAT=wg_monitor"}, no_folder);
  EXPECT_EQ(settings.interval, std::chrono::seconds(5));
  EXPECT_EQ(settings.stats_interval, std::chrono::seconds(60));
}

TEST(Compat, WithoutItWhatIsOutOfRangeIsRefused) {
  EXPECT_EQ(error_of([] { load_settings(run_with({"--interval=0"}), {}, no_folder); }),
            "64 --interval: '0' is out of range; give 1 to 86400 seconds");
  EXPECT_EQ(error_of([] { load_settings(run_with({"--interval=-5"}), {}, no_folder); }),
            "64 --interval: '-5' is out of range; give 1 to 86400 seconds");
  EXPECT_EQ(error_of([] { load_settings(run_with({"--compat=wgmonitor"}), {}, no_folder); }),
            "64 --compat: 'wgmonitor' is none of them; did you mean wg_monitor?");
}

TEST(Compat, KeepsTheLogBelowVarLogOrTmp) {
  const struct {
    const char* given;
    const char* used;
  } rows[] = {
      {"/var/log/x.log", "/var/log/x.log"},
      {"/var/log/a/b/x.log", "/var/log/a/b/x.log"},
      {"/tmp/x.log", "/tmp/x.log"},
      {"/tmp/../var/log/x.log", "/var/log/x.log"},
      {"/var/logfoo/x.log", "/var/log/wg_monitor.log"},
      {"/var/log/../x.log", "/var/log/wg_monitor.log"},
      {"/nonexistent/x.log", "/var/log/wg_monitor.log"},
  };
  for (const auto& row : rows) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(loaded({"--log-path", row.given}).log_path, row.used);
    const std::string said = testing::internal::GetCapturedStderr();
    const bool is_kept = row.used != std::string("/var/log/wg_monitor.log");
    EXPECT_EQ(said, is_kept ? ""
                            : "Error: Log path " + std::string(row.given) +
                                  " is not in allowed directories: ['/var/log', '/tmp']\nUsing "
                                  "default: /var/log/wg_monitor.log\n");
  }
  EXPECT_EQ(loaded({}).log_path, "/var/log/wg_monitor.log");
}

TEST(Compat, LeavesOutAHookThatIsMissing) {
  const TemporaryFolder folder;
  Settings settings;
  settings.on_change_script = "/nonexistent/hook";
  leave_out_missing_hook(settings);
  settings.on_change_script = folder.write("hook", "");
  leave_out_missing_hook(settings);
  EXPECT_EQ(settings.on_change_script, "");
  EXPECT_THAT(settings.warnings,
              ElementsAre("on-change-script not found: /nonexistent/hook",
                          "on-change-script not executable: " + (folder.path() / "hook").string()));
  settings.on_change_script = "/bin/true";
  settings.warnings.clear();
  leave_out_missing_hook(settings);
  EXPECT_EQ(settings.on_change_script, "/bin/true");
  EXPECT_THAT(settings.warnings, IsEmpty());
}

TEST(Compat, HasWgMonitorsExitCodes) {
  EXPECT_EQ(wg_monitor_exit_code(0), 0);
  EXPECT_EQ(wg_monitor_exit_code(64), 2);
  for (const int code : {65, 69, 70, 74, 75, 78}) EXPECT_EQ(wg_monitor_exit_code(code), 1);
}

}  // namespace
}  // namespace wgaudit::compat_test
