#include "wgaudit/syslog/frame.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/read_file.hpp"

namespace wgaudit::frame_test {
namespace {

using namespace std::string_view_literals;

/// Describes a frame, one field a line, so that a row of a table can be read.
std::string describe(const FrameView& frame) {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text.append(name).append("=").append(value).append("\n");
  };
  if (frame.priority) {
    add("priority",
        std::to_string(frame.priority->facility) + "." + std::to_string(frame.priority->severity));
  }
  if (frame.timestamp) add("timestamp", to_rfc3339(*frame.timestamp));
  add("date", frame.date);
  add("hostname", frame.hostname);
  add("program", frame.program);
  add("pid", frame.pid);
  return text.append("message=").append(frame.message);
}

struct GoodRow {
  const char* name;
  std::string_view datagram;
  std::string_view want;
};

void expect_frames(const auto& rows) {
  for (const GoodRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto got = parse_frame(row.datagram);
    if (!got) {
      ADD_FAILURE() << to_text(got.error());
      continue;
    }
    EXPECT_EQ(describe(*got), row.want);
  }
}

TEST(ParseFrame, ReadsTheTraditionalForms) {
  const GoodRow rows[] = {
      {"rsyslog", "<7>Nov 21 06:57:16 vm kernel: [12345.678901] wireguard: wg0: Peer 1 created",
       "priority=0.7\ndate=Nov 21 06:57:16\nhostname=vm\nprogram=kernel\n"
       "message=[12345.678901] wireguard: wg0: Peer 1 created"},
      {"RSYSLOG_ForwardFormat", "<7>2026-11-21T08:00:20.658850+01:00 gw kernel: text",
       "priority=0.7\ntimestamp=2026-11-21T07:00:20.658850Z\nhostname=gw\nprogram=kernel\n"
       "message=text"},
      {"day padded with a blank", "<7>Dec  1 16:26:37 vm kernel: text",
       "priority=0.7\ndate=Dec  1 16:26:37\nhostname=vm\nprogram=kernel\nmessage=text"},
      {"day padded with a zero", "<7>Nov 01 07:00:00 gw kernel: text",
       "priority=0.7\ndate=Nov 01 07:00:00\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"day not padded", "<7>Nov 1 07:00:00 gw kernel: text",
       "priority=0.7\ndate=Nov 1 07:00:00\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"month in capitals", "<7>NOV 21 07:00:00 gw kernel: text",
       "priority=0.7\ndate=NOV 21 07:00:00\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"month in small letters", "<7>nov 21 07:00:00 gw kernel: text",
       "priority=0.7\ndate=nov 21 07:00:00\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"year before the time", "<7>Nov 21 2026 07:00:00 gw kernel: text",
       "priority=0.7\ndate=Nov 21 2026 07:00:00\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"year after the time", "<7>Nov 21 07:00:00 2026 gw kernel: text",
       "priority=0.7\ndate=Nov 21 07:00:00 2026\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"decimals", "<7>Nov 21 07:27:28.149642 vm kernel: text",
       "priority=0.7\ndate=Nov 21 07:27:28.149642\nhostname=vm\nprogram=kernel\nmessage=text"},
      {"colon after the time", "<7>Nov 21 07:00:00: gw kernel: text",
       "priority=0.7\ndate=Nov 21 07:00:00:\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"a date that is none", "<7>Feb 30 07:00:00 gw kernel: text",
       "priority=0.7\ndate=Feb 30 07:00:00\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"RFC 3339 without zone", "<7>2026-11-21T07:00:00 gw kernel: text",
       "priority=0.7\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"RFC 3339 with a bad offset", "<7>2026-11-21T07:00:00+99:99 gw kernel: text",
       "priority=0.7\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"blank after PRI", "<7> Nov 21 07:00:00 gw kernel: text",
       "priority=0.7\ndate=Nov 21 07:00:00\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"no host (busybox)", "<6>Nov 21 07:28:25 kernel: [ 3708.632376] text\n",
       "priority=0.6\ndate=Nov 21 07:28:25\nprogram=kernel\nmessage=[ 3708.632376] text"},
      {"no date, no host (busybox)", "<7>kernel: wireguard: wg0: Peer 1 created\n",
       "priority=0.7\nprogram=kernel\nmessage=wireguard: wg0: Peer 1 created"},
      {"no blank after the tag", "<7>Nov 21 07:42:46 vm kernel:[12345.678901] text",
       "priority=0.7\ndate=Nov 21 07:42:46\nhostname=vm\nprogram=kernel\n"
       "message=[12345.678901] text"},
      {"no host and no blank after the tag", "<7>Nov 21 07:42:46 kernel:[12345.678901] text",
       "priority=0.7\ndate=Nov 21 07:42:46\nprogram=kernel\nmessage=[12345.678901] text"},
      {"two blanks after the tag: the second is text", "<7>Nov 21 07:00:00 gw kernel:  text",
       "priority=0.7\ndate=Nov 21 07:00:00\nhostname=gw\nprogram=kernel\nmessage= text"},
      {"nothing after the tag", "<6>Nov 21 06:58:49 vm kernel: ",
       "priority=0.6\ndate=Nov 21 06:58:49\nhostname=vm\nprogram=kernel\nmessage="},
      {"IPv6 host", "<7>Nov 21 06:59:59 2001:db8::1 kernel: text",
       "priority=0.7\ndate=Nov 21 06:59:59\nhostname=2001:db8::1\nprogram=kernel\nmessage=text"},
      {"host with a colon", "<7>Nov 21 07:00:13 gw:1 kernel: text",
       "priority=0.7\ndate=Nov 21 07:00:13\nhostname=gw:1\nprogram=kernel\nmessage=text"},
      {"host called kernel", "<7>Nov 21 07:00:00 kernel kernel: text",
       "priority=0.7\ndate=Nov 21 07:00:00\nhostname=kernel\nprogram=kernel\nmessage=text"},
      {"host in UTF-8", "<7>Nov 21 07:00:08 gw-ä kernel: text",
       "priority=0.7\ndate=Nov 21 07:00:08\nhostname=gw-ä\nprogram=kernel\nmessage=text"},
      {"process id", "<46>Nov 21 07:00:00 gw systemd-journald[301]: Missed 12 kernel messages",
       "priority=5.6\ndate=Nov 21 07:00:00\nhostname=gw\nprogram=systemd-journald\npid=301\n"
       "message=Missed 12 kernel messages"},
      {"message number", "<46>Nov 21 07:35:09 vm rsyslogd-2177: imklog: 7 messages lost",
       "priority=5.6\ndate=Nov 21 07:35:09\nhostname=vm\nprogram=rsyslogd-2177\n"
       "message=imklog: 7 messages lost"},
      {"WireGuard's word as tag", "<7>Nov 21 07:00:00 gw wireguard: wg0: Peer 1 created",
       "priority=0.7\ndate=Nov 21 07:00:00\nhostname=gw\nprogram=wireguard\n"
       "message=wg0: Peer 1 created"},
  };
  expect_frames(rows);
}

TEST(ParseFrame, ReadsRfc5424) {
  const GoodRow rows[] = {
      {"rsyslog", "<7>1 2026-11-21T06:57:31.142225+00:00 vm kernel - - - [12345.678901] text\n",
       "priority=0.7\ntimestamp=2026-11-21T06:57:31.142225Z\nhostname=vm\nprogram=kernel\n"
       "message=[12345.678901] text"},
      {"rsyslog from 8.2312", "<7>1 2026-11-21T07:05:36.203463+00:00 vm kernel - - -  text\n",
       "priority=0.7\ntimestamp=2026-11-21T07:05:36.203463Z\nhostname=vm\nprogram=kernel\n"
       "message=text"},
      {"syslog-ng", "<7>1 2026-11-21T07:27:23+00:00 vm kernel - 12405 [meta sequenceId=\"1\"] text",
       "priority=0.7\ntimestamp=2026-11-21T07:27:23.000000Z\nhostname=vm\nprogram=kernel\n"
       "message=text"},
      {"all fields nil", "<7>1 - - - - - -", "priority=0.7\nmessage="},
      {"no time", "<7>1 - gw kernel - - - text",
       "priority=0.7\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"process id", "<30>1 - gw sshd 77 - - text",
       "priority=3.6\nhostname=gw\nprogram=sshd\npid=77\nmessage=text"},
      {"byte order mark", "<7>1 - gw kernel - - - \xef\xbb\xbftext",
       "priority=0.7\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"two elements", "<7>1 - gw kernel - - [a b=\"1\" c=\"2\"][d] text",
       "priority=0.7\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"brackets that are text", "<7>1 - gw kernel - - [a] [d] text",
       "priority=0.7\nhostname=gw\nprogram=kernel\nmessage=[d] text"},
      {"escapes", R"(<7>1 - gw kernel - - [a i="\]\"\\"] text)",
       "priority=0.7\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"empty value", "<7>1 - gw kernel - - [a i=\"\"] text",
       "priority=0.7\nhostname=gw\nprogram=kernel\nmessage=text"},
      {"elements and no message", "<7>1 - gw kernel - - [a]",
       "priority=0.7\nhostname=gw\nprogram=kernel\nmessage="},
  };
  expect_frames(rows);
  const std::string longest =
      "<7>1 - " + std::string(255, 'h') + " " + std::string(48, 'p') + " - - - text";
  EXPECT_TRUE(parse_frame(longest));
}

TEST(ParseFrame, TakesOffLineEndsAndNothingElse) {
  const std::string_view line = "<7>kernel: text ";
  for (const auto end : {"\n"sv, "\r\n"sv, "\0"sv, "\n\0"sv, "\n\n\0\0"sv}) {
    const std::string datagram = std::string(line).append(end);
    const auto frame = parse_frame(datagram);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->message, "text ");
  }
  EXPECT_EQ(parse_frame("<7>kernel: a\0b\nc\rd"sv)->message, "a\0b\nc\rd"sv);
}

TEST(ParseFrame, SaysWhyADatagramIsNoSyslogMessage) {
  const struct {
    const char* name;
    std::string_view datagram;
    FrameError want;
  } rows[] = {
      {"nothing", "", FrameError::empty},
      {"NUL", "\0"sv, FrameError::empty},
      {"line end", "\r\n", FrameError::empty},
      {"no PRI", "Nov 21 07:00:00 gw kernel: text", FrameError::missing_priority},
      {"no PRI but a number", "7 wireguard", FrameError::missing_priority},
      {"digits alone", "66", FrameError::missing_priority},
      {"another bracket", "(7>kernel: text", FrameError::missing_priority},
      {"byte order mark first", "\xef\xbb\xbf<7>kernel: text", FrameError::missing_priority},
      {"a letter z", "z", FrameError::missing_priority},
      {"a record of /dev/kmsg", "6,360,2450878542,-;bash", FrameError::missing_priority},
      {"unclosed", "<7", FrameError::malformed_priority},
      {"opened only", "<", FrameError::malformed_priority},
      {"without number", "<>kernel: text", FrameError::malformed_priority},
      {"192", "<192>kernel: text", FrameError::malformed_priority},
      {"256", "<256>kernel: text", FrameError::malformed_priority},
      {"four digits", "<0007>kernel: text", FrameError::malformed_priority},
      {"leading zero", "<07>kernel: text", FrameError::malformed_priority},
      {"sign", "<-7>kernel: text", FrameError::malformed_priority},
      {"letters", "<aaa>kernel: text", FrameError::malformed_priority},
      {"blank inside", "< 7>kernel: text", FrameError::malformed_priority},
      {"blank for bracket", "<7 kernel: text", FrameError::malformed_priority},
      {"zlib", "zx\xda\xc5\xcc", FrameError::compressed},
      {"octet count", "66 <7>Nov 21 07:00:00 gw kernel: text", FrameError::octet_counted},
      {"JSON", "{\"msg\":\"x\"}\n", FrameError::json},
      {"version 0", "<7>0 - gw kernel - - - text", FrameError::unsupported_version},
      {"version 2", "<7>2 - gw kernel - - - text", FrameError::unsupported_version},
      {"version 10", "<7>10 - gw kernel - - - text", FrameError::unsupported_version},
      {"version alone", "<7>1", FrameError::malformed_header},
      {"header cut in the time", "<7>1 2026-11-21T07:00:00Z", FrameError::malformed_header},
      {"header cut before MSGID", "<7>1 - gw kernel -", FrameError::malformed_header},
      {"empty field", "<7>1 -  kernel - - - text", FrameError::malformed_header},
      {"cut before STRUCTURED-DATA", "<7>1 - gw kernel - -", FrameError::malformed_structured_data},
      {"text for STRUCTURED-DATA", "<7>1 - gw kernel - - text",
       FrameError::malformed_structured_data},
      {"nil with text", "<7>1 - gw kernel - - -text", FrameError::malformed_structured_data},
      {"no name", "<7>1 - gw kernel - - [] text", FrameError::malformed_structured_data},
      {"unclosed element", "<7>1 - gw kernel - - [foo bar=\"baz text",
       FrameError::malformed_structured_data},
      {"element cut in its name", "<7>1 - gw kernel - - [foo",
       FrameError::malformed_structured_data},
      {"element cut in an escape", "<7>1 - gw kernel - - [foo b=\"\\",
       FrameError::malformed_structured_data},
      {"unquoted", "<7>1 - gw kernel - - [foo bar=baz] text",
       FrameError::malformed_structured_data},
      {"bracket not escaped", "<7>1 - gw kernel - - [a i=\"]ok\"] text",
       FrameError::malformed_structured_data},
      {"no value", "<7>1 - gw kernel - - [a i] text", FrameError::malformed_structured_data},
      {"no blank after it", "<7>1 - gw kernel - - [a]text", FrameError::malformed_structured_data},
      {"PRI alone", "<7>", FrameError::malformed_tag},
      {"two PRIs", "<7><7>Nov 21 07:00:00 gw kernel: text", FrameError::malformed_tag},
      {"no tag", "<7>Nov 21 07:00:00 gw last message repeated 5 times", FrameError::malformed_tag},
      {"no colon", "<7>Nov 21 07:00:00 gw kernel text", FrameError::malformed_tag},
      {"pid not closed", "<7>Nov 21 07:00:00 gw sshd[77: text", FrameError::malformed_tag},
      {"pid without colon", "<7>Nov 21 07:00:00 gw sshd[77] text", FrameError::malformed_tag},
      {"two hosts", "<7>Nov 21 07:00:00 gw other kernel: text", FrameError::malformed_tag},
      {"no such month", "<7>Foo 21 07:00:00 gw kernel: text", FrameError::malformed_tag},
      {"date cut short", "<7>2026-11-21T07:00:0", FrameError::malformed_tag},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto got = parse_frame(row.datagram);
    if (got) {
      ADD_FAILURE() << describe(*got);
      continue;
    }
    EXPECT_EQ(to_text(got.error()), to_text(row.want));
  }
}

TEST(ParseFrame, BoundsTheFieldsOfRfc5424) {
  const std::string long_host = "<7>1 - " + std::string(256, 'h') + " kernel - - - text";
  const std::string long_name = "<7>1 - gw " + std::string(49, 'k') + " - - - text";
  for (const auto& datagram : {long_host, long_name}) {
    const auto got = parse_frame(datagram);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error(), FrameError::malformed_header);
  }
}

TEST(TakePriority, TakesEveryPriThatThereIsAndNoOther) {
  for (int number = 0; number < 1000; ++number) {
    const std::string datagram = "<" + std::to_string(number) + ">text";
    std::string_view rest = datagram;
    const auto priority = take_priority(rest);
    ASSERT_EQ(priority.has_value(), number < 192) << number;
    EXPECT_EQ(rest, priority ? "text" : datagram);
    if (!priority) continue;
    EXPECT_EQ(priority->facility * 8 + priority->severity, number);
  }
}

/// Whether `part` lies in `whole`; an empty part may lie anywhere.
bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

TEST(ParseFrame, ReadsNothingPastTheEndOfADatagramCutAnywhere) {
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(WGAUDIT_TEST_DATA "/datagrams")) {
    if (entry.path().extension() != ".bin") continue;
    ++files;
    const std::string datagram = read_file(entry.path().string()).substr(0, 400);
    for (std::size_t size = 0; size <= datagram.size(); ++size) {
      // A buffer of just that size, so that the address sanitizer sees a read past it.
      const auto buffer = std::make_unique<char[]>(size);
      datagram.copy(buffer.get(), size);
      const std::string_view cut(buffer.get(), size);
      const auto frame = parse_frame(cut);
      if (!frame) continue;
      for (const auto part :
           {frame->date, frame->hostname, frame->program, frame->pid, frame->message}) {
        ASSERT_TRUE(lies_in(part, cut)) << entry.path() << " cut after " << size;
      }
    }
  }
  EXPECT_GE(files, 456U);
}

TEST(FrameReader, SaysOfEachDatagramWhatItWouldSayOfItAlone) {
  constexpr std::string_view pieces[] = {
      "<7>",
      "<4>",
      "<13>",
      "1 ",
      "- ",
      "-",
      " ",
      "  ",
      "\xEF\xBB\xBF",
      "\xEF",
      "Nov 21 07:00:00 ",
      "2026 ",
      "2026-11-21T07:00:00Z ",
      "gw ",
      "gw:1 ",
      "kernel: ",
      "kernel:",
      "sshd[77]: ",
      "[a b=\"]\"] ",
      "[1.5] text",
      "text",
      "\n",
  };
  const std::vector<std::string> wholes[] = {
      {"<7>", "", "Nov 21 07:00:00 ", "", "gw ", "kernel: ", "", "text", ""},
      {"<7>", "1 ", "- ", "gw ", "kernel ", "- ", "- ", "- ", "", "text", ""},
  };
  std::mt19937 dice(1);
  const auto one_of = [&](std::size_t size) { return dice() % size; };
  FrameReader reader;
  std::vector<std::string> parts;
  std::size_t frames = 0;
  for (int i = 0; i < 300'000; ++i) {
    // Mostly the datagram before with a piece changed, so that most headers repeat.
    if (i % 10 == 0) parts = wholes[one_of(std::size(wholes))];
    parts[one_of(parts.size())] = pieces[one_of(std::size(pieces))];
    std::string datagram;
    for (const std::string& part : parts) datagram += part;
    const auto want = parse_frame(datagram);
    const auto got = reader.read(datagram);
    ASSERT_EQ(got ? describe(*got) : to_text(got.error()),
              want ? describe(*want) : to_text(want.error()))
        << datagram;
    if (!got) continue;
    ++frames;
    ASSERT_TRUE(lies_in(got->hostname, datagram) && lies_in(got->message, datagram));
  }
  EXPECT_GT(frames, 30'000U);
}

}  // namespace
}  // namespace wgaudit::frame_test
