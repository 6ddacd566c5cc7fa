#include "wgaudit/syslog/kernel_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace wgaudit::kernel_line_test {
namespace {

FrameView kernel_frame(std::string_view message) {
  FrameView frame;
  frame.priority = Priority{0, 7};
  frame.program = "kernel";
  frame.message = message;
  return frame;
}

TEST(KernelLine, TakesStampCallerAndRepeatOff) {
  const struct {
    const char* name;
    std::string_view message;
    std::int64_t stamp;  // microseconds; -1 where there is none
    std::uint32_t repeated;
    std::string_view text;
  } rows[] = {
      {"stamp", "[12345.678901] text", 12'345'678'901, 1, "text"},
      {"padded stamp", "[    1.389215] text", 1'389'215, 1, "text"},
      {"boot", "[    0.000000] text", 0, 1, "text"},
      {"272 years", "[8589934592.999999] text", 8'589'934'592'999'999, 1, "text"},
      {"no stamp", "wireguard: wg0: Peer 1 created", -1, 1, "wireguard: wg0: Peer 1 created"},
      {"nothing", "", -1, 1, ""},
      {"stamp and nothing", "[    1.000001] ", 1'000'001, 1, ""},
      {"no blank after the stamp", "[    1.000001]text", 1'000'001, 1, "text"},
      {"one blank belongs to the stamp", "[    1.000001]  text", 1'000'001, 1, " text"},
      {"thread", "[12345.678901][ T1234] text", 12'345'678'901, 1, "text"},
      {"processor", "[12345.678901][    C1] text", 12'345'678'901, 1, "text"},
      {"thread without stamp", "[ T1234] text", -1, 1, "text"},
      {"processor without stamp", "[    C1] text", -1, 1, "text"},
      {"flag t of dynamic debug", "[12345.678901] [4711] text", 12'345'678'901, 1, "[4711] text"},
      {"flag t alone", "[4711] text", -1, 1, "[4711] text"},
      {"a number in brackets", "[12345] text", -1, 1, "[12345] text"},
      {"a word in brackets", "[drm] text", -1, 1, "[drm] text"},
      {"brackets that look like a caller", "[Twelve] text", -1, 1, "[Twelve] text"},
      {"a caller without number", "[C] text", -1, 1, "[C] text"},
      {"second stamp is text", "[    1.000001] [    2.000002] text", 1'000'001, 1,
       "[    2.000002] text"},
      {"repeat", "message repeated 4 times: [ text]", -1, 4, "text"},
      {"repeat without blank", "message repeated 4 times: [text]", -1, 4, "text"},
      {"repeat with stamp", "message repeated 4 times: [[12345.678901] text]", 12'345'678'901, 4,
       "text"},
      {"repeat with blank and stamp", "message repeated 4 times: [ [12345.678901] text]",
       12'345'678'901, 4, "text"},
      {"repeat with caller", "message repeated 4 times: [ [ T1234] text]", -1, 4, "text"},
      {"repeated once", "message repeated 1 times: [ text]", -1, 1, "text"},
      {"most repeats", "message repeated 1000000 times: [ text]", -1, 1'000'000, "text"},
      {"brackets in the text", "message repeated 2 times: [ a [b]]", -1, 2, "a [b]"},
      {"repeat of nothing", "message repeated 2 times: []", -1, 2, ""},
      {"repeat after a stamp is text", "[    1.000001] message repeated 2 times: [ text]",
       1'000'001, 1, "message repeated 2 times: [ text]"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto line = kernel_line(kernel_frame(row.message));
    if (!line) {
      ADD_FAILURE() << to_text(line.error());
      continue;
    }
    EXPECT_EQ(line->stamp ? line->stamp->count() : -1, row.stamp);
    EXPECT_EQ(line->repeated, row.repeated);
    EXPECT_EQ(line->text, row.text);
    EXPECT_EQ(line->severity, 7);
  }
}

TEST(KernelLine, RefusesStampsAndRepeatsThatAreNone) {
  const struct {
    const char* name;
    std::string_view message;
    KernelLineError want;
  } rows[] = {
      {"stamp not closed", "[12345.678901 text", KernelLineError::malformed_stamp},
      {"stamp not closed before another bracket", "[12345.678901 a [b] c",
       KernelLineError::malformed_stamp},
      {"stamp cut short", "[12345.6789", KernelLineError::malformed_stamp},
      {"one decimal", "[1.5] text", KernelLineError::malformed_stamp},
      {"seven decimals", "[1.5000000] text", KernelLineError::malformed_stamp},
      {"letters in the decimals", "[1.50000x] text", KernelLineError::malformed_stamp},
      {"sign in the decimals", "[1.-00001] text", KernelLineError::malformed_stamp},
      {"more than any clock", "[8589934593.000000] text", KernelLineError::malformed_stamp},
      {"thirty digits", "[999999999999999999999999999999.000001] text",
       KernelLineError::malformed_stamp},
      {"two points", "[1.2.3] text", KernelLineError::malformed_stamp},
      {"no times", "message repeated 0 times: [ text]", KernelLineError::malformed_repeat},
      {"negative", "message repeated -1 times: [ text]", KernelLineError::malformed_repeat},
      {"too often", "message repeated 1000001 times: [ text]", KernelLineError::malformed_repeat},
      {"overflow", "message repeated 99999999999999999999 times: [ text]",
       KernelLineError::malformed_repeat},
      {"no number", "message repeated often times: [ text]", KernelLineError::malformed_repeat},
      {"number not ended", "message repeated 4", KernelLineError::malformed_repeat},
      {"other words", "message repeated 4 time: [ text]", KernelLineError::malformed_repeat},
      {"not closed", "message repeated 4 times: [ text", KernelLineError::malformed_repeat},
      {"not opened", "message repeated 4 times: text]", KernelLineError::malformed_repeat},
      {"cut after the bracket", "message repeated 4 times: [", KernelLineError::malformed_repeat},
      {"nested", "message repeated 2 times: [ message repeated 3 times: [ text]]",
       KernelLineError::malformed_repeat},
      {"nested after a stamp",
       "message repeated 2 times: [[    1.000001] message repeated 3 times: [ text]]",
       KernelLineError::malformed_repeat},
      {"bad stamp inside", "message repeated 2 times: [[1.5] text]",
       KernelLineError::malformed_stamp},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto line = kernel_line(kernel_frame(row.message));
    if (line) {
      ADD_FAILURE() << line->text;
      continue;
    }
    EXPECT_EQ(to_text(line.error()), to_text(row.want));
  }
}

TEST(KernelLine, TakesOnlyWhatTheKernelCanHaveSaid) {
  FrameView frame = kernel_frame("text");
  for (std::uint8_t severity = 0; severity < 8; ++severity) {
    frame.priority = Priority{0, severity};
    EXPECT_EQ(kernel_line(frame)->severity, severity);
  }
  for (std::uint8_t facility = 1; facility < 24; ++facility) {
    frame.priority = Priority{facility, 7};
    EXPECT_EQ(kernel_line(frame).error(), KernelLineError::not_kernel);
  }
  frame.priority.reset();
  EXPECT_EQ(kernel_line(frame)->severity, std::nullopt);

  for (const auto program : {"", "Kernel", "kernel2", "wireguard", "rsyslogd-2177"}) {
    frame.program = program;
    EXPECT_EQ(kernel_line(frame).error(), KernelLineError::not_kernel) << program;
  }
  frame.program = "kernel";
  frame.pid = "1";
  EXPECT_EQ(kernel_line(frame).error(), KernelLineError::process_id);
}

}  // namespace
}  // namespace wgaudit::kernel_line_test
