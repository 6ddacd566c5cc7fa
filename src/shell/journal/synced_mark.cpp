#include "shell/journal/synced_mark.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// The number twice: read(2) may see one half of what a write(2) is just changing.
std::string mark_text(std::uint64_t synced) {
  return fmt::format("{0:20} {0:20}\n", synced);
}

}  // namespace

std::filesystem::path synced_mark_path(const std::filesystem::path& journal) {
  return journal / "journal.synced";
}

SyncedMark::SyncedMark(const std::filesystem::path& journal) : path_(synced_mark_path(journal)) {}

void SyncedMark::store(std::uint64_t synced) {
  if (!file_.is_open() || is_removed(file_)) file_ = open_file(path_, O_WRONLY | O_CREAT);
  if (file_.is_open()) write_at(file_, mark_text(synced), 0);
}

std::optional<std::uint64_t> read_synced_mark(const std::filesystem::path& journal) {
  const FileDescriptor file = open_file(synced_mark_path(journal), O_RDONLY);
  if (!file.is_open()) return std::nullopt;
  std::string text(mark_text(0).size(), '\0');
  const ssize_t size = ::pread(file.get(), text.data(), text.size(), 0);
  if (size != static_cast<ssize_t>(text.size())) return std::nullopt;
  std::string_view rest = trim(text);
  const auto synced = parse_number<std::uint64_t>(take_until(rest, ' '));
  return synced && text == mark_text(*synced) ? synced : std::nullopt;
}

}  // namespace wgaudit
