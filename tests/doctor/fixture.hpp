#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "doctor/gateway.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit {

/// A folder in the place of `/`, and a gateway that is examined there.
class Fixture {
 public:
  Fixture() { gateway.root = folder_.path(); }

  void write(const std::filesystem::path& absolute, std::string_view text) const {
    std::filesystem::create_directories(gateway.path(absolute).parent_path());
    folder_.write(absolute.relative_path().string(), text);
  }

  void make_folder(const std::filesystem::path& absolute) const {
    std::filesystem::create_directories(gateway.path(absolute));
  }

  Gateway gateway;

 private:
  TemporaryFolder folder_;
};

}  // namespace wgaudit
