#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace wgaudit {

/// The kernel's number of a peer object (`internal_id`, drivers/net/wireguard/peer.c): one counter
/// for all interfaces and namespaces, from 1 at module load, never reused. No dump shows it.
enum class PeerId : std::uint64_t {};

/// The kernel's number of a keypair (`internal_id`, noise.c); a counter of its own.
enum class KeypairId : std::uint64_t {};

/// Name of a network interface: 1 to 15 bytes without `/`, `:` or white space, not `.` or `..`
/// (dev_valid_name, net/core/dev.c). Any other byte is legal.
class InterfaceName {
 public:
  InterfaceName() = default;

  std::string_view view() const { return {bytes_.data(), size_}; }
  bool empty() const { return size_ == 0; }

  friend auto operator<=>(const InterfaceName&, const InterfaceName&) = default;
  friend std::optional<InterfaceName> parse_interface_name(std::string_view text);

 private:
  std::array<char, 15> bytes_{};
  std::uint8_t size_ = 0;
};

std::optional<InterfaceName> parse_interface_name(std::string_view text);

}  // namespace wgaudit

template <>
struct std::hash<wgaudit::InterfaceName> {
  std::size_t operator()(const wgaudit::InterfaceName& name) const noexcept {
    return std::hash<std::string_view>{}(name.view());
  }
};
