#include "wgaudit/integrity/seal.hpp"

#include <openssl/evp.h>

#include <memory>

#include "wgaudit/base/hex.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/integrity/chain.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view seal_begin = R"(,"seal":{"epoch":)";
constexpr std::string_view events_begin = R"(,"events":[)";
constexpr std::string_view segment_begin = R"({"first":)";
constexpr std::string_view signature_begin = R"(,"signature":")";

void append_member(std::string_view begin, std::span<const std::uint8_t> bytes, std::string& text) {
  text += begin;
  append_hex(bytes, text);
  text += '"';
}

void append_events(const std::vector<SegmentDigest>& events, std::string& text) {
  text += events_begin;
  for (const SegmentDigest& segment : events) {
    if (text.back() == '}') text += ',';
    text += segment_begin;
    append_number(segment.first_sequence, text);
    append_member(R"(,"sha256":")", segment.digest, text);
    text += '}';
  }
  text += ']';
}

/// Takes a member that append_member wrote.
bool take_member(std::string_view& text, std::string_view begin, std::span<std::uint8_t> bytes) {
  if (!take_prefix(text, begin) || !parse_hex(text.substr(0, 2 * bytes.size()), bytes))
    return false;
  text.remove_prefix(2 * bytes.size());
  return take_prefix(text, "\"");
}

bool take_events(std::string_view& text, std::vector<SegmentDigest>& events) {
  if (!take_prefix(text, events_begin)) return false;
  while (!take_prefix(text, "]")) {
    if (!events.empty() && !take_prefix(text, ",")) return false;
    if (!take_prefix(text, segment_begin)) return false;
    const std::string_view number = text.substr(0, text.find(','));
    text.remove_prefix(number.size());
    SegmentDigest& segment = events.emplace_back();
    const auto first = parse_number<std::uint64_t>(number);
    if (!first || !take_member(text, R"(,"sha256":")", segment.digest) || !take_prefix(text, "}")) {
      return false;
    }
    segment.first_sequence = *first;
  }
  return true;
}

}  // namespace

std::string text_to_sign(std::string_view object, const Seal& seal) {
  std::string text(object.substr(0, object.size() - 1));
  text += seal_begin;
  append_number(seal.epoch, text);
  append_member(R"(,"head":")", seal.head, text);
  append_events(seal.events, text);
  append_member(R"(,"key":")", seal.key, text);
  append_member(R"(,"next_key":")", seal.next_key, text);
  return text;
}

std::string sealed_object(std::string_view signed_text, const Signature& signature) {
  std::string object(signed_text);
  append_member(signature_begin, signature, object);
  return object += "}}";
}

std::optional<SealedLine> seal_of(std::string_view line) {
  const std::string_view object = without_link(line);
  const auto begin = object.rfind(seal_begin);
  if (begin == std::string_view::npos) return std::nullopt;
  std::string_view rest = object.substr(begin + seal_begin.size());
  const std::string_view number = rest.substr(0, rest.find(','));
  const auto epoch = parse_number<std::uint64_t>(number);
  if (!epoch) return std::nullopt;
  rest.remove_prefix(number.size());
  SealedLine sealed;
  sealed.seal.epoch = *epoch;
  if (!take_member(rest, R"(,"head":")", sealed.seal.head) ||
      !take_events(rest, sealed.seal.events) ||
      !take_member(rest, R"(,"key":")", sealed.seal.key) ||
      !take_member(rest, R"(,"next_key":")", sealed.seal.next_key)) {
    return std::nullopt;
  }
  sealed.signed_text = object.substr(0, object.size() - rest.size());
  if (!take_member(rest, signature_begin, sealed.signature) || rest != "}") return std::nullopt;
  return sealed;
}

bool is_signed(const SealedLine& line) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, line.seal.key.data(),
                                  line.seal.key.size()),
      EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  if (!key || !context) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) return false;
  const auto* const text = reinterpret_cast<const unsigned char*>(line.signed_text.data());
  return EVP_DigestVerify(context.get(), line.signature.data(), line.signature.size(), text,
                          line.signed_text.size()) == 1;
}

}  // namespace wgaudit
