#include "audit/identity_records.hpp"

#include <fmt/format.h>

#include "wgaudit/base/text.hpp"

namespace wgaudit {

void describe(const Settlement& settlement, std::string_view peer_name, std::string_view peer_label,
              Record& record) {
  record.interface = settlement.interface;
  auto& body = record.body.emplace<IdentifiedBody>();
  PeerFacts& peer = body.peer;
  peer.id = settlement.id;
  peer.public_key = settlement.public_key;
  peer.name = peer_name;
  peer.identity = IdentityState::proven;
  peer.evidence = settlement.evidence;
  body.events = settlement.events;
  std::string evidence;
  for (const Evidence one : settlement.evidence) {
    evidence += fmt::format("{}{}", evidence.empty() ? "" : ", ", to_text(one));
  }
  record.message =
      fmt::format("{} peer {} is {} ({})", to_printable(settlement.interface.view()),
                  static_cast<std::uint64_t>(settlement.id), to_printable(peer_label), evidence);
}

void describe(const Contradiction& contradiction, Record& record) {
  record.interface = contradiction.interface;
  record.reason = to_text(contradiction.cause);
  record.body = ContradictionFacts{contradiction.cause, contradiction.ids};
  record.message = fmt::format("{} identity contradicted ({}): {} proofs dropped",
                               to_printable(contradiction.interface.view()), record.reason,
                               contradiction.ids.size());
}

}  // namespace wgaudit
