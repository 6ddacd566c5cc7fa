#include "doctor/gateway.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "doctor/fixture.hpp"

namespace wgaudit::gateway_test {
namespace {

TEST(ShellWord, IsOneWordWhateverIsInIt) {
  const std::pair<const char*, const char*> rows[] = {
      {"/var/log/wgaudit", "/var/log/wgaudit"},
      {"127.0.0.1:9999", "127.0.0.1:9999"},
      {"", "''"},
      {"a b", "'a b'"},
      {"a;rm -r /", "'a;rm -r /'"},
      {"$(x)", "'$(x)'"},
      {"it's", "'it'\\''s'"},
      {"a\nb", "'a\\x0ab'"},
  };
  for (const auto& [text, word] : rows) EXPECT_EQ(shell_word(text), word);
}

TEST(FlagsForRun, AreThoseThatWereGiven) {
  GivenSettings given;
  EXPECT_EQ(flags_for_run(given), "");
  given.config = "/etc/my file.toml";
  given.values = {{"debug", "true"}, {"listen", "127.0.0.1:9998"}};
  EXPECT_EQ(flags_for_run(given), " --config '/etc/my file.toml' --debug --listen 127.0.0.1:9998");
}

TEST(StartDaemon, IsItsServiceWhereThereIsOne) {
  Fixture machine;
  Gateway& gateway = machine.gateway;
  gateway.settings.journal = machine.gateway.root;
  gateway.flags = " --interval 5";
  EXPECT_EQ(start_daemon(gateway, std::nullopt), "wgaudit run --interval 5");
  EXPECT_EQ(start_daemon(gateway, 47),
            "kill 47; while kill -0 47 2>/dev/null; do sleep 1; done; wgaudit run --interval 5");
  machine.write("/usr/lib/systemd/system/wgaudit.service", "");
  EXPECT_EQ(start_daemon(gateway, std::nullopt), "wgaudit run --interval 5") << "without systemd";
  machine.make_folder("/run/systemd/system");
  EXPECT_EQ(start_daemon(gateway, std::nullopt), "systemctl restart wgaudit");
}

TEST(UserOfDaemon, IsTheSettingsOrTheFoldersOwner) {
  Fixture machine;
  Gateway& gateway = machine.gateway;
  gateway.settings.journal = "/nowhere";
  EXPECT_EQ(gateway.user(), ::geteuid());
  gateway.settings.user = "no such user";
  EXPECT_EQ(gateway.user(), std::nullopt);
  gateway.settings.user = "nobody";
  EXPECT_EQ(gateway.user(), 65534U);
  if (::geteuid() != 0) GTEST_SKIP() << "another's folder takes root";
  gateway.settings.user = "";
  gateway.settings.journal = gateway.root;
  ASSERT_EQ(::chown(gateway.root.c_str(), 65534, 65534), 0);
  EXPECT_EQ(gateway.user(), 65534U);
  EXPECT_EQ(start_daemon(gateway, std::nullopt), "wgaudit run --user nobody");
}

}  // namespace
}  // namespace wgaudit::gateway_test
