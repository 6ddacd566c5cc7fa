#include "wgaudit/audit/chain.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace wgaudit {
namespace {

constexpr std::string_view link_begin = R"(,"chain":")";
constexpr std::string_view link_end = R"("})";
constexpr std::size_t link_digits = 2 * sizeof(Hash);
constexpr std::size_t link_size = link_begin.size() + link_digits + link_end.size();

constexpr std::string_view hexadecimal = "0123456789abcdef";

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

void check(int result) {
  if (result != 1) throw std::runtime_error("SHA-256 is not to be had from OpenSSL");
}

/// Of all the texts, one behind the other.
template <typename... Texts>
Hash sha256(const Texts&... texts) {
  const Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  check(digest != nullptr && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1);
  (check(EVP_DigestUpdate(digest.get(), texts.data(), texts.size())), ...);
  Hash hash;
  check(EVP_DigestFinal_ex(digest.get(), hash.data(), nullptr));
  return hash;
}

/// The value of a hexadecimal digit, small letters only: a link has one spelling.
std::optional<unsigned> value_of(char digit) {
  const auto at = hexadecimal.find(digit);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(at);
}

void append_link(const Hash& link, std::string& text) {
  text += link_begin;
  for (const unsigned byte : link) {
    text += hexadecimal[byte >> 4U];
    text += hexadecimal[byte & 15U];
  }
  text += link_end;
}

}  // namespace

void Chain::append(std::string_view object, std::string& text) {
  head_ = sha256(head_, object);
  object.remove_suffix(1);
  text += object;
  append_link(head_, text);
}

std::optional<Hash> link_of(std::string_view line) {
  if (line.size() < link_size || !line.ends_with(link_end)) return std::nullopt;
  line.remove_prefix(line.size() - link_size);
  if (!line.starts_with(link_begin)) return std::nullopt;
  line.remove_prefix(link_begin.size());
  Hash link;
  for (std::uint8_t& byte : link) {
    const auto high = value_of(line[0]);
    const auto low = value_of(line[1]);
    if (!high || !low) return std::nullopt;
    byte = static_cast<std::uint8_t>(*high << 4U | *low);
    line.remove_prefix(2);
  }
  return link;
}

Hash expected_link(const Hash& before, std::string_view line) {
  if (!link_of(line)) return sha256(before, line);
  return sha256(before, line.substr(0, line.size() - link_size), std::string_view("}"));
}

}  // namespace wgaudit
