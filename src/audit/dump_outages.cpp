#include "wgaudit/audit/dump_outages.hpp"

#include <algorithm>
#include <utility>

namespace wgaudit {

DumpOutages::Losses DumpOutages::on_failure(DumpFailureKind kind, std::string_view detail,
                                            UtcTime now) {
  if (failures_) {
    ++failures_->count;
    return {};
  }
  failures_ = Failures{kind, 1, last_dump_.value_or(now)};
  return {{loss_reason_of(kind), {{}, failures_->since, {}, std::string(detail)}}};
}

DumpOutages::Losses DumpOutages::on_dump(std::span<const InterfaceName> unreadable, UtcTime now) {
  Losses losses;
  end_failures(now, losses);
  begin_unreadable(unreadable, now, losses);
  end_unreadable(unreadable, now, losses);
  last_dump_ = now;
  return losses;
}

DumpOutages::Losses DumpOutages::on_end(UtcTime now) {
  Losses losses;
  end_failures(now, losses);
  return losses;
}

void DumpOutages::end_failures(UtcTime now, Losses& losses) {
  if (!failures_) return;
  const Failures failures = *std::exchange(failures_, std::nullopt);
  losses.push_back({LossReason::dump_outage,
                    {failures.count, failures.since, now, std::string(to_text(failures.kind))}});
}

void DumpOutages::begin_unreadable(std::span<const InterfaceName> unreadable, UtcTime now,
                                   Losses& losses) {
  const UtcTime since = last_dump_.value_or(now);
  for (const InterfaceName& name : unreadable) {
    if (!unreadable_.emplace(name, since).second) continue;
    losses.push_back({LossReason::interface_unreadable, {{}, since, {}, std::string(name.view())}});
  }
}

void DumpOutages::end_unreadable(std::span<const InterfaceName> unreadable, UtcTime now,
                                 Losses& losses) {
  std::erase_if(unreadable_, [&](const auto& entry) {
    const auto& [name, since] = entry;
    if (std::find(unreadable.begin(), unreadable.end(), name) != unreadable.end()) return false;
    losses.push_back({LossReason::interface_outage, {{}, since, now, std::string(name.view())}});
    return true;
  });
}

}  // namespace wgaudit
