#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "wgaudit/identity/dump_queue.hpp"
#include "wgaudit/identity/interface_life.hpp"

namespace wgaudit {

/// Takes what a dump shows of a row.
void note_row(FirstRow& first, const DumpRow& row, const DumpSpan& dump);

/// RowByEndpoint has one row that shows each endpoint; rows that share one are marked so.
using RowByEndpoint = std::unordered_map<std::size_t, std::uint32_t>;

RowByEndpoint rows_by_endpoint(FirstRows& first_rows);

/// Finds the row that alone has shown the endpoint that the peer's lines showed on both sides of a
/// dump: since before the first of these lines, or in a dump after the last, too. To mislead, a
/// peer would have to move there and back, unseen, between lines and dumps, twice.
std::optional<std::uint32_t> row_of_endpoint(const FirstRows& first_rows, const KernelPeer& peer,
                                             const RowByEndpoint& by_endpoint,
                                             const DumpSpan& dump);

/// Returns what speaks against `peer` being the row; nothing: it can be.
std::optional<Evidence> refusal(const KernelPeer& peer, const FirstRow& row, const DumpSpan& dump);

}  // namespace wgaudit
