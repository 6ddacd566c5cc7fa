#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace wgaudit {

/// A PeerId is the kernel's number of a peer object (`internal_id`, drivers/net/wireguard/peer.c):
/// one counter for all interfaces and namespaces, from 1 at module load, never reused. No dump
/// shows it.
enum class PeerId : std::uint64_t {};

/// A KeypairId is the kernel's number of a keypair (`internal_id`, noise.c). Keypairs have a
/// counter of their own.
enum class KeypairId : std::uint64_t {};

/// An InterfaceName is the name of a network interface: 1 to 15 bytes without `/`, `:` or white
/// space, not `.` or `..` (dev_valid_name, net/core/dev.c). Any other byte is legal.
class InterfaceName {
 public:
  /// The empty name, which no interface has.
  InterfaceName() = default;

  std::string_view view() const { return {bytes_.data(), size_}; }
  bool empty() const { return size_ == 0; }

  friend auto operator<=>(const InterfaceName&, const InterfaceName&) = default;
  friend std::optional<InterfaceName> parse_interface_name(std::string_view text);

 private:
  std::array<char, 15> bytes_{};
  std::uint8_t size_ = 0;
};

/// Takes a name that the kernel allows; nothing for any other text.
std::optional<InterfaceName> parse_interface_name(std::string_view text);

}  // namespace wgaudit

template <>
struct std::hash<wgaudit::InterfaceName> {
  std::size_t operator()(const wgaudit::InterfaceName& name) const noexcept {
    return std::hash<std::string_view>{}(name.view());
  }
};
