#include "shell/whole_part.hpp"

#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "wgaudit/audit/record_json.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t block_size = 256U << 10U;

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
    buffer.resize(kept + block_size);
    const auto offset = static_cast<off_t>(part.bytes + kept);
    const ssize_t got = ::pread(file.get(), buffer.data() + kept, block_size, offset);
    if (got <= 0) return part;
    buffer.resize(kept + static_cast<std::size_t>(got));
    std::string_view rest = buffer;
    if (!take_lines(rest, part)) return part;
    buffer.erase(0, buffer.size() - rest.size());
  }
}

}  // namespace wgaudit
