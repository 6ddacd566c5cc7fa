#include "shell/journal/torn_tail.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t tail_block = 256U << 10U;

/// Takes the whole lines at the head of `text`; false where something else follows them.
bool take_lines(std::string_view& text, WholePart& part) {
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    const std::string_view line = text.substr(0, end);
    const auto sequence = sequence_of(line);
    if (!sequence || *sequence <= part.last_sequence) return false;
    part.bytes += line.size() + 1;
    part.last_sequence = *sequence;
    part.last_line = line;
    text.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace

WholePart read_whole_part(const FileDescriptor& file) {
  WholePart part;
  std::string buffer;
  for (;;) {
    const std::size_t kept = buffer.size();
    buffer.resize(kept + tail_block);
    const auto offset = static_cast<off_t>(part.bytes + kept);
    const ssize_t got = ::pread(file.get(), buffer.data() + kept, tail_block, offset);
    if (got <= 0) return part;
    buffer.resize(kept + static_cast<std::size_t>(got));
    std::string_view rest = buffer;
    if (!take_lines(rest, part)) return part;
    buffer.erase(0, buffer.size() - rest.size());
  }
}

std::optional<std::string> read_behind(const FileDescriptor& file, const WholePart& whole) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return std::nullopt;
  std::string torn(static_cast<std::size_t>(status.st_size) - whole.bytes, '\0');
  const auto offset = static_cast<off_t>(whole.bytes);
  if (::pread(file.get(), torn.data(), torn.size(), offset) < 0) return std::nullopt;
  return torn;
}

std::filesystem::path path_for_torn(std::string_view torn, const std::filesystem::path& file,
                                    std::uint64_t offset) {
  const bool is_worth_keeping = torn.find('\n') != std::string_view::npos &&
                                torn.find_first_not_of('\0') != std::string_view::npos;
  if (!is_worth_keeping) return {};
  return fmt::format("{}.torn-{}", file.string(), offset);
}

bool set_aside(std::string_view torn, const std::filesystem::path& file, std::uint64_t offset) {
  const auto path = path_for_torn(torn, file, offset);
  if (path.empty()) return true;
  const FileDescriptor kept = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  return kept.is_open() && write_whole(kept, torn, 0) && ::fdatasync(kept.get()) == 0;
}

}  // namespace wgaudit
