#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace wgaudit {

/// Evidence is what an identity rests on. The names are written to the journal; never rename one.
enum class Evidence : std::uint8_t {
  order,        ///< Ids and rows ascend alike, and the neighbours leave one place.
  count,        ///< As many live ids as rows, in a log from the interface's creation on.
  last_rows,    ///< The id was created since the log began: it has one of the last rows.
  handshake,    ///< A response was received when only these rows can have had a handshake.
  keys_zeroed,  ///< The kernel made no keys for nine minutes when the row had a handshake.
  traffic,      ///< The kernel received from the peer while the row's counter stood.
  endpoint,     ///< One endpoint in the lines before and after a dump, and in the dump.
  no_endpoint,  ///< The kernel knows an endpoint, or knows none, and the row says otherwise.
  lifetime,     ///< The row went when the peer was destroyed, or stayed while it lived.
  restored,     ///< Proven before a restart, and not contradicted since.
};

std::string_view to_text(Evidence evidence);
std::optional<Evidence> parse_evidence(std::string_view text);

/// EvidenceSet is a set of Evidence, as bits: there is one for every peer.
class EvidenceSet {
 public:
  EvidenceSet() = default;
  EvidenceSet(std::initializer_list<Evidence> all) {
    for (const Evidence one : all) insert(one);
  }

  void insert(Evidence one) {
    bits_ = static_cast<std::uint16_t>(bits_ | (1U << static_cast<unsigned>(one)));
  }
  void insert(EvidenceSet others) { bits_ = static_cast<std::uint16_t>(bits_ | others.bits_); }
  bool contains(Evidence one) const { return (bits_ >> static_cast<unsigned>(one) & 1U) != 0; }
  /// Returns the evidence in the order of the enumeration.
  std::vector<Evidence> list() const;

  friend bool operator==(const EvidenceSet&, const EvidenceSet&) = default;

 private:
  std::uint16_t bits_ = 0;
};

}  // namespace wgaudit
