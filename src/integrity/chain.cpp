#include "wgaudit/integrity/chain.hpp"

#include "wgaudit/base/hex.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view link_begin = R"(,"chain":")";
constexpr std::string_view link_end = R"("})";
constexpr std::size_t link_digits = 2 * sizeof(Hash);
constexpr std::size_t link_size = link_begin.size() + link_digits + link_end.size();

/// Hashes all the texts, one after the other.
template <typename... Texts>
Hash sha256(const Texts&... texts) {
  thread_local Sha256 hash;  // to make one takes longer than to hash a line
  (hash.add(texts), ...);
  return hash.finish();
}

void append_link(const Hash& link, std::string& text) {
  text += link_begin;
  append_hex(link, text);
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
  Hash link;
  const bool is_link =
      take_prefix(line, link_begin) && parse_hex(line.substr(0, link_digits), link);
  return is_link ? std::optional(link) : std::nullopt;
}

std::string_view without_link(std::string_view line) {
  return line.substr(0, link_of(line) ? line.size() - link_size : 0);
}

Hash expected_link(const Hash& before, std::string_view line) {
  const std::string_view object = without_link(line);
  return object.empty() ? sha256(before, line) : sha256(before, object, std::string_view("}"));
}

}  // namespace wgaudit
