#include "wgaudit/presence/interface_lines.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace wgaudit::interface_lines_test {
namespace {

InterfaceName name_of(std::string_view text) {
  return *parse_interface_name(text);
}

/// Returns lines, one a second from 1 on: `+wg0` created, `-wg0` destroyed, `wg0>wg1` renamed.
InterfaceLines lines_of(const std::vector<std::string_view>& texts) {
  InterfaceLines lines;
  SteadyTime printed{};
  for (const std::string_view text : texts) {
    KernelEvent event;
    const auto arrow = text.find('>');
    if (arrow != std::string_view::npos) {
      event.kind = EventKind::interface_renamed;
      event.previous_interface = text.substr(0, arrow);
      event.interface = name_of(text.substr(arrow + 1));
    } else {
      event.kind = text[0] == '+' ? EventKind::interface_created : EventKind::interface_destroyed;
      event.interface = name_of(text.substr(1));
    }
    lines.on_line(event, printed += std::chrono::seconds(1));
  }
  return lines;
}

TEST(InterfaceLines, TellWhatHasBecomeOfAName) {
  const struct {
    std::vector<std::string_view> lines;
    int since;
    bool renamed;  ///< Whether wg0 was renamed to wg1.
  } rows[] = {
      {{"wg0>wg1"}, 0, true},
      {{"wg0>wg1"}, 1, true},
      {{"wg0>wg1"}, 2, false},
      {{"wg1>wg0"}, 0, false},
      {{"wg0>x", "x>wg1"}, 0, true},
      {{"wg0>x", "x>wg1"}, 2, false},
      {{"x>wg1", "wg0>x"}, 0, false},
      {{"wg0>wg1", "wg1>x"}, 0, false},
      {{"wg0>x", "wg1>wg0", "x>wg1"}, 0, true},
      {{"-wg0", "+wg0", "wg0>wg1"}, 0, false},
      {{"wg0>x", "-wg0", "x>wg1"}, 0, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.lines.front());
    SCOPED_TRACE(row.since);
    const SteadyTime since{std::chrono::seconds(row.since)};
    EXPECT_EQ(lines_of(row.lines).was_renamed(name_of("wg0"), name_of("wg1"), since), row.renamed);
  }
}

TEST(InterfaceLines, TellThatANameIsOfANewInterface) {
  const struct {
    std::vector<std::string_view> lines;
    int since;
    bool created_anew;  ///< Whether wg0 was.
  } rows[] = {
      {{"-wg0", "+wg0"}, 1, true},         {{"-wg0", "+wg0"}, 2, false},
      {{"+wg0", "-wg0"}, 0, false},        {{"-wg0", "+wg1"}, 0, false},
      {{"-wg1", "+wg0"}, 0, false},        {{"+wg0"}, 0, false},
      {{"-wg0", "+wg0", "-wg0"}, 0, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.since);
    const SteadyTime since{std::chrono::seconds(row.since)};
    EXPECT_EQ(lines_of(row.lines).was_created_anew(name_of("wg0"), since), row.created_anew);
  }
}

TEST(InterfaceLines, OfThoseThatAreForgedOnlyTheLatestAreKept) {
  InterfaceLines lines = lines_of({"wg0>wg1"});
  KernelEvent forged;
  forged.kind = EventKind::interface_created;
  forged.interface = name_of("wg9");
  for (int i = 0; i < 256; ++i) lines.on_line(forged, SteadyTime(std::chrono::seconds(9)));
  EXPECT_FALSE(lines.was_renamed(name_of("wg0"), name_of("wg1"), SteadyTime{}));
}

}  // namespace
}  // namespace wgaudit::interface_lines_test
