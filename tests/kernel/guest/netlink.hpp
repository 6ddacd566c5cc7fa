#pragma once

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

// As much of netlink as it takes to ask the kernel a question. It shares no code with wgaudit,
// which asks wg(8).

using Bytes = std::vector<std::uint8_t>;

/// An attribute of a message; it borrows from the message.
struct AttributeView {
  std::uint16_t type;
  std::span<const std::uint8_t> data;
};

std::vector<AttributeView> attributes_of(std::span<const std::uint8_t> data);

/// The first attribute of that type; empty where there is none.
std::span<const std::uint8_t> find(const std::vector<AttributeView>& attributes, int type);

/// Little-endian or whatever the machine is: as the kernel wrote it. 0 where it is not as long.
template <typename Value>
Value value_of(std::span<const std::uint8_t> data) {
  Value value{};
  if (data.size() >= sizeof value) {
    std::copy_n(data.begin(), sizeof value, reinterpret_cast<std::uint8_t*>(&value));
  }
  return value;
}

/// A socket of one netlink protocol.
class Netlink {
 public:
  explicit Netlink(int protocol);
  ~Netlink();
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;

  /// Asks for a dump; `header` is what stands before the attributes. Calls `take` with the payload
  /// of each answer. False where the kernel refused or the answer is not of one moment.
  bool dump(std::uint16_t type, std::span<const std::uint8_t> header, int attribute,
            std::span<const std::uint8_t> value,
            const std::function<void(std::span<const std::uint8_t>)>& take);

 private:
  bool receive(const std::function<void(std::span<const std::uint8_t>)>& take);

  int socket_;
  std::uint32_t sequence_ = 0;
};
