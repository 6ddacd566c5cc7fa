#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "shell/file.hpp"

namespace wgaudit {

/// How far a reader of the journal has come, in a file beside it: a text of one length, so short
/// that a crash leaves it as it was or as it shall be.
class CursorFile {
 public:
  /// Opens or makes the file. Throws SetupError (exit code 74).
  void open(const std::filesystem::path& path);

  /// What was stored last; empty where nothing was.
  std::string read() const;

  /// Stores the text; a file that was removed is made anew. What cannot be stored is not: the
  /// reader then begins further back.
  void store(std::string_view text);

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
};

}  // namespace wgaudit
