#include <fmt/format.h>

#include <utility>

#include "wgaudit/audit/auditor.hpp"
#include "wgaudit/base/saturating.hpp"
#include "wgaudit/record/words.hpp"

namespace wgaudit {
namespace {

// More than can come until Linux has written what waits in memory, some 40 seconds
// (vm.dirty_expire, vm.dirty_writeback, ext4's commit): a processor takes well below a million a
// second.
constexpr std::uint64_t most_unsynced_events = 1U << 26U;

}  // namespace

void Auditor::fold_loss(const std::optional<NamedLoss>& loss) {
  if (loss) losses_.add(loss->reason, loss->loss);
}

void Auditor::fold_unprinted(const std::vector<Loss>& handshakes) {
  for (const Loss& handshake : handshakes)
    losses_.add(LossReason::handshake_not_printed, handshake);
}

void Auditor::fold_unseen(const std::vector<UnseenPeers>& unseen) {
  for (const UnseenPeers& peers : unseen) {
    const auto first = static_cast<std::uint64_t>(peers.first);
    const auto last = static_cast<std::uint64_t>(peers.last);
    const Loss loss{last - first + 1, peers.from, peers.to,
                    fmt::format("Peer {} to {} created", first, last)};
    losses_.add(LossReason::lines_missing, loss);
  }
}

void Auditor::on_loss(LossReason reason, Loss loss, Instant now, Records& records) {
  Record& record = add_record(Action::evidence_lost, now.utc, now, records);
  record.reason = to_text(reason);
  LossCount& count = counters_.losses[record.reason];
  ++count.records;
  count.lost = saturating_sum(count.lost, loss.count.value_or(0));
  record.message = words_for(record.reason, loss);
  record.body = std::move(loss);
}

/// How many were lost cannot be known. Records of the journal may name their numbers, which are
/// therefore not given out again; events between those that were found and such a record are lost
/// as well.
void Auditor::skip_lost_events(Instant now, Records& records) {
  const std::uint64_t first = last_event_found_ + 1;
  events_sequence_ += most_unsynced_events;
  const auto last = last_recorded_[static_cast<std::size_t>(Stream::events)];
  on_loss(LossReason::events_unsynced,
          {{}, last, now.utc, {}, {}, MissingNumbers{Stream::events, first, events_sequence_}}, now,
          records);
}

void Auditor::record_losses(const std::vector<NamedLoss>& losses, Instant now, Records& records) {
  for (const auto& [reason, loss] : losses) {
    on_loss(reason, loss, now, records);
    records.back().timestamp = loss.to.value_or(now.utc);
  }
}

void Auditor::on_refused(std::string_view reason, std::uint64_t count) {
  if (count == 0) return;
  counters_.received += count;
  counters_.rejected[reason] += count;
}

void Auditor::on_forgery(Forgery forgery, Instant now, Records& records) {
  Record& record = add_record(Action::forged_input, forgery.facts.first, now, records);
  record.reason = forgery.reason;
  record.message = words_for(forgery);
  auto& body = record.body.emplace<ForgeryBody>();
  if (!forgery.source.is_none()) body.endpoint = forgery.source;
  body.facts = std::move(forgery.facts);
}

void Auditor::record_rejections(Instant now, Records& records) {
  Loss loss{0, std::exchange(rejections_recorded_, now.utc), now.utc, {}};
  for (const auto& [reason, count] : counters_.rejected) {
    const std::uint64_t more = count - std::exchange(recorded_rejections_[reason], count);
    if (more == 0) continue;
    *loss.count += more;
    loss.detail += fmt::format("{}{} {}", loss.detail.empty() ? "" : ", ", reason, more);
  }
  if (*loss.count != 0) on_loss(LossReason::datagrams_rejected, std::move(loss), now, records);
}

}  // namespace wgaudit
