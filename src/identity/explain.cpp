#include <fmt/format.h>

#include "wgaudit/identity/registry.hpp"

namespace wgaudit {
namespace {

double in_seconds(Stamp stamp) {
  return static_cast<double>(stamp.count()) / 1e6;
}

std::string lifetime(const KernelPeer& peer) {
  const std::string born = peer.is_born_in_log()
                               ? fmt::format("created at [{:.6f}]", in_seconds(peer.born))
                               : std::string("older than the log");
  if (peer.dead == never_yet) return born;
  return fmt::format("{}, destroyed at [{:.6f}]", born, in_seconds(peer.dead));
}

std::string conclusion(const KernelPeer& peer) {
  if (!peer.key) return "not proven";
  std::string evidence;
  for (const Evidence one : peer.proof.evidence.list()) {
    evidence += fmt::format("{}{}", evidence.empty() ? "" : ", ", to_text(one));
  }
  return fmt::format("is {}, proven by {}", to_text(*peer.key), evidence);
}

}  // namespace

std::vector<std::string> Registry::explain(PeerId id) const {
  const auto found = lives_.find(id);
  if (!found) return {};
  const auto& [life, peer] = *found;
  std::vector<std::string> lines = {fmt::format("peer {} of {} {}", static_cast<std::uint64_t>(id),
                                                life->name().view(), conclusion(*peer)),
                                    lifetime(*peer),
                                    life->extent == LogExtent::whole
                                        ? "the log of the interface is whole, from its creation"
                                        : "the interface may have peers older than the log"};
  if (peer->key && peer->proof.rows != 0) {
    lines.push_back(fmt::format("row {} of {} in the dump of {}, when {} ids were known to live",
                                peer->proof.row, peer->proof.rows, to_rfc3339(peer->proof.dump),
                                peer->proof.ids));
  }
  if (!peer->key && peer->has_places) {
    lines.push_back(
        fmt::format("{} of {} rows are left", peer->places.size(), life->first_rows.size()));
  }
  if (life->is_shared()) lines.push_back("another interface has or had the same name");
  if (peer->standing == Standing::foreign) {
    lines.push_back("the rows of dumps were those of others");
  }
  if (life->is_absent_from_dumps()) lines.push_back("dumps do not have the interface");
  return lines;
}

}  // namespace wgaudit
