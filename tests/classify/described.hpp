#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "support/classified.hpp"

namespace wgaudit {

/// Returns the description of what a line is, and checks that both ways to classify agree on it.
inline std::string what(std::string_view text, std::optional<std::uint8_t> severity = 7,
                        std::string_view program = "kernel") {
  const LineView line{program, severity, text};
  const std::string said = describe(shipped().classify(line));
  EXPECT_EQ(said, describe(shipped().classify_by_every_rule(line)));
  return said;
}

}  // namespace wgaudit
