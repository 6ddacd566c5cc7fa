#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace wgaudit {

/// The bytes of a file; throws where it cannot be read, so that no test passes for want of data.
inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace wgaudit
