#include "netlink.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace {

template <typename Value>
void append(Bytes& bytes, const Value& value) {
  const auto* const first = reinterpret_cast<const std::uint8_t*>(&value);
  bytes.insert(bytes.end(), first, first + sizeof value);
}

void pad(Bytes& bytes) {
  bytes.resize(NLMSG_ALIGN(bytes.size()));
}

}  // namespace

std::vector<AttributeView> attributes_of(std::span<const std::uint8_t> data) {
  std::vector<AttributeView> attributes;
  while (data.size() >= sizeof(nlattr)) {
    const auto header = value_of<nlattr>(data);
    if (header.nla_len < sizeof(nlattr) || header.nla_len > data.size()) break;
    attributes.push_back({static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
                          data.subspan(sizeof(nlattr), header.nla_len - sizeof(nlattr))});
    data = data.subspan(std::min<std::size_t>(NLA_ALIGN(header.nla_len), data.size()));
  }
  return attributes;
}

std::span<const std::uint8_t> find(const std::vector<AttributeView>& attributes, int type) {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const auto& attribute) { return attribute.type == type; });
  return found == attributes.end() ? std::span<const std::uint8_t>{} : found->data;
}

Netlink::Netlink(int protocol) : socket_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)) {
  if (socket_ < 0) throw std::runtime_error("no netlink socket");
}

Netlink::~Netlink() {
  close(socket_);
}

bool Netlink::dump(std::uint16_t type, std::span<const std::uint8_t> header, int attribute,
                   std::span<const std::uint8_t> value,
                   const std::function<void(std::span<const std::uint8_t>)>& take) {
  Bytes message;
  append(message, nlmsghdr{0, type, NLM_F_REQUEST | NLM_F_DUMP, ++sequence_, 0});
  message.insert(message.end(), header.begin(), header.end());
  pad(message);
  if (!value.empty()) {
    append(message, nlattr{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()),
                           static_cast<std::uint16_t>(attribute)});
    message.insert(message.end(), value.begin(), value.end());
    pad(message);
  }
  const auto size = static_cast<std::uint32_t>(message.size());
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&size), sizeof size, message.begin());
  if (send(socket_, message.data(), message.size(), 0) < 0) return false;
  return receive(take);
}

bool Netlink::receive(const std::function<void(std::span<const std::uint8_t>)>& take) {
  std::array<std::uint8_t, 65536> buffer;
  bool is_of_one_moment = true;
  while (true) {
    const ssize_t size = recv(socket_, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    std::span<const std::uint8_t> rest(buffer.data(), static_cast<std::size_t>(size));
    while (rest.size() >= sizeof(nlmsghdr)) {
      const auto header = value_of<nlmsghdr>(rest);
      if (header.nlmsg_len < sizeof(nlmsghdr) || header.nlmsg_len > rest.size()) return false;
      if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) is_of_one_moment = false;
      if (header.nlmsg_type == NLMSG_ERROR) return false;
      if (header.nlmsg_type == NLMSG_DONE) return is_of_one_moment;
      take(rest.subspan(NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN));
      rest = rest.subspan(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), rest.size()));
    }
  }
}
