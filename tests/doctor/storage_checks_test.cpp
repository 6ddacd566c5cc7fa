#include "doctor/storage_checks.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/fixture.hpp"
#include "shell/system/privileges.hpp"

namespace wgaudit::storage_checks_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uid_t nobody = 65534;

/// A machine whose journal belongs to the user who runs the test, and is as it should be.
class Storage : public testing::Test {
 protected:
  Storage() {
    Settings& settings = machine.gateway.settings;
    settings.user = me;
    settings.journal = machine.gateway.root / "journal";
    settings.log_path = settings.journal / "audit.log";
    settings.events_bytes = 0;
    settings.segment_bytes = 0;
    machine.make_folder("/journal");
    for (const char* const name : {"seal.key", "audit.log", "journal-00000000000000000001.jsonl"}) {
      ::chmod(write(name).c_str(), 0600);
    }
    folder = settings.journal.string();
  }

  std::filesystem::path write(const std::string& name) const {
    machine.write("/journal/" + name, "x");
    return machine.gateway.settings.journal / name;
  }

  static void expect(const Check& check, Health health, const std::string& finding,
                     const std::vector<std::string>& cure) {
    EXPECT_EQ(to_text(check.health), to_text(health));
    EXPECT_EQ(check.finding, finding);
    EXPECT_EQ(check.cure, cure);
  }

  Fixture machine;
  Gateway& gateway = machine.gateway;
  const std::string me = name_of_user(::geteuid());
  std::string folder;
};

TEST_F(Storage, IsOkAsTheDaemonMakesIt) {
  expect(check_journal_folder(gateway), Health::ok, folder + " is " + me + "'s", {});
  expect(check_text_log(gateway), Health::ok, folder + "/audit.log", {});
  EXPECT_EQ(check_free_space(gateway, {}).health, Health::ok);
  expect(check_signing_key(gateway, {}), Health::ok, folder + "/seal.key", {});
}

TEST_F(Storage, IsBrokenWithoutItsUser) {
  gateway.settings.user = "nosuch";
  for (const Check& check : {check_journal_folder(gateway), check_text_log(gateway)}) {
    expect(check, Health::broken, "there is no user nosuch",
           {"adduser --system --group --no-create-home nosuch"});
  }
}

TEST_F(Storage, WantsTheJournalsFolderForTheUserAlone) {
  ::chmod(folder.c_str(), 0777);
  expect(check_journal_folder(gateway), Health::broken, "others can write to " + folder,
         {"chmod go-w " + folder});
  ::chmod(folder.c_str(), 0550);
  expect(check_journal_folder(gateway), Health::broken, "its owner cannot write to " + folder,
         {"chmod u+rwx " + folder});
  ::chmod(folder.c_str(), 0750);
  std::filesystem::remove_all(folder);
  const std::string make = fmt::format("install -d -m 750 -o {} {}", me, folder);
  expect(check_journal_folder(gateway), Health::broken, folder + " is not there", {make});
  expect(check_text_log(gateway), Health::broken, folder + " is not there", {make});
  expect(check_signing_key(gateway, {}), Health::unknown, "the daemon makes it when it first runs",
         {});
  EXPECT_EQ(check_free_space(gateway, {}).health, Health::ok);
}

TEST_F(Storage, IsHiddenBehindWhatIsNoFolder) {
  gateway.settings.journal = gateway.root / "journal/audit.log/x";
  gateway.settings.log_path = gateway.settings.journal / "y";
  const std::string fault = gateway.settings.journal.string() + ": Not a directory";
  expect(check_journal_folder(gateway), Health::unknown, fault, {"sudo wgaudit doctor"});
  expect(check_text_log(gateway), Health::unknown, fault, {"sudo wgaudit doctor"});
  EXPECT_EQ(check_signing_key(gateway, {}).health, Health::unknown);
}

TEST_F(Storage, NamesWhatIsOfSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "another's file takes root";
  const std::string key = folder + "/seal.key";
  const std::string log = folder + "/audit.log";
  ASSERT_EQ(::chown(log.c_str(), nobody, nobody), 0);
  expect(check_journal_folder(gateway), Health::broken, log + " is not root's",
         {"chown -R root " + folder});
  expect(check_text_log(gateway), Health::broken, "root cannot write " + log,
         {"touch " + log, "chown root " + log, "chmod u+rw " + log});
  ASSERT_EQ(::chown(key.c_str(), nobody, nobody), 0);
  expect(check_signing_key(gateway, {}), Health::broken, key + " is not the folder's owner's",
         {"chown root " + key});
  ASSERT_EQ(::chown(folder.c_str(), nobody, nobody), 0);
  expect(check_journal_folder(gateway), Health::broken, folder + " is of nobody, not root",
         {"chown -R root " + folder});
}

TEST_F(Storage, WantsTheKeyForItsOwnerAlone) {
  const std::string key = folder + "/seal.key";
  ::chmod(key.c_str(), 0640);
  expect(check_signing_key(gateway, {}), Health::broken, "others can read " + key,
         {"chmod 600 " + key});
  std::filesystem::remove(key);
  expect(check_signing_key(gateway, {}), Health::broken, key + " is gone", {"wgaudit run"});
  expect(check_signing_key(gateway, 47), Health::broken, key + " is gone",
         {"kill 47; while kill -0 47 2>/dev/null; do sleep 1; done; wgaudit run"});
  std::filesystem::remove(folder + "/journal-00000000000000000001.jsonl");
  expect(check_signing_key(gateway, {}), Health::unknown, "the daemon makes it when it first runs",
         {});
}

TEST_F(Storage, WantsRoomForAllThatMayCome) {
  gateway.settings.events_bytes = std::uint64_t{1} << 60U;
  gateway.settings.segment_bytes = 1U << 20U;
  const Check too_much = check_free_space(gateway, {});
  EXPECT_EQ(too_much.health, Health::broken);
  EXPECT_THAT(too_much.finding, testing::EndsWith("MiB are free, 1099511627777 may be needed"));
  EXPECT_THAT(too_much.cure,
              ElementsAre("mkdir -p /etc/wgaudit",
                          "sed -i '/^ *events_bytes/d' /etc/wgaudit/wgaudit.toml 2>/dev/null",
                          testing::MatchesRegex("echo 'events_bytes = .[0-9]+M.' >> "
                                                "/etc/wgaudit/wgaudit.toml"),
                          "wgaudit run"));
  gateway.settings.segment_bytes = std::uint64_t{1} << 58U;
  EXPECT_THAT(check_free_space(gateway, {}).cure, IsEmpty()) << "not even segments have room";
}

}  // namespace
}  // namespace wgaudit::storage_checks_test
