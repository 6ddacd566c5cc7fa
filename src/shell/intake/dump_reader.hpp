#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "shell/system/child_process.hpp"
#include "wgaudit/record/loss_reason.hpp"
#include "wgaudit/wireguard/dump_parser.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// Why there is no dump. Nothing in it comes from the standard output of `wg`, which holds keys.
struct DumpFailure {
  DumpFailureKind kind;
  std::string detail;  ///< One printable line: `exit status 1: Unable to …`, `line 3: bad_key`.
  bool is_not_permitted = false;  ///< The kernel refuses the configuration to this process.
};

struct DumpReading {
  const Dump* dump;  ///< Good until the next one is read.
  /// Interfaces that `wg` listed but could not read. That `dump` has no rows of them says nothing.
  std::vector<InterfaceName> unreadable;
};

/// Runs `wg show all dump` and reads what it prints. The output is overwritten before `done` is
/// called.
///
/// A reading is good where `wg` ends with status 0 and the whole output can be read; no output is
/// the dump of a machine without an interface. Standard error then matters only for `Unable to
/// access interface NAME`: `wg` has no other way to say that a status of 0 does not mean all.
class DumpReader {
 public:
  using Done = std::function<void(tl::expected<DumpReading, DumpFailure>)>;

  DumpReader(boost::asio::io_context& io, std::filesystem::path wg,
             std::chrono::milliseconds time_limit = std::chrono::seconds(5),
             std::size_t output_limit = 64U << 20U);

  /// Also true where a `wg` was given up but the kernel does not let it end: readings that hang are
  /// not piled up. False within `done` otherwise.
  bool running() const { return child_ && child_->running(); }

  /// `done` is called once, from `io`, unless this object is destroyed before. Not to be called
  /// while `running`.
  void start(Done done);

  /// The processor's time that the last reading took, here and in `wg`; for `done` to ask.
  std::chrono::microseconds cpu() const { return cpu_; }

 private:
  boost::asio::io_context& io_;
  std::filesystem::path wg_;
  std::chrono::milliseconds time_limit_;
  std::size_t output_limit_;
  DumpParser parser_;
  std::chrono::microseconds cpu_{0};
  std::optional<ChildProcess> child_;
};

}  // namespace wgaudit
