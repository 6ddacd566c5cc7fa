// Everything that a program called `wg` can do instead of printing a dump, read by the real reader
// and recorded by the real auditor.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <functional>

#include "audit/story.hpp"
#include "shell/intake/dump_reader.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::wg_misbehaves_test {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

constexpr std::string_view good_wg =
    "printf 'wg0\\tyAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\\t"
    "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\\t51820\\toff\\n"
    "wg0\\tTrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\\t(none)\\t203.0.113.7:51820\\t10.0.0.2/32"
    "\\t1795244410\\t1000\\t2000\\t25\\n'";  // a handshake at 10 s

// Only a `wg` that hangs has a short limit: one that is slow to start is no fault.
constexpr std::chrono::milliseconds patience{60'000};
constexpr std::chrono::milliseconds short_limit{400};

/// A `wg` that is made to do things, and what becomes of it.
class Gateway {
 public:
  void replace(const std::string& script) { folder_.write_script("wg", script); }
  std::filesystem::path wg() const { return folder_.path() / "wg"; }

  /// What was recorded for a dump that was taken at `time`.
  std::vector<std::string> read(double time, std::chrono::milliseconds limit = patience) {
    DumpReader reader(io_, wg(), limit, 4U << 20U);
    bool is_done = false;
    reader.start([&](tl::expected<DumpReading, DumpFailure> reading) {
      is_done = true;
      if (reading) {
        story_.auditor.on_dump(*reading->dump, reading->unreadable, {at(time), at(time)},
                               story_.records);
      } else {
        const DumpFailure& failure = reading.error();
        story_.auditor.on_dump_failure(failure.kind, failure.detail, at(time), story_.records);
      }
    });
    io_.restart();
    io_.run_for(2 * patience);
    EXPECT_TRUE(is_done);
    return story_.take();
  }

  double wanted_in(double time) const { return story_.dump_wanted_in(time); }
  Story& story() { return story_; }

 private:
  TemporaryFolder folder_;
  boost::asio::io_context io_;
  Story story_;
};

struct Misbehaviour {
  const char* name;
  std::function<void(Gateway&)> make;
  std::string recorded;

  std::chrono::milliseconds limit() const {
    return recorded.starts_with("timed out") ? short_limit : patience;
  }
};

std::vector<Misbehaviour> misbehaviours() {
  const auto runs = [](std::string script) {
    return [script = std::move(script)](Gateway& gateway) { gateway.replace(script); };
  };
  const std::string good(good_wg);
  return {
      {"missing", [](Gateway& gateway) { std::filesystem::remove(gateway.wg()); },
       "not started (No such file or directory)"},
      {"not to be run", [](Gateway& gateway) { ::chmod(gateway.wg().c_str(), 0600); },
       "not started (Permission denied)"},
      {"a folder",
       [](Gateway& gateway) {
         std::filesystem::remove(gateway.wg());
         std::filesystem::create_directory(gateway.wg());
       },
       "not started (Permission denied)"},
      {"of no format",
       [](Gateway& gateway) {
         std::ofstream(gateway.wg(), std::ios::trunc) << "\177ELF and no more";
       },
       "not started (Exec format error)"},
      {"no permission",
       runs("echo 'Unable to access interface wg0: Operation not permitted' >&2; exit 1"),
       "exit status (exit status 1: Unable to access interface wg0: Operation not permitted)"},
      {"hangs before it prints", runs("exec sleep 1000"), "timed out (no end within 400 ms)"},
      {"hangs behind a whole dump", runs(good + "; exec sleep 1000"),
       "timed out (no end within 400 ms)"},
      {"closes its output and hangs", runs(good + "; exec >&- 2>&-; exec sleep 1000"),
       "timed out (no end within 400 ms)"},
      {"does not die of SIGTERM", runs("trap '' TERM INT HUP; while :; do sleep 1000; done"),
       "timed out (no end within 400 ms)"},
      {"is stopped", runs("kill -STOP $$"), "timed out (no end within 400 ms)"},
      {"prints half", runs(good + " | head -c -10"), "malformed (line 2: cut_short)"},
      {"prints half a line and fails", runs(good + " | head -c 60; exit 1"),
       "exit status (exit status 1)"},
      {"prints garbage", runs("head -c 5000 /dev/urandom | tr '\\n' x; echo"),
       "malformed (line 1: wrong_field_count)"},
      {"prints for people", runs("echo 'interface: wg0'; echo '  public key: x'"),
       "malformed (line 1: wrong_field_count)"},
      {"prints without end", runs("exec cat /dev/zero"),
       "output too long (more than 4194304 bytes)"},
      {"complains without end", runs("exec cat /dev/zero >&2"),
       "output too long (more than 4194304 bytes)"},
      {"prints a dump and fails", runs(good + "; exit 3"), "exit status (exit status 3)"},
      {"is killed", runs(good + "; kill -KILL $$"), "signalled (signal 9)"},
      {"is another program", runs("exec /bin/date"), "malformed (line 1: wrong_field_count)"},
      {"is another program that refuses", runs("exec /bin/ls \"$@\""),
       "exit status (exit status 2: /bin/ls: cannot access 'show': No such file or directory)"},
  };
}

TEST(WgMisbehaves, NobodysStateChangesAndEachEpisodeIsRecordedOnceWithItsTimesAndCount) {
  for (const Misbehaviour& row : misbehaviours()) {
    SCOPED_TRACE(row.name);
    Gateway gateway;
    gateway.replace(std::string(good_wg));
    ASSERT_EQ(gateway.read(10.5).size(), 2U) << "added and online";
    row.make(gateway);
    const auto begun = gateway.read(40, row.limit());
    ASSERT_EQ(begun.size(), 1U);
    EXPECT_THAT(begun[0], testing::EndsWith("evidence lost: dump " + row.recorded));
    EXPECT_EQ(gateway.story().last.back().as<Loss>()->from, at(10.5).utc)
        << "since the last good one";
    EXPECT_THAT(gateway.wanted_in(40), testing::DoubleNear(1, 1e-6));
    EXPECT_THAT(gateway.read(41, row.limit()), IsEmpty());
    EXPECT_THAT(gateway.wanted_in(41), testing::DoubleNear(2, 1e-6));
    EXPECT_THAT(gateway.read(43, row.limit()), IsEmpty());
    std::error_code ignored;
    std::filesystem::remove_all(gateway.wg(), ignored);
    gateway.replace(std::string(good_wg));
    const auto ended = gateway.read(60);
    ASSERT_EQ(ended.size(), 1U) << "and nobody came or went";
    const Record& outage = gateway.story().last.back();
    EXPECT_EQ(outage.reason, "dump_outage");
    EXPECT_EQ(outage.as<Loss>()->count, 3U);
    EXPECT_EQ(outage.as<Loss>()->from, at(10.5).utc);
    EXPECT_EQ(outage.as<Loss>()->to, at(60).utc);
    EXPECT_THAT(gateway.wanted_in(60), testing::DoubleNear(30, 1e-6)) << "as ever";
  }
}

TEST(WgMisbehaves, TriesGrowToTheIntervalAndBeginAgainBehindARecovery) {
  Gateway gateway;
  gateway.replace("exit 1");
  double time = 0;
  for (const double wait : {1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0}) {
    gateway.read(time);
    EXPECT_THAT(gateway.wanted_in(time), testing::DoubleNear(wait, 1e-6));
    time += wait;
  }
  gateway.replace(std::string(good_wg));
  gateway.read(time);
  gateway.replace("exit 1");
  gateway.read(time + 30);
  EXPECT_THAT(gateway.wanted_in(time + 30), testing::DoubleNear(1, 1e-6));
}

TEST(WgMisbehaves, AnEpisodeThatChangesItsReasonIsOneAndIsEndedByTheEndOfTheRun) {
  Gateway gateway;
  gateway.replace(std::string(good_wg));
  gateway.read(10.5);
  gateway.replace("exit 1");
  EXPECT_EQ(gateway.read(40).size(), 1U);
  gateway.replace("echo garbage");
  EXPECT_THAT(gateway.read(41), IsEmpty());
  Story& story = gateway.story();
  story.auditor.on_stop({}, at(50), story.records);
  EXPECT_EQ(story.take().size(), 2U);
  const Record& outage = story.last[story.last.size() - 2];
  EXPECT_EQ(outage.as<Loss>()->count, 2U);
  EXPECT_EQ(outage.as<Loss>()->to, at(50).utc);
}

}  // namespace
}  // namespace wgaudit::wg_misbehaves_test
