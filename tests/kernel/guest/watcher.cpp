// The independent witness: asks the kernel by netlink, every 20 ms, what WireGuard interfaces and
// peers there are, and writes a line whenever something differs; and copies /dev/kmsg.
//
//   watcher ROWS KMSG
//
// ROWS: {"t":µs,"interface","key","handshake":ns since 1970,"endpoint","allowed_ips":n,"keepalive",
// "rx","tx","place"} for a peer that is new or differs, the same with "gone":true and the last that
// was known for one that left; {"t","interface"} and {…,"gone":true} for an interface. KMSG:
// {"t":µs,"raw"}.

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <linux/wireguard.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "netlink.hpp"

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds poll_time{20};

std::int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<microseconds>(now).count();
}

struct Peer {
  std::int64_t handshake = 0;
  std::string endpoint;
  std::size_t allowed_ips = 0;
  std::uint16_t keepalive = 0;
  std::uint64_t rx = 0;
  std::uint64_t tx = 0;
  std::size_t place = 0;

  friend bool operator==(const Peer&, const Peer&) = default;
};

using Peers = std::map<std::string, Peer>;
using Interfaces = std::map<std::string, Peers>;

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = i; k < i + 3; ++k) group = group << 8 | (k < bytes.size() ? bytes[k] : 0);
    for (int shift = 18; shift >= 0; shift -= 6) text += digits[group >> shift & 63];
  }
  for (std::size_t i = bytes.size(); i % 3 != 0; ++i)
    text[text.size() - (i % 3 == 1 ? 2 : 1)] = '=';
  return text;
}

std::string endpoint_text(std::span<const std::uint8_t> address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (value_of<sa_family_t>(address) == AF_INET) {
    const auto v4 = value_of<sockaddr_in>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return text.data() + (":" + std::to_string(ntohs(v4.sin_port)));
  }
  if (value_of<sa_family_t>(address) != AF_INET6) return "";
  const auto v6 = value_of<sockaddr_in6>(address);
  inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  return "[" + std::string(text.data()) + "]:" + std::to_string(ntohs(v6.sin6_port));
}

void read_peer(std::span<const std::uint8_t> data, Peers& peers) {
  const auto fields = attributes_of(data);
  const std::string key = base64(find(fields, WGPEER_A_PUBLIC_KEY));
  const bool goes_on = peers.contains(key);  // its allowed IPs fill more than one message
  Peer& peer = peers[key];
  peer.allowed_ips += attributes_of(find(fields, WGPEER_A_ALLOWEDIPS)).size();
  if (goes_on) return;
  const auto handshake =
      value_of<std::array<std::int64_t, 2>>(find(fields, WGPEER_A_LAST_HANDSHAKE_TIME));
  peer.handshake = handshake[0] * 1'000'000'000 + handshake[1];
  peer.endpoint = endpoint_text(find(fields, WGPEER_A_ENDPOINT));
  peer.keepalive = value_of<std::uint16_t>(find(fields, WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL));
  peer.rx = value_of<std::uint64_t>(find(fields, WGPEER_A_RX_BYTES));
  peer.tx = value_of<std::uint64_t>(find(fields, WGPEER_A_TX_BYTES));
  peer.place = peers.size() - 1;
}

template <typename Value>
std::span<const std::uint8_t> bytes_of(const Value& value) {
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof value};
}

class Kernel {
 public:
  /// Nothing where something changed while it was asked.
  std::optional<Interfaces> read() {
    std::map<std::uint32_t, std::string> names;
    const ifinfomsg header{};
    const bool listed = routes_.dump(RTM_GETLINK, bytes_of(header), 0, {}, [&](auto message) {
      const auto link = value_of<ifinfomsg>(message);
      const auto fields = attributes_of(message.subspan(NLMSG_ALIGN(sizeof link)));
      const auto kind = find(attributes_of(find(fields, IFLA_LINKINFO)), IFLA_INFO_KIND);
      const auto name = find(fields, IFLA_IFNAME);
      if (kind.size() < 9 || std::memcmp(kind.data(), "wireguard", 9) != 0) return;
      names[static_cast<std::uint32_t>(link.ifi_index)] =
          reinterpret_cast<const char*>(name.data());
    });
    if (!listed) return std::nullopt;
    Interfaces interfaces;
    for (const auto& [index, name] : names) {
      if (!read_interface(index, interfaces[name])) return std::nullopt;
    }
    return interfaces;
  }

 private:
  bool read_interface(std::uint32_t index, Peers& peers) {
    if (family_ == 0) family_ = find_family();
    const genlmsghdr header{WG_CMD_GET_DEVICE, WG_GENL_VERSION, 0};
    const bool good = generic_.dump(
        family_, bytes_of(header), WGDEVICE_A_IFINDEX, bytes_of(index), [&](auto message) {
          const auto fields = attributes_of(message.subspan(GENL_HDRLEN));
          for (const auto& peer : attributes_of(find(fields, WGDEVICE_A_PEERS))) {
            read_peer(peer.data, peers);
          }
        });
    if (!good) family_ = 0;  // the module may have been loaded anew
    return good;
  }

  std::uint16_t find_family() {
    std::uint16_t family = 0;
    const genlmsghdr header{CTRL_CMD_GETFAMILY, 1, 0};
    generic_.dump(GENL_ID_CTRL, bytes_of(header), 0, {}, [&](auto message) {
      const auto fields = attributes_of(message.subspan(GENL_HDRLEN));
      const auto name = find(fields, CTRL_ATTR_FAMILY_NAME);
      if (name.size() < 10 || std::memcmp(name.data(), WG_GENL_NAME, 10) != 0) return;
      family = value_of<std::uint16_t>(find(fields, CTRL_ATTR_FAMILY_ID));
    });
    return family;
  }

  Netlink routes_{NETLINK_ROUTE};
  Netlink generic_{NETLINK_GENERIC};
  std::uint16_t family_ = 0;
};

class Rows {
 public:
  explicit Rows(const char* path) : file_(path) {}

  void take(Interfaces interfaces, std::int64_t time) {
    for (const auto& [name, peers] : known_) {
      const auto now = interfaces.find(name);
      for (const auto& [key, peer] : peers) {
        if (now == interfaces.end() || !now->second.contains(key)) {
          write_peer(time, name, key, peer, true);
        }
      }
      if (now == interfaces.end()) write(Json{{"t", time}, {"interface", name}, {"gone", true}});
    }
    for (const auto& [name, peers] : interfaces) {
      const auto before = known_.find(name);
      if (before == known_.end()) write(Json{{"t", time}, {"interface", name}});
      for (const auto& [key, peer] : peers) {
        const bool is_known = before != known_.end() && before->second.contains(key);
        if (!is_known || peer != before->second.at(key)) {
          write_peer(time, name, key, peer, false);
        }
      }
    }
    known_ = std::move(interfaces);
  }

 private:
  void write_peer(std::int64_t time, const std::string& interface, const std::string& key,
                  const Peer& peer, bool gone) {
    Json line{{"t", time},
              {"interface", interface},
              {"key", key},
              {"handshake", peer.handshake},
              {"endpoint", peer.endpoint},
              {"allowed_ips", peer.allowed_ips},
              {"keepalive", peer.keepalive},
              {"rx", peer.rx},
              {"tx", peer.tx},
              {"place", peer.place}};
    if (gone) line["gone"] = true;
    write(line);
  }

  void write(const Json& line) { file_ << line.dump() << std::endl; }

  std::ofstream file_;
  Interfaces known_;
};

/// Each read is one record; EPIPE says that the ring was faster.
void copy_kernel_log(int kmsg, std::ofstream& file) {
  std::array<char, 8192> buffer;
  while (true) {
    const ssize_t size = read(kmsg, buffer.data(), buffer.size());
    if (size < 0 && errno != EPIPE) return;
    const std::string raw = size < 0 ? "lost" : std::string(buffer.data(), std::size_t(size));
    const Json line{{"t", now_us()}, {"raw", raw}};
    file << line.dump(-1, ' ', true, Json::error_handler_t::replace) << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  Kernel kernel;
  Rows rows(argv[1]);
  std::ofstream log(argv[2]);
  pollfd kmsg{open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC), POLLIN, 0};
  auto next = std::chrono::steady_clock::now();
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(next - std::chrono::steady_clock::now());
    if (poll(&kmsg, 1, std::max(0, static_cast<int>(left.count()))) > 0)
      copy_kernel_log(kmsg.fd, log);
    if (std::chrono::steady_clock::now() < next) continue;
    const std::int64_t time = now_us();
    if (auto interfaces = kernel.read()) rows.take(*std::move(interfaces), time);
    next = std::chrono::steady_clock::now() + poll_time;
  }
}
