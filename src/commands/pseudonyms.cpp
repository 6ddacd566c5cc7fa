#include "commands/pseudonyms.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t shortest_key = 16;
constexpr std::string_view of_ipv4 = "0123456789.";
constexpr std::string_view of_addresses = "0123456789.:abcdefABCDEF";

bool is_of(std::string_view characters, char c) {
  return characters.find(c) != std::string_view::npos;
}

/// How many bytes at the front of `text` are an address, as many as can be.
std::size_t address_at(std::string_view text, std::string_view characters) {
  const auto end = std::min(text.find_first_not_of(characters), text.size());
  for (std::size_t size = std::min<std::size_t>(end, 45); size >= 2; --size) {
    if (parse_ip_address(text.substr(0, size))) return size;
  }
  return 0;
}

}  // namespace

Pseudonyms::Pseudonyms(WipedBuffer key) : key_(std::move(key)) {
  if (key_.size() >= shortest_key) return;
  throw SetupError(
      "--pseudonyms: the key is shorter than 16 bytes; make one with "
      "'head -c 32 /dev/urandom'",
      EX_DATAERR);
}

IpAddress Pseudonyms::of(const IpAddress& address) const {
  const std::size_t size = address.family == AddressFamily::ipv4 ? 4 : address.bytes.size();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  if (HMAC(EVP_sha256(), key_.view().data(), static_cast<int>(key_.size()), address.bytes.data(),
           size, digest.data(), nullptr) == nullptr) {
    throw std::runtime_error("HMAC-SHA256 is not to be had from OpenSSL");
  }
  IpAddress pseudonym{AddressFamily::ipv6, {0xfd}};
  std::copy_n(digest.begin(), pseudonym.bytes.size() - 1, pseudonym.bytes.begin() + 1);
  return pseudonym;
}

std::string Pseudonyms::replace_in(std::string_view text) const {
  std::string replaced;
  char before = '\0';
  while (!text.empty()) {
    // An IPv4 address may follow a letter; an IPv6 address is known from words by the character
    // before it.
    std::size_t size = is_of(of_addresses, before) ? 0 : address_at(text, of_addresses);
    if (size == 0 && !is_of(of_ipv4, before)) size = address_at(text, of_ipv4);
    if (size == 0) {
      before = text.front();
      replaced += before;
      text.remove_prefix(1);
    } else {
      append_text(of(*parse_ip_address(text.substr(0, size))), replaced);
      before = '\0';
      text.remove_prefix(size);
    }
  }
  return replaced;
}

}  // namespace wgaudit
