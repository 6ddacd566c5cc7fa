#include "shell/settings/setting_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "settings/setting_samples.hpp"
#include "shell/settings/suggestion.hpp"

namespace wgaudit::setting_table_test {
namespace {

using testing::ElementsAreArray;
using testing::UnorderedElementsAreArray;

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
}  // namespace wgaudit::setting_table_test
