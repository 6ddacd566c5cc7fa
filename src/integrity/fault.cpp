#include "wgaudit/integrity/fault.hpp"

#include <fmt/format.h>

#include <utility>

namespace wgaudit {
namespace {

constexpr std::string_view kinds[] = {
    "edited", "inserted", "removed", "reordered", "segment missing", "cut off",
};

}  // namespace

std::string_view to_text(FaultKind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

Fault fault_at(const Fault& at, FaultKind kind, std::string what) {
  Fault fault = at;
  fault.kind = kind;
  fault.what = std::move(what);
  return fault;
}

std::string message_for(const Fault& fault) {
  const std::string record = fault.sequence ? fmt::format("record {}: ", *fault.sequence) : "";
  return fmt::format("{}:{}: {}{}: {}", fault.segment, fault.line, record, to_text(fault.kind),
                     fault.what);
}

}  // namespace wgaudit
