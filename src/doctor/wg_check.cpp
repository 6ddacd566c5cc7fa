#include "doctor/wg_check.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>

#include "shell/intake/dump_reader.hpp"
#include "shell/system/privileges.hpp"
#include "shell/system/program_path.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// The two parts of such an error text: the fault, and the cure, which is not always a command.
WgReading failed(const SetupError& error) {
  const std::string_view text = error.what();
  for (const std::string_view command : {"; chmod ", "; chown ", "; apt-get "}) {
    const auto end = text.rfind(command);
    if (end == std::string_view::npos) continue;
    return {std::nullopt, std::string(text.substr(0, end)), {std::string(text.substr(end + 2))}};
  }
  return {std::nullopt, std::string(text)};
}

WgReading run_wg(const std::filesystem::path& wg) {
  boost::asio::io_context io;
  DumpReader reader(io, wg);
  WgReading reading;
  reader.start([&](tl::expected<DumpReading, DumpFailure> read) {
    if (!read) {
      reading.is_denied = read.error().is_not_permitted;
      reading.failure = fmt::format("wg: {}: {}", to_text(read.error().kind), read.error().detail);
    } else {
      reading.dump = *read->dump;
      for (const InterfaceName& name : read->unreadable) {
        reading.failure = "wg cannot read " + to_printable(name.view());
      }
    }
  });
  io.run();
  return reading;
}

}  // namespace

WgReading read_wg(const Gateway& gateway) {
  try {
    if (gateway.settings.wg.empty()) return run_wg(find_program("wg"));
    require_trusted(gateway.settings.wg);
    return run_wg(gateway.settings.wg);
  } catch (const SetupError& error) {
    return failed(error);
  }
}

Check check_wg(const Gateway& gateway, const WgReading& reading) {
  constexpr std::string_view link = "wg";
  if (reading.is_denied && !has_net_admin()) {
    return {link, Health::unknown, "not permitted without CAP_NET_ADMIN", {ask_as_root(gateway)}};
  }
  if (!reading.failure.empty()) return {link, Health::broken, reading.failure, reading.cure};
  if (reading.dump->empty()) return {link, Health::ok, "permitted; there is no interface"};
  std::string names;
  for (const DumpInterface& interface : *reading.dump) {
    names += (names.empty() ? "" : ", ") + to_printable(interface.name.view());
  }
  return {link, Health::ok, "permitted: " + names};
}

}  // namespace wgaudit
