// A target without a fuzzer: tries every file of the folders once.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>

#include "fuzz/target.hpp"
#include "support/read_file.hpp"

namespace wgaudit {
namespace {

bool holds_for(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  // To the byte, so that a sanitizer sees who reads on.
  const auto bytes = std::make_unique<char[]>(text.size());
  text.copy(bytes.get(), text.size());
  try {
    try_input({bytes.get(), text.size()});
  } catch (const std::exception& error) {
    std::printf("%s: not so: %s\n", path.c_str(), error.what());
    return false;
  }
  return true;
}

}  // namespace
}  // namespace wgaudit

int main(int count, char** arguments) {
  int tried = 0;
  int failed = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& file : std::filesystem::directory_iterator(arguments[i])) {
      ++tried;
      if (!wgaudit::holds_for(file.path())) ++failed;
    }
  }
  std::printf("%d inputs, %d failed\n", tried, failed);
  return tried == 0 || failed != 0 ? 1 : 0;
}
