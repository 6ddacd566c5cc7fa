#include "commands/arguments.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>

#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// A lone `-` is an operand: standard input.
bool is_flag(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

}  // namespace

Arguments::Arguments(Words words, const CommandRow& row) {
  const auto flags = flags_of(row);
  auto& operands = row.operands.empty() ? unknown_ : operands_;
  while (!words.empty() && words.front() != "--") {
    if (is_flag(words.front())) {
      words = take_flag(words, flags);
    } else {
      operands.push_back(words.front());
      words = words.subspan(1);
    }
  }
  if (!words.empty()) operands.insert(operands.end(), words.begin() + 1, words.end());
}

/// Takes one flag, with its value if it has one, and returns the words after it.
Arguments::Words Arguments::take_flag(Words words, const std::vector<Flag>& flags) {
  const std::string& word = words.front();
  const auto sign = word.find('=');
  const std::string name = word.substr(0, sign);
  const Words rest = words.subspan(1);
  const auto flag = std::find_if(flags.begin(), flags.end(),
                                 [&](const Flag& known) { return known.name == name; });
  if (name == "--help" || name == "-h") {
    asks_for_help_ = true;
  } else if (flag == flags.end()) {
    unknown_.push_back(word);
  } else if (sign != std::string::npos) {
    values_[name].push_back(word.substr(sign + 1));
  } else if (flag->operand.empty()) {
    values_[name].emplace_back("true");
  } else if (rest.empty()) {
    throw SetupError(fmt::format("{}: no value; give one after it", name), EX_USAGE);
  } else {
    values_[name].push_back(rest.front());
    return rest.subspan(1);
  }
  return rest;
}

const std::vector<std::string>& Arguments::values(const std::string& flag) const {
  static const std::vector<std::string> none;
  const auto found = values_.find(flag);
  return found == values_.end() ? none : found->second;
}

std::optional<std::string> Arguments::value(const std::string& flag) const {
  const auto& given = values(flag);
  return given.empty() ? std::nullopt : std::optional(given.back());
}

bool Arguments::has_switch(const std::string& flag) const {
  const auto given = value(flag);
  if (given && *given != "true") {
    throw SetupError(flag + ": takes no value; give it alone", EX_USAGE);
  }
  return given.has_value();
}

}  // namespace wgaudit
