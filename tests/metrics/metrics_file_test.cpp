#include "shell/metrics/metrics_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "support/read_file.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::metrics_file_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MetricsFileTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "w.prom";
  std::vector<std::string> told;
  std::optional<MetricsFile> file{std::in_place, path,
                                  [this](std::string line) { told.push_back(std::move(line)); }};
};

TEST_F(MetricsFileTest, IsReplacedAndReadableByAll) {
  const mode_t before = ::umask(0077);
  file->write("first, and longer\n");
  file->write("second\n");
  ::umask(before);
  EXPECT_EQ(read_file(path), "second\n");
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode, S_IFREG | 0644U);
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(MetricsFileTest, IsAllThatIsLeftAndGoneAtTheEnd) {
  folder.write("w.prom.new", "of a crash");
  file->write("text\n");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "w.prom.new"));
  file.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(MetricsFileTest, IsNotWrittenThroughALinkThatSomebodyMade) {
  folder.write("other", "kept");
  std::filesystem::create_symlink(folder.path() / "other", folder.path() / "w.prom.new");
  std::filesystem::create_symlink(folder.path() / "other", path);
  file->write("text\n");
  EXPECT_EQ(read_file(folder.path() / "other"), "kept");
  EXPECT_EQ(read_file(path), "text\n");
}

TEST_F(MetricsFileTest, CountsEachFailureAndTellsOfTheEpisode) {
  std::filesystem::create_directory(path);
  file->write("first\n");
  file->write("second\n");
  EXPECT_EQ(file->failures(), 2U);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "w.prom.new"));
  std::filesystem::remove(path);
  file->write("third\n");
  EXPECT_EQ(read_file(path), "third\n");
  const std::string name = path.string();
  EXPECT_THAT(told,
              ElementsAre(name +
                              ": metrics cannot be written: Is a directory; name another file "
                              "with --metrics-textfile, or give the unit ReadWritePaths=" +
                              folder.path().string(),
                          name + ": metrics are written again"));
}

}  // namespace
}  // namespace wgaudit::metrics_file_test
