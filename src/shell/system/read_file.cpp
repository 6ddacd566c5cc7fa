#include "shell/system/read_file.hpp"

#include <cerrno>
#include <fstream>
#include <ios>

#include "shell/system/io_error.hpp"

namespace wgaudit {

WipedBuffer read_text_file(const std::filesystem::path& file, int exit_code) {
  std::ifstream in;
  in.rdbuf()->pubsetbuf(nullptr, 0);  // or the stream would keep a second copy
  in.open(file, std::ios::binary);
  WipedBuffer content;
  while (in.good()) {
    const auto room = content.room();
    in.read(room.data(), static_cast<std::streamsize>(room.size()));
    content.commit(static_cast<std::size_t>(in.gcount()));
  }
  if (in.is_open() && !in.bad()) return content;
  throw unreadable_file(file, errno, exit_code);
}

}  // namespace wgaudit
