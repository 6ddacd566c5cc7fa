#include "shell/settings/pattern_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::pattern_folder_test {
namespace {

std::string refusal_of(const std::filesystem::path& folder) {
  try {
    load_patterns(folder);
  } catch (const SetupError& error) {
    return std::to_string(error.exit_code) + " " + error.what();
  }
  return "none";
}

TEST(PatternFolder, AddsWhatEndsInPatternsToThoseThatAreShipped) {
  const TemporaryFolder folder;
  const std::size_t shipped = load_patterns({}).size();
  folder.write("notes.txt", "no pattern");
  EXPECT_EQ(load_patterns(folder.path()).size(), shipped);
  folder.write("more.patterns", "# example: it is new\nmessages_suppressed kernel 4 it is new\n");
  EXPECT_EQ(load_patterns(folder.path()).size(), shipped + 1);
}

TEST(PatternFolder, WhatCannotBeReadIsRefusedWithTheCure) {
  const TemporaryFolder folder;
  const std::string name = folder.path().string();
  EXPECT_EQ(refusal_of(folder.path() / "none"),
            "78 " + name +
                "/none: the folder of pattern files cannot be read: No such file or directory; "
                "name one that this user may read");
  std::filesystem::create_directory(folder.path() / "my.patterns");
  EXPECT_EQ(refusal_of(folder.path()),
            "78 " + name +
                "/my.patterns: cannot be read: Is a directory; name a file that this user may "
                "read");
}

}  // namespace
}  // namespace wgaudit::pattern_folder_test
