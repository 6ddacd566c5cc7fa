#include "wgaudit/syslog/log_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "wgaudit/syslog/kernel_line.hpp"

namespace wgaudit::log_line_test {
namespace {

/// When and where a line was written, as it says: `[priority] [time or date] [host]`.
std::string origin_of(const FrameView& frame) {
  std::string text;
  const auto add = [&](std::string_view part) {
    if (!part.empty()) text.append(text.empty() ? "" : " ").append(part);
  };
  if (frame.priority) {
    add(std::to_string(frame.priority->facility) + "." + std::to_string(frame.priority->severity));
  }
  if (frame.timestamp) add(to_rfc3339(*frame.timestamp));
  add(frame.date);
  add(frame.hostname);
  return text;
}

TEST(ParseLogLine, ReadsAKernelLineInEveryFormThatItHasOnDisk) {
  constexpr std::int64_t none = -1;
  const struct {
    const char* name;
    std::string_view line;
    std::string_view origin;
    std::int64_t stamp;
  } rows[] = {
      {"syslog file, traditional",
       "Nov 21 07:00:00 gw kernel: [12345.678901] wireguard: wg0: Peer 7 created",
       "Nov 21 07:00:00 gw", 12'345'678'901},
      {"syslog file of rsyslog from 8.2312",
       "Nov 21 07:00:00 gw kernel: wireguard: wg0: Peer 7 created", "Nov 21 07:00:00 gw", none},
      {"syslog file, RFC 3339",
       "2026-11-21T07:00:00.123456+01:00 gw kernel: [   12.345678] wireguard: wg0: Peer 7 created",
       "2026-11-21T06:00:00.123456Z gw", 12'345'678},
      {"with PRI", "<7>Nov 21 07:00:00 gw kernel: [   12.345678] wireguard: wg0: Peer 7 created",
       "0.7 Nov 21 07:00:00 gw", 12'345'678},
      {"with PRI, RFC 3339", "<7>2026-11-21T07:00:00Z gw kernel: wireguard: wg0: Peer 7 created",
       "0.7 2026-11-21T07:00:00.000000Z gw", none},
      {"with PRI, RFC 5424",
       "<7>1 2026-11-21T07:00:00Z gw kernel - - - [   12.345678] wireguard: wg0: Peer 7 created",
       "0.7 2026-11-21T07:00:00.000000Z gw", 12'345'678},
      {"journalctl -k", "Nov 21 07:00:00 gw kernel: wireguard: wg0: Peer 7 created",
       "Nov 21 07:00:00 gw", none},
      {"journalctl -k -o short-precise",
       "Nov 21 07:00:00.123456 gw kernel: wireguard: wg0: Peer 7 created",
       "Nov 21 07:00:00.123456 gw", none},
      {"journalctl -k -o short-iso",
       "2026-11-21T08:00:00+0100 gw kernel: wireguard: wg0: Peer 7 created",
       "2026-11-21T07:00:00.000000Z gw", none},
      {"journalctl -k -o short-iso-precise",
       "2026-11-21T08:00:00.123456+01:00 gw kernel: wireguard: wg0: Peer 7 created",
       "2026-11-21T07:00:00.123456Z gw", none},
      {"journalctl -k -o short-monotonic",
       "[   12.345678] gw kernel: wireguard: wg0: Peer 7 created", "", none},
      {"journalctl -k -o short-delta",
       "[   12.345678 <    0.000123 >] gw kernel: wireguard: wg0: Peer 7 created", "", none},
      {"dmesg", "[   12.345678] wireguard: wg0: Peer 7 created", "", 12'345'678},
      {"dmesg with CONFIG_PRINTK_CALLER", "[   12.345678][  T123] wireguard: wg0: Peer 7 created",
       "", 12'345'678},
      {"dmesg -T", "[Sat Nov 21 07:00:00 2026] wireguard: wg0: Peer 7 created",
       "Nov 21 07:00:00 2026", none},
      {"dmesg -T, first of the month", "[Sun Nov  1 07:00:00 2026] wireguard: wg0: Peer 7 created",
       "Nov  1 07:00:00 2026", none},
      {"dmesg -x", "kern  :debug : [   12.345678] wireguard: wg0: Peer 7 created", "0.7",
       12'345'678},
      {"dmesg -x -T", "kern  :debug : [Sat Nov 21 07:00:00 2026] wireguard: wg0: Peer 7 created",
       "0.7 Nov 21 07:00:00 2026", none},
      {"dmesg -x --time-format=iso",
       "kern  :debug : 2026-11-21T08:00:00,123456+01:00 wireguard: wg0: Peer 7 created",
       "0.7 2026-11-21T07:00:00.123456Z", none},
      {"dmesg -r", "<7>[   12.345678] wireguard: wg0: Peer 7 created", "0.7", 12'345'678},
      {"dmesg -r without time", "<7>wireguard: wg0: Peer 7 created", "0.7", none},
      {"dmesg --time-format=iso", "2026-11-21T08:00:00,123456+01:00 wireguard: wg0: Peer 7 created",
       "2026-11-21T07:00:00.123456Z", none},
      {"bare text", "wireguard: wg0: Peer 7 created", "", none},
      {"line ends", "wireguard: wg0: Peer 7 created\r\n", "", none},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto frame = parse_log_line(row.line);
    if (!frame) {
      ADD_FAILURE() << to_text(frame.error());
      continue;
    }
    EXPECT_EQ(origin_of(*frame), row.origin);
    const auto line = kernel_line(*frame);
    if (!line) {
      ADD_FAILURE() << to_text(line.error());
      continue;
    }
    EXPECT_EQ(line->stamp ? line->stamp->count() : none, row.stamp);
    EXPECT_EQ(line->text, "wireguard: wg0: Peer 7 created");
  }
}

TEST(ParseLogLine, LeavesEveryKernelTextAsItIs) {
  const std::string_view texts[] = {
      "wireguard: WireGuard 1.0.0 loaded. See www.wireguard.com for information.",
      "wireguard: wireguard: wg0: Keypair 17 destroyed for peer 2",
      "wireguard:keypair_free_kref:122: wireguard: wg0: Keypair 4 destroyed for peer 2",
      "wireguard: [1]: Interface created",
      "wireguard: info: Peer 7 created",
      "wireguard: debug: Peer 7 created",
      "amneziawg: wg0: Peer 7 created",
      "net_ratelimit: 34 callbacks suppressed",
  };
  const struct {
    const char* name;
    std::string_view header;
  } forms[] = {
      {"syslog file", "Nov 21 07:00:00 gw kernel: "},
      {"journalctl", "2026-11-21T08:00:00+0100 gw kernel: "},
      {"dmesg", "[   12.345678] "},
      {"dmesg -T", "[Sat Nov 21 07:00:00 2026] "},
      {"dmesg -x", "kern  :debug : [   12.345678] "},
      {"dmesg -r", "<7>[   12.345678] "},
      {"dmesg --time-format=iso", "2026-11-21T08:00:00,123456+01:00 "},
      {"bare text", ""},
  };
  for (const auto& form : forms) {
    for (const auto text : texts) {
      const std::string line = std::string(form.header).append(text);
      SCOPED_TRACE(line);
      const auto frame = parse_log_line(line);
      if (!frame) {
        ADD_FAILURE() << to_text(frame.error());
        continue;
      }
      const auto kernel = kernel_line(*frame);
      EXPECT_TRUE(kernel && kernel->text == text);
    }
  }
}

TEST(ParseLogLine, LeavesKernelTextsOfOtherWordsAsTheyAreAfterAHeaderOfDmesg) {
  for (const std::string_view text :
       {"office: renamed from wg0", "[38] wireguard: wg0: Peer 7 created",
        "122: wireguard: wg0: Peer 7 created", "<intr> wireguard: wg0: Peer 7 created",
        "usb 1-1: err: no answer"}) {
    for (const std::string_view header :
         {"[   12.345678] ", "[Sat Nov 21 07:00:00 2026] ", "kern  :debug : [   12.345678] ",
          "2026-11-21T08:00:00,123456+01:00 "}) {
      const std::string line = std::string(header).append(text);
      SCOPED_TRACE(line);
      const auto frame = parse_log_line(line);
      if (!frame) {
        ADD_FAILURE() << to_text(frame.error());
        continue;
      }
      const auto kernel = kernel_line(*frame);
      EXPECT_TRUE(kernel && kernel->text == text);
    }
  }
}

TEST(ParseLogLine, KeepsOtherProgramsApart) {
  const struct {
    std::string_view line;
    std::string_view program;
    std::string_view pid;
    std::string_view message;
  } rows[] = {
      {"Nov 21 07:35:09 vm rsyslogd-2177: imklog: 7 messages lost", "rsyslogd-2177", "",
       "imklog: 7 messages lost"},
      {"2026-11-21T07:35:09+0000 gw systemd-journald[301]: Missed 12 kernel messages",
       "systemd-journald", "301", "Missed 12 kernel messages"},
      {"Nov 21 07:00:00 gw wireguard: wg0: Peer 7 created", "wireguard", "", "wg0: Peer 7 created"},
      {"Nov 21 07:00:00 gw kernel[1]: wireguard: wg0: Peer 7 created", "kernel", "1",
       "wireguard: wg0: Peer 7 created"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.line);
    const auto frame = parse_log_line(row.line);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->program, row.program);
    EXPECT_EQ(frame->pid, row.pid);
    EXPECT_EQ(frame->message, row.message);
    EXPECT_FALSE(kernel_line(*frame));
  }
}

TEST(ParseLogLine, ReadsTheFacilityOfDecodedLines) {
  for (const std::string_view line :
       {"user  :debug : [   12.345678] wireguard: wg0: Peer 7 created",
        "<15>[   12.345678] wireguard: wg0: Peer 7 created"}) {
    const auto frame = parse_log_line(line);
    ASSERT_TRUE(frame);
    EXPECT_EQ(kernel_line(*frame).error(), KernelLineError::not_kernel);
  }
  const std::string_view levels[] = {"emerg",  "alert ", "crit  ", "err   ",
                                     "warn  ", "notice", "info  ", "debug "};
  for (std::uint8_t severity = 0; severity < 8; ++severity) {
    std::string line = "kern  :";
    line.append(levels[severity]).resize(13, ' ');
    const auto frame = parse_log_line(line += ": [   12.345678] text");
    ASSERT_TRUE(frame) << line;
    EXPECT_EQ(frame->priority->severity, severity);
    EXPECT_EQ(frame->priority->facility, 0);
  }
}

TEST(ParseLogLine, SaysWhyALineIsNoLogLine) {
  const struct {
    std::string_view line;
    FrameError want;
  } rows[] = {
      {"", FrameError::empty},
      {"\r\n", FrameError::empty},
      {"<192>kernel: text", FrameError::malformed_priority},
      {"<7>1 - gw kernel", FrameError::malformed_header},
      {"-- Boot 5f3c5b7e --", FrameError::malformed_tag},
      {"a line of some other file", FrameError::malformed_tag},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.line);
    const auto frame = parse_log_line(row.line);
    ASSERT_FALSE(frame);
    EXPECT_EQ(to_text(frame.error()), to_text(row.want));
  }
}

}  // namespace
}  // namespace wgaudit::log_line_test
