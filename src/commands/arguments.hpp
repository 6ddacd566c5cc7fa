#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command_table.hpp"

namespace wgaudit {

/// The words after a command, sorted by the flags that the command has: `--flag VALUE`,
/// `--flag=VALUE`, `--switch`, operands, and after `--` operands only.
class Arguments {
 public:
  /// Throws SetupError (exit code 64) where the last word is a flag that wants a value.
  Arguments(std::span<const std::string> words, const CommandRow& row);

  bool asks_for_help() const { return asks_for_help_; }

  /// All values of a flag, in their order. A switch without one has the value `true`.
  const std::vector<std::string>& values(const std::string& flag) const;

  /// The last value of a flag, if it was given.
  std::optional<std::string> value(const std::string& flag) const;

  /// Whether a switch was given. Throws SetupError (exit code 64) where it has a value.
  bool has_switch(const std::string& flag) const;

  const std::vector<std::string>& operands() const { return operands_; }

  /// Flags that the command does not have and operands that it does not take, as they were typed.
  const std::vector<std::string>& unknown() const { return unknown_; }

 private:
  using Words = std::span<const std::string>;

  Words take_flag(Words words, const std::vector<Flag>& flags);

  bool asks_for_help_ = false;
  std::map<std::string, std::vector<std::string>> values_;  ///< By flag.
  std::vector<std::string> operands_;
  std::vector<std::string> unknown_;
};

}  // namespace wgaudit
