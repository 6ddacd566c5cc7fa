#include "wgaudit/audit/dump_outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wgaudit {

DumpOutages::Losses DumpOutages::on_failure(std::string_view reason, std::string_view detail,
                                            UtcTime now) {
  if (failures_) {
    ++failures_->count;
    return {};
  }
  failures_ = Failures{std::string(reason), 1, last_dump_.value_or(now)};
  return {{fmt::format("dump_{}", reason), {{}, failures_->since, {}, std::string(detail)}}};
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
  losses.push_back({"dump_outage", {failures.count, failures.since, now, failures.reason}});
}

void DumpOutages::begin_unreadable(std::span<const InterfaceName> unreadable, UtcTime now,
                                   Losses& losses) {
  const UtcTime since = last_dump_.value_or(now);
  for (const InterfaceName& name : unreadable) {
    if (!unreadable_.emplace(name, since).second) continue;
    losses.push_back({"interface_unreadable", {{}, since, {}, std::string(name.view())}});
  }
}

void DumpOutages::end_unreadable(std::span<const InterfaceName> unreadable, UtcTime now,
                                 Losses& losses) {
  std::erase_if(unreadable_, [&](const auto& entry) {
    const auto& [name, since] = entry;
    if (std::find(unreadable.begin(), unreadable.end(), name) != unreadable.end()) return false;
    losses.push_back({"interface_outage", {{}, since, now, std::string(name.view())}});
    return true;
  });
}

}  // namespace wgaudit
