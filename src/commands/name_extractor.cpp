#include "commands/name_extractor.hpp"

#include <fmt/format.h>
#include <strings.h>
#include <sysexits.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <system_error>
#include <utility>

#include "shell/settings/names_file.hpp"
#include "shell/system/io_error.hpp"
#include "shell/system/read_file.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;

bool take_word(std::string_view& text, std::string_view word) {
  if (text.size() < word.size() || strncasecmp(text.data(), word.data(), word.size()) != 0) {
    return false;
  }
  text.remove_prefix(word.size());
  return true;
}

/// The text of a comment.
std::string_view uncommented(std::string_view comment) {
  const auto begin = comment.find_first_not_of('#');
  return begin == std::string_view::npos ? std::string_view{} : trim(comment.substr(begin));
}

/// The name in a comment, if it holds one.
std::optional<std::string_view> name_in(std::string_view comment) {
  for (const std::string_view opening : {"### Client ", "# BEGIN_PEER "}) {
    if (take_prefix(comment, opening)) return trim(comment);
  }
  comment = uncommented(comment);
  if (!take_word(comment, "friendly_name") && !take_word(comment, "Name")) return std::nullopt;
  comment = trim(comment);
  if (!take_prefix(comment, "=")) return std::nullopt;
  return trim(comment);
}

/// A name in a comment that no section has been given yet.
struct NameComment {
  std::string name;
  std::size_t line;
  bool apart_from_above;  ///< A blank line parts it from the entries above,
  bool apart_from_below;  ///< or from what follows.
};

struct ConfSection {
  bool is_peer = false;
  bool is_ambiguous = false;
  std::optional<PublicKey> key;
  std::string name;
};

/// Goes through a WireGuard configuration line by line. It keeps names, public keys and line
/// numbers only. A name that could be that of either of two peers is given to neither.
class ConfReader {
 public:
  explicit ConfReader(std::string_view file) : file_(file) {}

  void read_line(std::string_view line) {
    ++line_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    line = trim(line);
    if (line.empty()) {
      read_blank();
    } else if (line.front() == '#') {
      read_comment(line);
    } else {
      read_entry(trim(take_until(line, '#')));
    }
  }

  ExtractedNames take() {
    name_section(std::exchange(comments_, {}));
    end_section();
    return std::move(found_);
  }

 private:
  void fault(std::size_t line, std::string_view reason) {
    found_.faults.push_back(fmt::format("{}:{}: {}", file_, line, reason));
  }

  void read_blank() {
    after_blank_ = true;
    in_disabled_peer_ = false;
    for (NameComment& comment : comments_) comment.apart_from_below = true;
  }

  void read_comment(std::string_view text) {
    if (std::string_view rest = uncommented(text); take_word(rest, "[Peer]")) {
      in_disabled_peer_ = true;
      std::erase_if(comments_,
                    [](const NameComment& comment) { return !comment.apart_from_below; });
    }
    const auto name = name_in(text);
    if (!name || in_disabled_peer_) return;
    if (const auto wrong = fault_of_name(*name)) {
      fault(line_, *wrong);
    } else if (parse_public_key(*name)) {
      fault(line_, "the name looks like a key, perhaps a secret one; give another");
    } else {
      comments_.push_back({std::string(*name), line_, after_blank_, false});
    }
  }

  void read_entry(std::string_view entry) {
    in_disabled_peer_ = false;
    after_blank_ = false;
    if (entry.front() == '[') {
      begin_section(entry);
      return;
    }
    name_section(std::exchange(comments_, {}));
    if (!section_.is_peer || !take_word(entry, "PublicKey")) return;
    entry = trim(entry);
    if (!take_prefix(entry, "=")) return;
    section_.key = parse_public_key(trim(entry));
    if (!section_.key) fault(line_, "PublicKey is not a key; the peer is left out");
  }

  void begin_section(std::string_view header) {
    const bool is_peer = take_word(header, "[Peer]");
    std::vector<NameComment> above;
    std::vector<NameComment> below;
    for (NameComment& comment : std::exchange(comments_, {})) {
      if (!comment.apart_from_below) {
        below.push_back(std::move(comment));
      } else if (!comment.apart_from_above) {
        above.push_back(std::move(comment));
      } else if (section_.is_peer || is_peer) {
        fault(comment.line, "the name is between two sections; put it right above its [Peer]");
      }
    }
    name_section(above);
    end_section();
    section_.is_peer = is_peer;
    name_section(below);
  }

  void name_section(const std::vector<NameComment>& comments) {
    if (!section_.is_peer) return;
    for (const NameComment& comment : comments) {
      if (!section_.name.empty() && section_.name != comment.name) {
        section_.is_ambiguous = true;
        fault(comment.line, "a second name for one peer; keep one of them");
      }
      section_.name = comment.name;
    }
  }

  void end_section() {
    const ConfSection ended = std::exchange(section_, {});
    if (!ended.key || ended.name.empty() || ended.is_ambiguous) return;
    found_.names.emplace_back(*ended.key, ended.name);
  }

  std::string_view file_;
  std::size_t line_ = 0;
  bool after_blank_ = true;  ///< No entry since a blank line.
  bool in_disabled_peer_ = false;
  std::vector<NameComment> comments_;
  ConfSection section_;
  ExtractedNames found_;
};

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::vector<std::string> conf_files(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".conf") files.push_back(entry.path().string());
  }
  if (error) {
    throw io_error(folder, fmt::format("cannot be read: {}; run this as root, or name the files",
                                       error.message()));
  }
  if (files.empty()) {
    throw io_error(folder, "no *.conf there; name the files: wgaudit names FILE...");
  }
  std::sort(files.begin(), files.end());
  return files;
}

ExtractedNames extract_from_file(const std::string& file) {
  const WipedBuffer text = read_text_file(file, EX_IOERR);
  return extract_names(text.view(), to_printable(file));
}

}  // namespace

ExtractedNames extract_names(std::string_view wireguard_conf, std::string_view file) {
  ConfReader reader(file);
  while (!wireguard_conf.empty()) reader.read_line(take_until(wireguard_conf, '\n'));
  return reader.take();
}

int print_names(const std::vector<std::string>& files, std::ostream& out, std::ostream& errors,
                const fs::path& folder) {
  PeerNames printed;
  bool faulty = false;
  for (const std::string& file : files.empty() ? conf_files(folder) : files) {
    ExtractedNames found = extract_from_file(file);
    for (const auto& [key, name] : found.names) {
      const auto [known, is_new] = printed.emplace(key, name);
      if (is_new) {
        out << fmt::format("\"{}\" = {}\n", to_text(key), toml_string(name));
      } else if (known->second != name) {
        found.faults.push_back(fmt::format("{}: {} has another name already, which is kept",
                                           to_printable(file), to_text(key)));
      }
    }
    for (const std::string& fault : found.faults) errors << fault << '\n';
    faulty = faulty || !found.faults.empty();
  }
  return faulty ? EX_DATAERR : EXIT_SUCCESS;
}

}  // namespace wgaudit
