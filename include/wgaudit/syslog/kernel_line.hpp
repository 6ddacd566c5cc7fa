#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "wgaudit/syslog/frame.hpp"

namespace wgaudit {

/// A KernelLineView is a kernel line without what syslog and printk put around it. It borrows from
/// the datagram.
struct KernelLineView {
  std::optional<std::uint8_t> severity;            ///< Severity; absent in log text without PRI.
  std::optional<std::chrono::microseconds> stamp;  ///< printk's clock, which rests in suspend.
  std::uint32_t repeated = 1;                      ///< Number of lines that this one stands for.
  std::string_view text;                           ///< Text that the kernel printed.
};

/// A KernelLineError is a reason why a syslog message is no kernel line. The names are those of the
/// metrics and of `wgaudit status`.
enum class KernelLineError : std::uint8_t {
  not_kernel,        ///< Another facility or program; nothing is wrong with the message.
  process_id,        ///< A tag `kernel[1]:`; the kernel has no pid: forged through /dev/log.
  malformed_stamp,   ///< A stamp `[12345.678901` without end, or with a number no clock reaches.
  malformed_repeat,  ///< A `message repeated N times: [ … ]` with a bad N, cut short or nested.
};

/// Returns the name of an error.
std::string_view to_text(KernelLineError error);

/// Takes the printk stamp (`[12345.678901]`), the caller (`[ T1234]`, CONFIG_PRINTK_CALLER) and
/// rsyslog's `message repeated N times: [ … ]` off a kernel message.
tl::expected<KernelLineView, KernelLineError> kernel_line(const FrameView& frame);

}  // namespace wgaudit
