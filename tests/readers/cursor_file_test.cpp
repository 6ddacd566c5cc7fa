#include "shell/readers/cursor_file.hpp"

#include <gtest/gtest.h>

#include "support/read_file.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::cursor_file_test {
namespace {

/// What a start finds.
std::string found(const std::filesystem::path& path) {
  CursorFile cursor;
  cursor.open(path, "0");
  return cursor.text();
}

TEST(CursorFile, HoldsWhatWasStoredLast) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "cursor";
  EXPECT_EQ(found(path), "0");
  for (const std::string text : {"1", "22|3", "4"}) {
    CursorFile cursor;
    cursor.open(path, "0");
    cursor.store(text);
    EXPECT_EQ(found(path), text);
  }
}

TEST(CursorFile, AStoreThatIsCutOffAnywhereLeavesTheOneBefore) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "cursor";
  CursorFile cursor;
  cursor.open(path, "0");
  for (const std::string text : {"17|5|100", "18|5|150"}) cursor.store(text);
  const std::string before = read_file(path);
  cursor.store("29|5|210");
  const std::string after = read_file(path);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i <= after.size(); ++i) {
    folder.write("torn", after.substr(0, i) + before.substr(i));
    EXPECT_EQ(found(folder.path() / "torn"),
              after.substr(0, i) + before.substr(i) == after ? "29|5|210" : "18|5|150")
        << i;
  }
}

TEST(CursorFile, ThatCannotHoldAFirstTextIsAnError) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "cursor";
  std::filesystem::create_symlink("/dev/full", path);
  CursorFile cursor;
  EXPECT_THROW(cursor.open(path, "0"), SetupError);
}

TEST(CursorFile, IsMadeAnewWhereItWasRemoved) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "cursor";
  CursorFile cursor;
  cursor.open(path, "0");
  cursor.store("1");
  std::filesystem::remove(path);
  cursor.store("2");
  EXPECT_EQ(found(path), "2");
}

}  // namespace
}  // namespace wgaudit::cursor_file_test
