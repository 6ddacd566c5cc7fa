#pragma once

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace wgaudit {

/// Bytes that may hold keys. There is one copy of them at any time: memory that is given up, by
/// growth, assignment or destruction, is overwritten first.
class WipedBuffer {
 public:
  WipedBuffer() = default;
  WipedBuffer(WipedBuffer&& other) noexcept { swap(other); }
  WipedBuffer& operator=(WipedBuffer&& other) noexcept {
    WipedBuffer(std::move(other)).swap(*this);
    return *this;
  }
  ~WipedBuffer() {
    if (bytes_) explicit_bzero(bytes_.get(), capacity_);
  }

  std::string_view view() const { return {bytes_.get(), size_}; }
  std::size_t size() const { return size_; }

  /// The space after the bytes held, never empty; `commit` says how much of it was filled.
  std::span<char> room() {
    if (size_ == capacity_) grow();
    return {bytes_.get() + size_, capacity_ - size_};
  }
  void commit(std::size_t count) { size_ += count; }

 private:
  void grow() {
    WipedBuffer larger;
    larger.capacity_ = std::max<std::size_t>(2 * capacity_, 16384);
    larger.bytes_ = std::make_unique<char[]>(larger.capacity_);
    larger.size_ = size_;
    std::copy_n(bytes_.get(), size_, larger.bytes_.get());
    swap(larger);
  }

  void swap(WipedBuffer& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(capacity_, other.capacity_);
    std::swap(size_, other.size_);
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace wgaudit
