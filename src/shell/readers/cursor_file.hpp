#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// How far a reader of the journal has come, in a file beside it. Each text is written in the place
/// of the one before the last, with its number on both sides: what a crash or a disk leaves half
/// written is told from what is whole, and the one before is still there.
class CursorFile {
 public:
  /// Opens or makes the file. One that holds no text gets `first`, and it outlives a power loss:
  /// without any, the next start would not know of what this one does not finish. Throws
  /// SetupError (exit code 74).
  void open(const std::filesystem::path& path, std::string first);

  /// What was stored last.
  const std::string& text() const { return text_; }

  /// Stores a text of up to 80 bytes; a file that was removed is made anew. What cannot be stored
  /// is not: the reader then begins further back.
  void store(std::string text);

 private:
  void read();
  bool write(std::string text);

  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t number_ = 0;  ///< Of the text.
  std::string text_;
};

}  // namespace wgaudit
