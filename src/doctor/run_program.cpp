#include "doctor/run_program.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <utility>

namespace wgaudit {

ChildResult run_program(const std::filesystem::path& program, std::vector<std::string> arguments) {
  boost::asio::io_context io;
  ChildResult ended;
  const ChildProcess child(
      io,
      ChildSpec{.program = program,
                .arguments = std::move(arguments),
                .environment = {"PATH=/usr/bin:/usr/sbin:/bin:/sbin", "LC_ALL=C"},
                .time_limit = std::chrono::seconds(5),
                .gets_net_admin = true,
                .output_limit = 16U << 20U},
      [&](ChildResult result) { ended = std::move(result); });
  io.run();
  return ended;
}

}  // namespace wgaudit
