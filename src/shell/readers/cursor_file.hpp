#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// The file in which a reader of the journal keeps how far it has come. The file has two slots, and
/// each text is written over the older of the two, with its number on both sides: a slot that a
/// crash or a disk left half written is recognized, and the text before it is still there.
class CursorFile {
 public:
  /// Opens or makes the file. One that holds no text gets `first`, which is synced: without a
  /// text, the next start would not know what this one did not finish. Throws SetupError (exit
  /// code 74).
  void open(const std::filesystem::path& path, std::string first);

  /// The text that was stored last.
  const std::string& text() const { return text_; }

  /// Stores a text of up to 80 bytes; a file that was removed is made anew. What cannot be stored
  /// is left out: the reader then begins further back.
  void store(std::string text);

 private:
  void read();
  bool write(std::string text);

  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t number_ = 0;  ///< Number of the text; it grows by one with each.
  std::string text_;
};

}  // namespace wgaudit
