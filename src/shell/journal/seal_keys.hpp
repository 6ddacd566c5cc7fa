#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "shell/journal/signing_key.hpp"
#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// The keys that the journal is sealed with, in a file beside it that only its owner can read: that
/// of the epoch, and, from before its seal is written until that is on the disk, that of the next.
/// Each epoch's key is written in the place of the one before the last, so that destroying a key
/// overwrites it. What a file system that copies on write, or a flash disk, keeps of it is beyond
/// our reach.
class SealKeys {
 public:
  /// Opens the file, or makes it with a first key, which outlives a power loss. `sealed` is the
  /// last epoch whose seal is in the journal. If a crash left its key, it is still the epoch's: the
  /// seal may not be on the disk. Where neither its key nor the next epoch's is there, another is
  /// made. Throws SetupError (exit code 74).
  void open(const std::filesystem::path& path, std::optional<std::uint64_t> sealed);

  std::uint64_t epoch() const { return epoch_; }
  const SigningKey& key() const { return *key_; }

  /// The next epoch's key, on the disk. Null, with errno set, where it cannot be put there.
  const SigningKey* prepare_next();

  /// Begins the next epoch, which must be prepared, and destroys this one's key. False, with errno
  /// set, where the disk refuses: the epoch goes on, and this is to be called again.
  bool begin_next();

 private:
  std::optional<SigningKey> read(std::uint64_t epoch) const;
  bool find(std::optional<std::uint64_t> sealed);
  bool restore_file();

  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t epoch_ = 0;
  std::optional<SigningKey> key_;
  std::optional<SigningKey> next_;
};

}  // namespace wgaudit
