#include "wgaudit/identity/evidence.hpp"

#include <array>

#include "wgaudit/base/names.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 10> evidence_names = {
    "order",   "count",    "last_rows",   "handshake", "keys_zeroed",
    "traffic", "endpoint", "no_endpoint", "lifetime",  "restored"};

}  // namespace

std::string_view to_text(Evidence evidence) {
  return evidence_names[static_cast<std::size_t>(evidence)];
}

std::optional<Evidence> parse_evidence(std::string_view text) {
  return find_name<Evidence>(evidence_names, text);
}

std::vector<Evidence> EvidenceSet::list() const {
  std::vector<Evidence> all;
  for (std::size_t i = 0; i < evidence_names.size(); ++i) {
    if (contains(static_cast<Evidence>(i))) all.push_back(static_cast<Evidence>(i));
  }
  return all;
}

}  // namespace wgaudit
