#pragma once

// Counts what the program allocates, by an operator new of its own: for one source of a program.

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace wgaudit {

inline std::size_t allocations = 0;
inline std::size_t allocated_bytes = 0;  ///< And not given back.

}  // namespace wgaudit

void* operator new(std::size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  ++wgaudit::allocations;
  wgaudit::allocated_bytes += ::malloc_usable_size(memory);
  return memory;
}
void operator delete(void* memory) noexcept {
  wgaudit::allocated_bytes -= ::malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  operator delete(memory);
}
