#include "shell/intake/dump_reader.hpp"

#include <fmt/format.h>
#include <sys/random.h>
#include <sysexits.h>

#include <cassert>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "shell/system/cpu_clock.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using Reading = tl::expected<DumpReading, DumpFailure>;

DumpFailure exit_failure(const ChildResult& result) {
  std::string_view errors = result.error_output;
  const std::string first_line = to_printable(take_until(errors, '\n'), 200);
  // `wg` exits with 1 for all that fails; LC_ALL is C.
  const bool is_not_permitted = first_line.find("Operation not permitted") != std::string::npos;
  return {
      DumpFailureKind::exit_status,
      fmt::format("exit status {}{}{}", result.status, first_line.empty() ? "" : ": ", first_line),
      is_not_permitted};
}

/// show.c of wireguard-tools (show_main) goes on to the next interface after it has said so.
std::vector<InterfaceName> unreadable_interfaces(std::string_view errors) {
  std::vector<InterfaceName> names;
  while (!errors.empty()) {
    std::string_view line = take_until(errors, '\n');
    if (!take_prefix(line, "Unable to access interface ")) continue;
    if (const auto name = parse_interface_name(take_until(line, ':'))) names.push_back(*name);
  }
  return names;
}

/// Key of this process: digests of preshared keys mean nothing outside it.
DigestSalt random_salt() {
  DigestSalt salt{};
  // Up to 256 bytes are never cut short (getrandom(2)), once the kernel has any.
  if (::getrandom(salt.data(), salt.size(), 0) != static_cast<ssize_t>(salt.size())) {
    throw SetupError(fmt::format("getrandom: {}; there is no salt for digests of preshared keys",
                                 std::generic_category().message(errno)),
                     EX_UNAVAILABLE);
  }
  return salt;
}

Reading read_exited(const ChildResult& result, DumpParser& parser) {
  if (result.status != 0) return tl::unexpected(exit_failure(result));
  const auto dump = parser.parse(result.output.view());
  if (dump) return DumpReading{*dump, unreadable_interfaces(result.error_output)};
  const auto [fault, line] = dump.error();
  return tl::unexpected(
      DumpFailure{DumpFailureKind::malformed, fmt::format("line {}: {}", line, to_text(fault))});
}

Reading read(const ChildResult& result, std::chrono::milliseconds time_limit,
             std::size_t output_limit, DumpParser& parser) {
  const auto failure = [](DumpFailureKind kind, std::string detail) {
    return tl::unexpected(DumpFailure{kind, std::move(detail)});
  };
  switch (result.end) {
    case ChildResult::End::exited:
      return read_exited(result, parser);
    case ChildResult::End::signalled:
      return failure(DumpFailureKind::signalled, fmt::format("signal {}", result.status));
    case ChildResult::End::timed_out:
      return failure(DumpFailureKind::timed_out,
                     fmt::format("no end within {} ms", time_limit.count()));
    case ChildResult::End::output_too_long:
      return failure(DumpFailureKind::output_too_long,
                     fmt::format("more than {} bytes", output_limit));
    case ChildResult::End::not_started:
      return tl::unexpected(DumpFailure{DumpFailureKind::not_started,
                                        std::generic_category().message(result.status),
                                        result.status == EPERM});
  }
  __builtin_unreachable();
}

}  // namespace

DumpReader::DumpReader(boost::asio::io_context& io, std::filesystem::path wg,
                       std::chrono::milliseconds time_limit, std::size_t output_limit)
    : io_(io),
      wg_(std::move(wg)),
      time_limit_(time_limit),
      output_limit_(output_limit),
      parser_(random_salt()) {}

void DumpReader::start(Done done) {
  assert(!running());
  const auto before = thread_cpu_time();
  auto on_end = [this, done = std::move(done)](ChildResult result) {
    const auto start = thread_cpu_time();
    auto reading = read(result, time_limit_, output_limit_, parser_);
    result.output = WipedBuffer();  // overwritten here: `done` may take its time
    cpu_ += result.cpu + (thread_cpu_time() - start);
    done(std::move(reading));
  };
  child_.emplace(io_,
                 ChildSpec{.program = wg_,
                           .arguments = {"show", "all", "dump"},
                           .environment = {"PATH=/usr/bin:/usr/sbin:/bin:/sbin", "LC_ALL=C"},
                           .time_limit = time_limit_,
                           .gets_net_admin = true,
                           .output_limit = output_limit_},
                 std::move(on_end));
  cpu_ = thread_cpu_time() - before;
}

}  // namespace wgaudit
