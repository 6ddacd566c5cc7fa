#include "doctor/rsyslog_config.hpp"

#include <glob.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>
#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;

constexpr int deepest = 16;  // files that include each other end here

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// Up to a `#` that is not quoted.
std::string_view without_comment(std::string_view line) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '\0' && c == '#') return line.substr(0, i);
    if (quote == c) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    }
  }
  return line;
}

/// Without comments. One between `/*` and `*/` begins a line: a pattern of files may have `/*` too.
std::string without_comments(std::string_view text) {
  std::string rest;
  while (!text.empty()) {
    if (trim(text.substr(0, text.find('\n'))).starts_with("/*")) {
      const auto end = text.find("*/");
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
      continue;
    }
    rest += without_comment(take_until(text, '\n'));
    rest += '\n';
  }
  return rest;
}

void skip_space(std::string_view& text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
}

std::string_view take_name(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_name);
  const auto name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(name.size());
  return name;
}

/// Behind the opening bracket. Nothing where what follows is no list of parameters.
std::optional<std::map<std::string, std::string>> take_parameters(std::string_view& text) {
  std::map<std::string, std::string> parameters;
  for (;;) {
    skip_space(text);
    if (take_prefix(text, ")")) return parameters;
    const std::string key = in_lower_case(take_name(text));
    skip_space(text);
    if (key.empty() || !take_prefix(text, "=")) return std::nullopt;
    skip_space(text);
    if (text.empty() || (text.front() != '"' && text.front() != '\'')) return std::nullopt;
    const char quote = text.front();
    text.remove_prefix(1);
    parameters[key] = take_until(text, quote);
  }
}

/// Parts of a configuration, as they are found.
class Reader {
 public:
  Reader(const Gateway& gateway, RsyslogConfig& config) : gateway_(gateway), config_(config) {}

  void read(const fs::path& file) {
    const auto text = gateway_.read(file);
    if (!text || depth_ == deepest) {
      config_.unreadable.push_back(file);
      return;
    }
    ++depth_;
    const std::string bare = without_comments(*text);
    read_objects(bare, file);
    for (std::string_view rest = bare; !rest.empty();) read_line(take_until(rest, '\n'), file);
    --depth_;
  }

 private:
  /// RainerScript, which may go over lines.
  void read_objects(std::string_view text, const fs::path& file) {
    while (!text.empty()) {
      const std::string name = in_lower_case(take_name(text));
      const bool is_one = name == "module" || name == "action" || name == "include";
      if (name.empty()) text.remove_prefix(1);
      skip_space(text);
      if (!is_one || !take_prefix(text, "(")) continue;
      if (auto parameters = take_parameters(text)) add({name, std::move(*parameters), file});
    }
  }

  /// The old form: `$IncludeConfig`, `$ModLoad`, `selector @host:port`.
  void read_line(std::string_view line, const fs::path& file) {
    line = trim(line);
    if (take_prefix(line, "$")) {
      const std::string directive = in_lower_case(take_name(line));
      const std::string value(trim(line));
      if (directive == "includeconfig") include(value);
      if (directive == "modload") add({"module", {{"load", value}}, file});
      if (directive == "omuxsocksocket") {
        add({"action", {{"type", "omuxsock"}, {"socket", value}}, file});
      }
      return;
    }
    const auto at = line.find_first_of(" \t");
    if (at != std::string_view::npos) read_old_action(trim(line.substr(at)), file);
  }

  /// `@host:port;template`; two of them are TCP.
  void read_old_action(std::string_view action, const fs::path& file) {
    const auto found = action.rfind(" @");
    if (found != std::string_view::npos) action.remove_prefix(found + 1);
    if (!take_prefix(action, "@") || action.starts_with('@')) return;
    if (action.starts_with('(')) take_until(action, ')');
    std::string_view address = take_until(action, ';');
    std::string_view host =
        address.starts_with('[') ? take_until(address, ']').substr(1) : take_until(address, ':');
    take_prefix(address, ":");
    const std::string port(address.empty() ? "514" : trim(address));
    add({"action", {{"type", "omfwd"}, {"target", std::string(host)}, {"port", port}}, file});
  }

  void add(RsyslogObject object) {
    if (object.name == "include") return include(object.parameter("file"));
    const std::string type = object.parameter("type");
    if (object.name == "module" || type == "omfwd" || type == "omuxsock") {
      config_.objects.push_back(std::move(object));
    }
  }

  void include(const std::string& pattern) {
    config_.includes.push_back(pattern);
    glob_t found{};
    if (::glob(gateway_.path(pattern).c_str(), GLOB_MARK, nullptr, &found) == 0) {
      for (std::size_t i = 0; i < found.gl_pathc; ++i) {
        const std::string file = found.gl_pathv[i];
        if (!file.ends_with('/')) read("/" / fs::path(file).lexically_relative(gateway_.root));
      }
    }
    ::globfree(&found);
  }

  const Gateway& gateway_;
  RsyslogConfig& config_;
  int depth_ = 0;
};

}  // namespace

std::string RsyslogObject::parameter(const std::string& key) const {
  const auto found = parameters.find(key);
  return found == parameters.end() ? "" : found->second;
}

const RsyslogObject* RsyslogConfig::module(std::string_view name) const {
  const auto found = std::find_if(objects.begin(), objects.end(), [&](const RsyslogObject& object) {
    return object.name == "module" && object.parameter("load") == name;
  });
  return found == objects.end() ? nullptr : &*found;
}

RsyslogConfig read_rsyslog_config(const Gateway& gateway, const fs::path& file) {
  RsyslogConfig config;
  config.file = file;
  Reader(gateway, config).read(file);
  return config;
}

}  // namespace wgaudit
