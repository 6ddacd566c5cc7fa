#include "shell/settings/section.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "settings/setting_samples.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::section_test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

/// Settings of a room that exists only here.
struct Garden {
  std::string name = "unnamed";
  std::uint16_t beds = 3;
  bool is_open = true;
  seconds watering = minutes(15);
  std::vector<std::string> plants = {"bean"};
  std::vector<std::string> gates;
  std::vector<int> widths;  ///< Widths of the paths, gate by gate.

  friend bool operator==(const Garden&, const Garden&) = default;
};

void read_path(Section& section, Garden& garden) {
  int width = 0;
  section.number("width", width, -5, 5);
  garden.widths.push_back(width);
}

void read_gate(Section& section, Garden& garden) {
  std::string gate;
  section.text("name", gate);
  section.require("name");
  if (gate == "locked") section.refuse("name", "'locked' is a state; give a name");
  section.nested({"path", true, [&](Section& path) { read_path(path, garden); }});
  garden.gates.push_back(gate);
}

void read_garden(Section& section, Garden& garden) {
  section.text("name", garden.name);
  section.number<std::uint16_t>("beds", garden.beds, 1, 20, "beds");
  section.boolean("open", garden.is_open);
  section.duration("watering", garden.watering, seconds(30), hours(48));
  section.list("plants", garden.plants);
  section.nested({"path", false, [&](Section& path) { read_path(path, garden); }});
}

Garden garden_of(std::string_view text) {
  Garden garden;
  Settings settings;
  apply_settings_text(text, "w.toml", settings,
                      {{"garden", false, [&](Section& section) { read_garden(section, garden); }},
                       {"gate", true, [&](Section& section) { read_gate(section, garden); }}});
  return garden;
}

TEST(Section, GivesARoomTheValuesOfItsKeys) {
  Garden want;
  want.name = "kew";
  want.beds = 20;
  want.is_open = false;
  want.watering = hours(2);
  want.plants = {"pea", "leek"};
  want.widths = {-2};
  EXPECT_EQ(garden_of("interval = 5\n"
                      "[garden]\n"
                      "name = 'kew'\n"
                      "beds = 20\n"
                      "open = false\n"
                      "watering = \"2h\"\n"
                      "plants = ['pea', 'leek']\n"
                      "[garden.path]\n"
                      "width = -2\n"),
            want);
}

TEST(Section, LeavesADefaultWhereAKeyOrTheWholeSectionIsNotThere) {
  EXPECT_EQ(garden_of("[garden]\n"), Garden{});
  EXPECT_EQ(garden_of("interval = 5\n"), Garden{});
}

TEST(Section, IsReadOnceForEachTableOfItsName) {
  const Garden garden = garden_of(
      "[[gate]]\nname = 'north'\n[[gate.path]]\nwidth = 1\n[[gate.path]]\nwidth = 2\n"
      "[[gate]]\nname = 'south'\n");
  EXPECT_THAT(garden.gates, ElementsAre("north", "south"));
  EXPECT_THAT(garden.widths, ElementsAre(1, 2));
}

TEST(Section, RefusesWithFileLineAndCure) {
  const struct {
    const char* text;
    const char* want;
  } rows[] = {
      {"[garden]\n\nbed = 2", "w.toml:3: unknown key 'bed' in [garden]; did you mean beds?"},
      {"[garden]\ncolour = 2",
       "w.toml:2: unknown key 'colour' in [garden]; its keys are name, beds, open, watering, "
       "plants, path"},
      {"[garden]\n[garden.paths]", "w.toml:2: unknown key 'paths' in [garden]; did you mean path?"},
      {"[garden.path]\nheight = 1",
       "w.toml:2: unknown key 'height' in [garden.path]; its keys are width"},
      {"[garden]\nname = 5", "w.toml:2: garden.name: the wrong type; give a string in quotes"},
      {"[garden]\nbeds = \"5\"",
       "w.toml:2: garden.beds: the wrong type; give a whole number without quotes"},
      {"[garden]\nbeds = 21", "w.toml:2: garden.beds: '21' is out of range; give 1 to 20 beds"},
      {"[garden]\npath.width = 6",
       "w.toml:2: garden.path.width: '6' is out of range; give -5 to 5"},
      {"[garden]\nopen = 1",
       "w.toml:2: garden.open: the wrong type; give true or false without quotes"},
      {"[garden]\nplants = ['a', 1]",
       "w.toml:2: garden.plants: the wrong type; give a list of strings, such as "
       "[\"peer_online\"]"},
      {"[garden]\nwatering = 30",
       "w.toml:2: garden.watering: the wrong type; give a string such as \"90s\", \"15m\", \"2h\" "
       "or \"1d\""},
      {"[garden]\nwatering = \"30\"",
       "w.toml:2: garden.watering: '30' is not a duration; give a string such as \"90s\", \"15m\", "
       "\"2h\" or \"1d\""},
      {"[garden]\nwatering = \"3d\"",
       "w.toml:2: garden.watering: '3d' is out of range; give 30s to 2d"},
      {"[[gate]]\nname = 'a'\n\n[[gate]]\nnane = 'b'",
       "w.toml:5: unknown key 'nane' in [[gate]]; did you mean name?"},
      {"[[gate]]\nname = 'a'\n\n[[gate]]\n", "w.toml:4: [[gate]] has no name; add it"},
      {"[[gate]]\nname = 'locked'", "w.toml:2: gate.name: 'locked' is a state; give a name"},
      {"[[gate]]\nname = 'a'\n[[gate.path]]\nwidth = 9",
       "w.toml:4: gate.path.width: '9' is out of range; give -5 to 5"},
      {"[[gate]]\nname = 'a'\n[gate.path]\nwidth = 9",
       "w.toml:3: gate.path is not a section here; write it as [[gate.path]]"},
      {"\n[[garden]]", "w.toml:2: garden is not a section here; write it as [garden]"},
      {"\n[gate]", "w.toml:2: gate is not a section here; write it as [[gate]]"},
      {"garden = 1", "w.toml:1: garden is not a section here; write it as [garden]"},
      {"[gardn]", "w.toml:1: unknown section [gardn]; did you mean garden?"},
      {"[[house]]", "w.toml:1: unknown section [[house]]; the sections are [garden], [[gate]]"},
      {"gardn = 1", "w.toml:1: unknown key 'gardn'; `wgaudit run --help` lists the settings"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(error_of([&] { garden_of(row.text); }), "78 " + std::string(row.want));
  }
}

TEST(Section, IsAnnouncedToLoadSettings) {
  const TemporaryFolder folder;
  const auto file = folder.write("w.toml", "[garden]\nname = 'kew'\n");
  Garden garden;
  load_settings(run_with({"--config", file}), {}, no_folder,
                {{"garden", false, [&](Section& section) { read_garden(section, garden); }}});
  EXPECT_EQ(garden.name, "kew");
}

}  // namespace
}  // namespace wgaudit::section_test
