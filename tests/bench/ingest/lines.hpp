#pragma once

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace wgaudit {

/// Datagrams as rsyslog forwards them from a gateway whose peers shake hands and keep alive, with
/// any share of firewall lines between them. Each gets a printk stamp of its own.
class Lines {
 public:
  Lines(unsigned peers, unsigned firewall_percent) {
    const std::size_t width =
        std::max<std::size_t>(5, fmt::format("{}", uptime() / 1'000'000).size());
    stamp_at_ = head_.size();
    stamp_width_ = width + 7;
    for (unsigned i = 0; lines_.size() < 8192; ++i) {
      const bool firewall =
          i * firewall_percent % 100 + firewall_percent >= 100 && firewall_percent;
      lines_.push_back(fmt::format("{}{:{}}] {}", head_, "", stamp_width_,
                                   firewall ? firewall_text(i) : wireguard_text(i, peers)));
      if (firewall) lines_.back()[1] = '4';
    }
  }

  /// The next, stamped now.
  const std::string& next() {
    std::string& line = lines_[next_++ % lines_.size()];
    stamp_ = std::max(stamp_ + 1, now_);
    std::uint64_t rest = stamp_;
    for (std::size_t i = stamp_width_; i-- > 0;) {
      const bool point = i == stamp_width_ - 7;
      const bool blank = rest == 0 && i < stamp_width_ - 8;
      line[stamp_at_ + i] = point ? '.' : blank ? ' ' : static_cast<char>('0' + rest % 10);
      if (!point) rest /= 10;
    }
    return line;
  }

  /// To be called now and then: no line may be stamped later than it is sent.
  void read_clock() { now_ = uptime() - 1000; }

 private:
  static std::uint64_t uptime() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1000;
  }

  static std::string wireguard_text(unsigned i, unsigned peers) {
    static constexpr std::array<const char*, 4> about_peers = {
        "Receiving handshake initiation from peer", "Sending handshake response to peer",
        "Receiving keepalive packet from peer", "Sending keepalive packet to peer"};
    const unsigned peer = i / 6 % peers;
    const unsigned step = i % 6;
    if (step >= about_peers.size()) {
      return fmt::format("wireguard: wg0: Keypair {} {} for peer {}", 100 + i,
                         step == 4 ? "created" : "destroyed", peer + 1);
    }
    return fmt::format("wireguard: wg0: {} {} (203.0.{}.{}:{})", about_peers[step], peer + 1,
                       peer / 250, peer % 250, 40000 + peer % 20000);
  }

  static std::string firewall_text(unsigned i) {
    return fmt::format(
        "[UFW BLOCK] IN=eth0 OUT= MAC=02:42:ac:11:00:02:02:42:1b:7f:00:01:08:00 "
        "SRC=198.51.100.{} DST=203.0.113.1 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID={} "
        "DF PROTO=TCP SPT={} DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0",
        i % 256, i, 1024 + i);
  }

  std::string head_ = "<7>Nov 21 07:00:00 gw kernel: [";
  std::vector<std::string> lines_;
  std::size_t next_ = 0;
  std::size_t stamp_at_ = 0;
  std::size_t stamp_width_ = 0;
  std::uint64_t now_ = 0;
  std::uint64_t stamp_ = 0;
};

}  // namespace wgaudit
