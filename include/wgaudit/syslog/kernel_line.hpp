#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "wgaudit/syslog/frame.hpp"

namespace wgaudit {

/// A kernel line without what syslog and printk put around it. Borrows from the datagram.
struct KernelLineView {
  std::optional<std::uint8_t> severity;  ///< Absent in log text from disk without PRI.
  std::optional<std::chrono::microseconds>
      stamp;                   ///< printk's clock: since boot, stops in suspend.
  std::uint32_t repeated = 1;  ///< How many lines this one stands for.
  std::string_view text;
};

enum class KernelLineError : std::uint8_t {
  not_kernel,        ///< Another facility or program; nothing is wrong with it.
  process_id,        ///< `kernel[1]:` — the kernel has no pid: forged through /dev/log.
  malformed_stamp,   ///< `[12345.678901` without end, or a number no clock can reach.
  malformed_repeat,  ///< `message repeated N times: [ … ]` with a bad N, cut short or nested.
};

std::string_view to_text(KernelLineError error);

/// Takes the printk stamp (`[12345.678901]`), the caller (`[ T1234]`, CONFIG_PRINTK_CALLER) and
/// rsyslog's `message repeated N times: [ … ]` off a kernel message.
tl::expected<KernelLineView, KernelLineError> kernel_line(const FrameView& frame);

}  // namespace wgaudit
