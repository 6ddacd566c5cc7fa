#include "shell/settings/names_file.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <utility>

#include "shell/settings/toml_file.hpp"
#include "shell/system/read_file.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t longest_name = 64;

class NamesReader {
 public:
  explicit NamesReader(std::string_view file) : file_(file) {}

  void read_top(const toml::table& table) {
    for (const TomlEntry& entry : entries_of(table)) {
      const bool section = entry.value->is_table();
      if (section && entry.key == "names") {
        for (const TomlEntry& inner : entries_of(*entry.value->as_table())) read_name(inner);
      } else if (section) {
        fail(entry, "a section that is not [names]; put the names under [names] or at the top");
      } else {
        read_name(entry);
      }
    }
  }

  PeerNames take() { return std::move(names_); }

 private:
  [[noreturn]] void fail(const TomlEntry& entry, std::string_view reason) const {
    throw SetupError(fmt::format("{}:{}: {}", file_, entry.line, reason), EX_CONFIG);
  }

  /// The key's text stays out of the message: a secret key looks the same.
  void read_name(const TomlEntry& entry) {
    const auto key = parse_public_key(entry.key);
    if (!key) fail(entry, "not a public key; give the 44 characters that `wg show` prints");
    const auto name = entry.value->value_exact<std::string>();
    if (!name) fail(entry, "the name is not a string; put it in quotes");
    if (const auto fault = fault_of_name(*name)) fail(entry, *fault);
    if (!names_.emplace(*key, *name).second) {
      fail(entry, "the second name for this key; keep one of them");
    }
  }

  std::string_view file_;
  PeerNames names_;
};

}  // namespace

std::optional<std::string> fault_of_name(std::string_view name) {
  if (name.empty()) return "the name is empty; give 1 to 64 bytes";
  if (name.size() > longest_name) return "the name is longer than 64 bytes; shorten it";
  std::string text(name);
  std::erase(text, '\\');  // legal, but to_printable would change it
  if (to_printable(text) == text) return std::nullopt;
  return "the name holds a control character or is not UTF-8; take that out";
}

PeerNames parse_peer_names(std::string_view text, std::string_view file) {
  NamesReader reader(file);
  reader.read_top(parse_toml(text, file));
  return reader.take();
}

PeerNames load_peer_names(const std::filesystem::path& file) {
  if (file.empty()) return {};
  const WipedBuffer text = read_text_file(file, EX_CONFIG);
  return parse_peer_names(text.view(), to_printable(file.native()));
}

}  // namespace wgaudit
