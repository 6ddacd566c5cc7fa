#include "shell/journal/seal_keys.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/read_file.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::seal_keys_test {
namespace {

class SealKeysTest : public testing::Test {
 protected:
  SealKeys opened(std::optional<std::uint64_t> sealed) const {
    SealKeys keys;
    keys.open(path, sealed);
    return keys;
  }

  bool is_on_disk(const SigningKey& key) const {
    return read_file(path).find(key.text()) != std::string::npos;
  }

  TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "seal.key";
};

TEST_F(SealKeysTest, TheFirstIsMadeAndFoundAgainAndNobodyElseReadsIt) {
  const SealKeys first = opened({});
  EXPECT_EQ(first.epoch(), 0U);
  const SealKeys again = opened({});
  EXPECT_EQ(again.key().public_key(), first.key().public_key());
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(SealKeysTest, AnEpochThatEndedLeavesNothingOfItsKey) {
  SealKeys keys = opened({});
  for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
    EXPECT_EQ(keys.epoch(), epoch);
    const SigningKey key = keys.key();
    const SigningKey next = *keys.prepare_next();
    EXPECT_TRUE(is_on_disk(key) && is_on_disk(next));
    ASSERT_TRUE(keys.begin_next());
    EXPECT_FALSE(is_on_disk(key));
    EXPECT_EQ(keys.key().public_key(), next.public_key());
  }
}

TEST_F(SealKeysTest, ACrashBeforeTheSealIsOnTheDiskKeepsBothKeys) {
  SealKeys before = opened({});
  const auto next = before.prepare_next()->public_key();
  SealKeys keys = opened({});
  EXPECT_EQ(keys.key().public_key(), before.key().public_key());
  EXPECT_EQ(keys.prepare_next()->public_key(), next)
      << "a seal that names it may be read by somebody";
}

TEST_F(SealKeysTest, ACrashBehindTheSealLeavesItsEpochToEndWhenItIsOnTheDisk) {
  SealKeys before = opened({});
  const auto next = before.prepare_next()->public_key();
  SealKeys keys = opened(0);
  EXPECT_EQ(keys.epoch(), 0U) << "a power loss may take the seal: then it is made again";
  EXPECT_EQ(keys.prepare_next()->public_key(), next);
  ASSERT_TRUE(keys.begin_next());
  EXPECT_FALSE(is_on_disk(before.key()));
  const SealKeys after = opened(0);
  EXPECT_EQ(after.epoch(), 1U);
  EXPECT_EQ(after.key().public_key(), next);
}

TEST_F(SealKeysTest, KeysThatAreLostAreFollowedByOthers) {
  const SealKeys lost = opened({});
  std::filesystem::remove(path);
  const SealKeys keys = opened(6);
  EXPECT_EQ(keys.epoch(), 7U);
  EXPECT_NE(keys.key().public_key(), lost.key().public_key());
  EXPECT_EQ(opened(6).key().public_key(), keys.key().public_key());
}

TEST_F(SealKeysTest, AFileThatIsRemovedIsMadeAgainWithTheKeysOfTheEpoch) {
  SealKeys keys = opened({});
  std::filesystem::remove(path);
  const auto next = keys.prepare_next()->public_key();
  SealKeys again = opened({});
  EXPECT_EQ(again.key().public_key(), keys.key().public_key());
  EXPECT_EQ(again.prepare_next()->public_key(), next);
}

TEST_F(SealKeysTest, AFolderThatIsPutAsideWhileItRunsLeavesTheKeysToTheOneThatFollows) {
  std::filesystem::create_directory(folder.path() / "journal");
  SealKeys keys;
  keys.open(folder.path() / "journal" / "seal.key", {});
  std::filesystem::rename(folder.path() / "journal", folder.path() / "aside");
  EXPECT_EQ(keys.prepare_next(), nullptr) << "there is no folder";
  EXPECT_EQ(keys.prepare_next(), nullptr);
  std::filesystem::create_directory(folder.path() / "journal");
  const auto next = keys.prepare_next()->public_key();
  SealKeys again;
  again.open(folder.path() / "journal" / "seal.key", {});
  EXPECT_EQ(again.key().public_key(), keys.key().public_key());
  EXPECT_EQ(again.prepare_next()->public_key(), next);
}

TEST_F(SealKeysTest, HalfAKeyIsNone) {
  SealKeys before = opened({});
  before.prepare_next();
  std::string bytes = read_file(path);
  bytes[512 + 100] = 'x';
  folder.write("seal.key", bytes);
  SealKeys keys = opened({});
  EXPECT_EQ(keys.key().public_key(), before.key().public_key());
  EXPECT_NE(keys.prepare_next()->public_key(), before.prepare_next()->public_key());
}

TEST_F(SealKeysTest, AFolderThatCannotBeWrittenIsAnError) {
  try {
    SealKeys().open(folder.path() / "none" / "seal.key", {});
    FAIL() << "there is no such folder";
  } catch (const SetupError& error) {
    EXPECT_EQ(error.exit_code, 74);
  }
}

}  // namespace
}  // namespace wgaudit::seal_keys_test
