#include "shell/intake/dump_reader.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <string.h>  // explicit_bzero
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <span>
#include <sstream>

#include "support/temporary_folder.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit::dump_reader_test {
namespace {

using namespace std::chrono_literals;
using Reading = tl::expected<DumpReading, DumpFailure>;

constexpr std::string_view good_dump =
    "wg0\tyAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\t"
    "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\t51820\toff\n"
    "wg0\tTrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\t(none)\t203.0.113.7:51820\t10.0.0.2/32\t"
    "1763708400\t1000\t2000\t25\n";

/// A copy of fake_wg and what it is to print.
class FakeWg {
 public:
  explicit FakeWg(std::string_view mode, std::string_view dump = good_dump) {
    std::filesystem::copy_file(WGAUDIT_SOURCE "/tests/support/fake_wg", path());
    folder_.write("dump", dump);
    if (!mode.empty()) folder_.write("mode", std::string(mode) + "\n");
  }

  std::filesystem::path path() const { return folder_.path() / "wg"; }

 private:
  TemporaryFolder folder_;
};

Reading read(boost::asio::io_context& io, DumpReader& reader) {
  std::optional<Reading> got;
  reader.start([&](Reading reading) {
    EXPECT_FALSE(got) << "reported twice";
    EXPECT_FALSE(reader.running());
    got = std::move(reading);
  });
  EXPECT_FALSE(got) << "reported from start";
  EXPECT_TRUE(reader.running());
  io.restart();
  io.run_for(60s);
  if (!got) throw std::runtime_error("no reading");
  return std::move(*got);
}

std::vector<std::string> names(const std::vector<InterfaceName>& interfaces) {
  std::vector<std::string> names;
  for (const InterfaceName& interface : interfaces) names.emplace_back(interface.view());
  return names;
}

/// All that a reading says, or `reason: detail`.
std::string to_text(const Reading& reading) {
  std::ostringstream text;
  if (!reading) {
    text << to_text(reading.error().kind) << ": " << reading.error().detail;
    return text.str();
  }
  for (const DumpInterface& interface : *reading->dump) {
    text << interface.name.view() << ' ' << to_text(interface.public_key) << ' '
         << interface.listen_port << '\n';
    for (const DumpPeer& peer : interface.peers) {
      text << "  " << to_text(peer.public_key) << ' ' << to_text(peer.endpoint) << ' '
           << peer.allowed_ips << ' ' << peer.latest_handshake.time_since_epoch().count() << ' '
           << peer.rx_bytes << ' ' << peer.tx_bytes << ' ' << peer.persistent_keepalive.count()
           << '\n';
    }
  }
  for (const std::string& name : names(reading->unreadable)) text << "unreadable " << name << '\n';
  return text.str();
}

std::string told(const std::filesystem::path& wg) {
  boost::asio::io_context io;
  DumpReader reader(io, wg);
  return to_text(read(io, reader));
}

constexpr std::string_view good_text =
    "wg0 xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg= 51820\n"
    "  TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0= 203.0.113.7:51820 10.0.0.2/32 1763708400 1000 "
    "2000 25\n";

TEST(DumpReader, ReadsWhatWgPrintsOrSaysWhyNot) {
  const struct {
    const char* mode;
    std::string_view dump;
    std::string want;
  } rows[] = {
      {"", good_dump, std::string(good_text)},
      {"", "", ""},
      {"partial", good_dump, std::string(good_text) + "unreadable wg9\n"},
      {"partial", "", "unreadable wg9\n"},
      {"fail", good_dump,
       "exit_status: exit status 1: Unable to access interface wg0: Operation not permitted"},
      {"half", good_dump, "malformed: line 2: cut_short"},
      {"garbage", good_dump, "malformed: line 1: wrong_field_count"},
      {"crash", good_dump, "signalled: signal 11"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.mode);
    EXPECT_EQ(told(FakeWg(row.mode, row.dump).path()), row.want);
  }
}

TEST(DumpReader, AMissingProgramIsAFailure) {
  EXPECT_EQ(told("/nonexistent/wg"), "not_started: No such file or directory");
}

TEST(DumpReader, AHangEndsAtTheTimeLimit) {
  boost::asio::io_context io;
  const FakeWg wg("hang");
  DumpReader reader(io, wg.path(), 200ms);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(to_text(read(io, reader)), "timed_out: no end within 200 ms");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
  EXPECT_TRUE(::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD);
}

TEST(DumpReader, AFloodIsStoppedAtTheLimit) {
  boost::asio::io_context io;
  const FakeWg wg("flood");
  DumpReader small(io, wg.path(), 30s, 1000000);
  EXPECT_EQ(to_text(read(io, small)), "output_too_long: more than 1000000 bytes");
  DumpReader usual(io, wg.path(), 30s);
  EXPECT_EQ(to_text(read(io, usual)), "output_too_long: more than 67108864 bytes");
}

TEST(DumpReader, StandardErrorCountsOnlyForInterfacesThatCouldNotBeRead) {
  const struct {
    const char* name;
    const char* script;
    const char* want;
  } rows[] = {
      {"warnings", "echo 'Warning: something' >&2; echo '\tUnable to' >&2", ""},
      {"two interfaces",
       "printf 'x\\nUnable to access interface wg1: No such device\\n"
       "Unable to access interface wg-2: Operation not supported' >&2",
       "unreadable wg1\nunreadable wg-2\n"},
      {"no interface name", "echo 'Unable to access interface a b: x' >&2", ""},
      {"status without a word", "exit 3", "exit_status: exit status 3"},
      {"status and several lines", "echo one >&2; echo two >&2; exit 3",
       "exit_status: exit status 3: one"},
      {"unprintable", "printf '\\033[31mred\\n' >&2; exit 1",
       "exit_status: exit status 1: \\x1b[31mred"},
  };
  const TemporaryFolder folder;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(told(folder.write_script("wg", row.script)), row.want);
  }
}

TEST(DumpReader, TheDetailOfAFailureIsShort) {
  const TemporaryFolder folder;
  const auto wg = folder.write_script("wg", "head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1");
  EXPECT_EQ(told(wg), "exit_status: exit status 1: " + std::string(200, 'x'));
}

TEST(DumpReader, WgGetsAPathAndALocaleOnly) {
  const TemporaryFolder folder;
  const auto wg = folder.write_script("wg", "exec cat /proc/$$/environ | tr '\\0' ' ' >&2; exit 1");
  EXPECT_EQ(told(wg), "exit_status: exit status 1: PATH=/usr/bin:/usr/sbin:/bin:/sbin LC_ALL=C ");
}

TEST(DumpReader, CanBeStartedAgainFromDone) {
  boost::asio::io_context io;
  const FakeWg wg("");
  DumpReader reader(io, wg.path());
  int readings = 0;
  const std::function<void(Reading)> again = [&](Reading reading) {
    EXPECT_EQ(to_text(reading), good_text);
    if (++readings < 3) reader.start(again);
  };
  reader.start(again);
  io.run_for(60s);
  EXPECT_EQ(readings, 3);
}

TEST(DumpReader, DestroyingItEndsTheReading) {
  boost::asio::io_context io;
  const FakeWg wg("hang");
  std::optional<DumpReader> reader(std::in_place, io, wg.path(), 60s);
  reader->start([](Reading) { ADD_FAILURE() << "reported"; });
  reader.reset();
  io.run_for(30s);
  EXPECT_TRUE(::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD);
}

// A private key. It is known here in two halves only: the whole is in our memory only where a
// reading has put it.
constexpr std::string_view halves[] = {"WFZ8rPn3tSw0cVb5Lq2JyT", "uG7hKe9XoAiDmRfN1xQsE="};

int count_secrets(std::string_view memory) {
  int count = 0;
  for (auto at = memory.find(halves[0]); at != memory.npos; at = memory.find(halves[0], at + 1)) {
    if (memory.substr(at + halves[0].size(), halves[1].size()) == halves[1]) ++count;
  }
  return count;
}

/// Everything that `file` has from `offset` on, up to the size of `block`.
std::string_view read_into(std::span<char> block, int file, off_t offset) {
  std::size_t size = 0;
  ssize_t count = 1;
  while (size < block.size() && count > 0) {
    count = ::pread(file, &block[size], block.size() - size, offset + static_cast<off_t>(size));
    if (count > 0) size += static_cast<std::size_t>(count);
  }
  return {block.data(), size};
}

/// In the memory from `first` to `last` of this process.
int count_secrets_between(std::size_t first, std::size_t last, int memory) {
  static std::array<char, 1U << 20U> block;
  const std::size_t step = block.size() - (halves[0].size() + halves[1].size() - 1);
  int count = 0;
  for (; first < last; first += step) {
    const std::span<char> part(block.data(), std::min(block.size(), last - first));
    const std::string_view text = read_into(part, memory, static_cast<off_t>(first));
    count += count_secrets(text);
    explicit_bzero(block.data(), text.size());
  }
  return count;
}

/// In all memory that this process can write. Takes no memory from the heap: that would overwrite
/// what was left there.
int count_secrets_in_memory() {
  static std::array<char, 1U << 18U> text;
  const int maps_file = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  std::string_view maps = read_into(text, maps_file, 0);
  int count = 0;
  while (!maps.empty()) {
    const std::string_view line = take_until(maps, '\n');
    unsigned long first = 0;
    unsigned long last = 0;
    char writable = 0;
    if (std::sscanf(line.data(), "%lx-%lx r%c", &first, &last, &writable) != 3) continue;
    // What is larger is reserved by a sanitizer.
    const bool used = writable == 'w' && last - first < 256U << 20U;
    if (used) count += count_secrets_between(first, last, memory);
  }
  ::close(maps_file);
  ::close(memory);
  return count;
}

TEST(DumpReader, LeavesNoSecretInMemory) {
  WipedBuffer buffer;
  buffer.room()[99] = ' ';  // free() writes to the beginning of what it frees
  buffer.commit(100);
  for (const std::string_view half : halves) {
    std::copy(half.begin(), half.end(), buffer.room().begin());
    buffer.commit(half.size());
  }
  ASSERT_EQ(count_secrets_in_memory(), 1) << "what is there must be found";
  buffer = WipedBuffer();
  ASSERT_EQ(count_secrets_in_memory(), 0);

  const std::string print =
      "key=xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n"
      "printf 'wg1\\t%s\\t%s\\t0\\toff\\n' $key $key\n"
      "printf 'wg0\\t%s%s\\t%s\\t51820\\toff\\n' " +
      std::string(halves[0]) + " " + std::string(halves[1]) + " $key\n";
  const struct {
    const char* then;
    const char* want;
  } rows[] = {
      {"",
       "wg1 xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg= 0\n"
       "wg0 xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg= 51820\n"},
      {"printf 'wg0\\tgarbage\\n'", "malformed: line 3: wrong_field_count"},
      {"printf unfinished", "malformed: line 3: cut_short"},
      {"echo reason >&2; exit 1", "exit_status: exit status 1: reason"},
      {"kill -TERM $$", "signalled: signal 15"},
      {"sleep 1000", "timed_out: no end within 200 ms"},
      {"head -c 1000000 /dev/zero", "output_too_long: more than 500000 bytes"},
  };
  const TemporaryFolder folder;
  boost::asio::io_context io;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.then);
    DumpReader reader(io, folder.write_script("wg", print + row.then),
                      std::string_view(row.then) == "sleep 1000" ? 200ms : 30s, 500000);
    std::string got;
    int secrets = -1;
    reader.start([&](Reading reading) {
      secrets = count_secrets_in_memory();
      got = to_text(reading);
    });
    io.restart();
    io.run_for(60s);
    EXPECT_EQ(got, row.want);
    EXPECT_EQ(secrets, 0);
  }
}

}  // namespace
}  // namespace wgaudit::dump_reader_test
