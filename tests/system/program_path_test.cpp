#include "shell/system/program_path.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::program_path_test {
namespace {

namespace fs = std::filesystem;

/// What require_trusted says, empty where it says nothing.
std::string fault(const fs::path& program) {
  try {
    require_trusted(program);
    return "";
  } catch (const SetupError& error) {
    EXPECT_EQ(error.exit_code, 78);
    return error.what();
  }
}

/// A folder "bin" with a program "wg" in it, which is trusted until a test spoils it.
class RequireTrusted : public testing::Test {
 protected:
  RequireTrusted() {
    fs::create_directory(bin_);
    change_mode(bin_, 0755);
    outer_.write_script("bin/wg", ":");
    change_mode(program_, 0755);
  }

  static void change_mode(const fs::path& path, mode_t mode) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
  }

  /// Gives `path` to a group that is not that of root; ours is not, unless we are root.
  static void give_to_a_group(const fs::path& path) {
    if (::geteuid() != 0) return;
    ASSERT_EQ(::chown(path.c_str(), 0, 1), 0);
  }

  const TemporaryFolder outer_;
  const fs::path bin_ = outer_.path() / "bin";
  const fs::path program_ = bin_ / "wg";
};

TEST(FindProgram, TakesTheFirstFolderThatHasIt) {
  ASSERT_TRUE(fs::is_regular_file("/usr/bin/env"));
  EXPECT_EQ(find_program("env"), "/usr/bin/env");
  ASSERT_TRUE(fs::is_regular_file("/usr/sbin/ldconfig"));
  EXPECT_EQ(find_program("ldconfig"), "/usr/sbin/ldconfig");
}

TEST(FindProgram, TheEnvironmentHasNoSay) {
  const TemporaryFolder folder;
  folder.write_script("env", ":");
  const std::string path = std::getenv("PATH");
  ASSERT_EQ(::setenv("PATH", folder.path().c_str(), 1), 0);
  const fs::path found = find_program("env");
  ASSERT_EQ(::setenv("PATH", path.c_str(), 1), 0);
  EXPECT_EQ(found, "/usr/bin/env");
}

TEST(FindProgram, SaysHowToGetWhatIsMissing) {
  try {
    find_program("no-such-program");
    FAIL() << "found";
  } catch (const SetupError& error) {
    EXPECT_STREQ(error.what(),
                 "no-such-program: not found in /usr/bin, /usr/sbin, /bin, /sbin; "
                 "apt-get install -y wireguard-tools");
    EXPECT_EQ(error.exit_code, 69);
  }
}

TEST_F(RequireTrusted, TakesWhatOnlyWeOrRootCanChange) {
  EXPECT_EQ(fault("/usr/bin/env"), "");
  EXPECT_EQ(fault("/bin/sh"), "") << "symbolic links";
  EXPECT_EQ(fault(program_), "");
}

TEST_F(RequireTrusted, NeedsAnExecutableFile) {
  const auto text = outer_.write("text", "");
  change_mode(text, 0644);
  const struct {
    fs::path path;
    std::string want;
  } rows[] = {
      {"wg", "wg: not an absolute path; begin it with /"},
      {"", ": not an absolute path; begin it with /"},
      {"/nonexistent/wg", "/nonexistent/wg: No such file or directory; check the path"},
      {program_ / "wg", program_.string() + "/wg: Not a directory; check the path"},
      {bin_, bin_.string() + ": not a file; check the path"},
      {text, text.string() + ": not executable; chmod a+x " + text.string()},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    EXPECT_EQ(fault(row.path), row.want);
  }
}

TEST_F(RequireTrusted, RefusesWhatOthersCanWriteAndNamesIt) {
  for (const fs::path& path : {program_, bin_, outer_.path()}) {
    for (const mode_t mode : {0757U, 0777U, 0702U}) {
      SCOPED_TRACE(path);
      SCOPED_TRACE(mode);
      change_mode(path, mode);
      EXPECT_EQ(fault(program_), path.string() +
                                     ": others can write it and so replace the program; "
                                     "chmod go-w " +
                                     path.string());
      change_mode(path, 0755);
    }
  }
  EXPECT_EQ(fault(program_), "");
}

TEST_F(RequireTrusted, RefusesWhatAGroupCanWrite) {
  for (const fs::path& path : {program_, bin_}) {
    SCOPED_TRACE(path);
    give_to_a_group(path);
    EXPECT_EQ(fault(program_), "");
    change_mode(path, 0775);
    EXPECT_EQ(fault(program_), path.string() +
                                   ": others can write it and so replace the program; chmod go-w " +
                                   path.string());
    change_mode(path, 0755);
  }
}

TEST_F(RequireTrusted, TheGroupOfRootMayWrite) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  for (const fs::path& path : {program_, bin_}) {
    ASSERT_EQ(::chown(path.c_str(), 0, 0), 0);
    change_mode(path, 0775);
  }
  EXPECT_EQ(fault(program_), "");
}

TEST_F(RequireTrusted, AStickyFolderMayBeWritten) {
  change_mode(bin_, 01777);
  EXPECT_EQ(fault(program_), "");
  change_mode(program_, 0757);
  EXPECT_NE(fault(program_), "") << "what is in it may not";
}

TEST_F(RequireTrusted, RefusesWhatBelongsToSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  for (const fs::path& path : {program_, bin_}) {
    SCOPED_TRACE(path);
    ASSERT_EQ(::chown(path.c_str(), 1, 0), 0);
    EXPECT_EQ(fault(program_),
              path.string() + ": belongs to user 1, who could replace the program; chown root " +
                  path.string());
    ASSERT_EQ(::chown(path.c_str(), 0, 0), 0);
  }
}

TEST_F(RequireTrusted, ALinkIsAsGoodAsWhatItLeadsThrough) {
  const fs::path links = outer_.path() / "links";
  fs::create_directory(links);
  change_mode(links, 0755);
  fs::create_symlink(program_, links / "wg");
  EXPECT_EQ(fault(links / "wg"), "");

  const std::string cure = ": others can write it and so replace the program; chmod go-w ";
  change_mode(links, 0777);
  EXPECT_EQ(fault(links / "wg"), links.string() + cure + links.string());
  change_mode(links, 0755);
  change_mode(bin_, 0777);
  EXPECT_EQ(fault(links / "wg"), bin_.string() + cure + bin_.string());

  fs::create_symlink("nowhere", links / "broken");
  EXPECT_EQ(fault(links / "broken"),
            (links / "broken").string() + ": No such file or directory; check the path");
}

}  // namespace
}  // namespace wgaudit::program_path_test
