#include "classify/module_message.hpp"

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// AmneziaWG is a fork of the module that prints the same lines under its own name.
bool take_module(std::string_view& text) {
  return take_prefix(text, "wireguard: ") || take_prefix(text, "amneziawg: ");
}

std::optional<InterfaceName> take_interface(std::string_view& text) {
  const auto end = text.find(':');
  if (end == std::string_view::npos || text.substr(end, 2) != ": ") return std::nullopt;
  const auto name = parse_interface_name(text.substr(0, end));
  if (name) text.remove_prefix(end + 2);
  return name;
}

/// Takes what flag `t` adds: `<intr> ` or `[4711] `.
void take_thread(std::string_view& text) {
  if (take_prefix(text, "<intr> ") || text.empty() || text.front() != '[') return;
  const auto end = text.find("] ");
  if (end == std::string_view::npos) return;
  if (parse_number<std::uint32_t>(text.substr(1, end - 1))) text.remove_prefix(end + 2);
}

/// Takes what flags `m`, `f`, `s`, `l` add: one word that ends in a colon, such as
/// `wireguard:wg_xmit:156: `.
bool take_call_site(std::string_view& text) {
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos || blank < 2 || text[blank - 1] != ':') return false;
  text.remove_prefix(blank + 1);
  return true;
}

ModuleMessageView split_interface(std::string_view text) {
  ModuleMessageView message;
  message.interface = take_interface(text);
  message.text = text;
  return message;
}

}  // namespace

std::optional<ModuleMessageView> module_message(std::string_view line) {
  take_thread(line);
  std::string_view text = line;
  if (!take_module(text)) {
    if (!take_call_site(line) || !take_module(line)) return std::nullopt;
    return split_interface(line);
  }
  // `wireguard: wireguard: wg0: …` is flag `m` on wg0, not an interface called `wireguard`: no
  // message of the module begins with a word and a colon.
  std::string_view inner = text;
  if (take_module(inner)) {
    const ModuleMessageView message = split_interface(inner);
    if (message.interface) return message;
  }
  return split_interface(text);
}

}  // namespace wgaudit
