// A target as libFuzzer calls it.

#include <cstddef>
#include <cstdint>

#include "fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wgaudit::try_input({reinterpret_cast<const char*>(data), size});
  return 0;
}
