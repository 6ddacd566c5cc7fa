#include "shell/journal/seal_keys.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

// A sector each, so that no torn write takes both.
constexpr std::size_t slot_size = 512;

constexpr std::size_t number_size = 20;
constexpr std::size_t key_size = 64;

/// Bytes that are wiped when they go.
struct Slot {
  Slot() : bytes(slot_size, '\0') {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

  std::string bytes;
};

off_t offset_of(std::uint64_t epoch) {
  return static_cast<off_t>(epoch % 2 * slot_size);
}

/// On both sides of the key: what is half written is told from what is whole.
std::string number_of(std::uint64_t epoch) {
  return fmt::format("{:{}}", epoch, number_size);
}

/// Null: overwrites the epoch's key. On the disk when it returns.
bool write(const FileDescriptor& file, std::uint64_t epoch, const SigningKey* key) {
  Slot slot;
  if (key != nullptr) {
    const std::string number = number_of(epoch);
    std::string secret = key->text();
    slot.bytes.replace(0, number_size, number);
    slot.bytes.replace(number_size, key_size, secret);
    slot.bytes.replace(number_size + key_size, number_size, number);
    OPENSSL_cleanse(secret.data(), secret.size());
  }
  return write_at(file, slot.bytes, static_cast<std::uint64_t>(offset_of(epoch))) &&
         ::fdatasync(file.get()) == 0;
}

}  // namespace

void SealKeys::open(const std::filesystem::path& path, std::optional<std::uint64_t> sealed) {
  path_ = path;
  file_ = open_file(path, O_RDWR | O_CREAT, 0600);
  if (file_.is_open() && find(sealed)) return sync_folder(path.parent_path());
  throw SetupError(fmt::format("{}: {}", path.string(), error_text(errno)), EX_IOERR);
}

/// The epoch's key is the one behind the last seal, or that seal's own, if it is still there; where
/// there is neither, another line of keys begins.
bool SealKeys::find(std::optional<std::uint64_t> sealed) {
  const std::uint64_t after = sealed ? *sealed + 1 : 0;
  char byte = '\0';
  if (::pread(file_.get(), &byte, 1, 0) < 0) return false;
  epoch_ = after;
  key_ = read(after);
  if (key_) {
    const auto sealed_by = sealed ? read(*sealed) : std::nullopt;
    if (!sealed_by) {
      next_ = read(after + 1);
    } else {
      next_ = std::exchange(key_, sealed_by);
      epoch_ = *sealed;
    }
    return true;
  }
  key_ = SigningKey::generate();
  return key_ && write(file_, epoch_, &*key_) && write(file_, epoch_ + 1, nullptr);
}

const SigningKey* SealKeys::prepare_next() {
  if (!restore_file()) return nullptr;
  if (!next_) {
    const auto next = SigningKey::generate();
    if (!next || !write(file_, epoch_ + 1, &*next)) return nullptr;
    next_ = next;
  }
  return &*next_;
}

/// Where somebody has removed it, or put its folder aside: the next run needs what is in it.
bool SealKeys::restore_file() {
  if (is_at(file_, path_)) return true;
  FileDescriptor file = open_file(path_, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  const bool is_written = file.is_open() && write(file, epoch_ + 1, next_ ? &*next_ : nullptr) &&
                          write(file, epoch_, &*key_);
  if (!is_written) return false;
  sync_folder(path_.parent_path());
  file_ = std::move(file);
  return true;
}

bool SealKeys::begin_next() {
  if (!write(file_, epoch_, nullptr)) return false;
  key_ = *std::exchange(next_, std::nullopt);
  ++epoch_;
  return true;
}

std::optional<SigningKey> SealKeys::read(std::uint64_t epoch) const {
  Slot slot;
  const ssize_t size = ::pread(file_.get(), slot.bytes.data(), slot_size, offset_of(epoch));
  const std::string_view text = slot.bytes;
  const std::string number = number_of(epoch);
  if (size < static_cast<ssize_t>(slot_size) || !text.starts_with(number) ||
      text.substr(number_size + key_size, number_size) != number) {
    return std::nullopt;
  }
  return SigningKey::parse(text.substr(number_size, key_size));
}

}  // namespace wgaudit
