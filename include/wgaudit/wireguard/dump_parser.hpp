#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <unordered_set>
#include <vector>

#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

struct DumpFields;

/// A DumpParser reads the outputs of `wg show all dump` one after another. It keeps the text of the
/// output before: a row that is printed as it was at the same place is compared and not parsed
/// again. With that, a dump of 10,000 peers in which nothing changed is parsed and reconciled in
/// 57 ns a row (tests/bench/dump_bench).
///
/// Private and preshared keys are skipped, never copied. A preshared key leaves a digest with the
/// salt; digests can be compared only where the salt is the same.
class DumpParser {
 public:
  explicit DumpParser(const DigestSalt& salt = {}) : salt_(salt) {}

  /// Reads a whole output, or returns the first fault: there is no half-read dump. The dump is
  /// valid until the next call.
  tl::expected<const Dump*, DumpError> parse(std::string_view text);

 private:
  using Fault = std::optional<DumpFault>;

  /// The peer rows of an interface as they were printed, without their secrets.
  struct PrintedRows {
    std::string text;               ///< Rows one after another, without line ends.
    std::vector<std::size_t> ends;  ///< End of each row in `text`.

    std::string_view at(std::size_t row) const;
    /// Appends `row` without `secret`, which is a part of it.
    void add(std::string_view row, std::string_view secret);
    /// Removes all but the first `rows`.
    void keep(std::size_t rows);
  };

  Fault read_line(std::string_view line);
  Fault read_interface(const DumpFields& fields);
  Fault end_interface();
  Fault read_peer(std::string_view line, const DumpFields& fields);
  std::optional<std::string_view> secret_of_same(std::string_view row) const;
  DumpError reset(DumpFault fault);

  DigestSalt salt_;
  Dump dump_;                         ///< Overwritten in place; its tail may be the last output's.
  std::vector<PrintedRows> printed_;  ///< Rows of the last output, by interface.

  // State of the output that is being read.
  std::size_t line_ = 0;                     ///< Number of the line, from 1.
  std::size_t interfaces_ = 0;               ///< Interfaces read so far.
  std::unordered_set<InterfaceName> names_;  ///< Names of those interfaces.

  // State of the interface that is being read, the last of `interfaces_`.
  std::size_t rows_ = 0;                  ///< Rows read so far.
  std::optional<PrintedRows> reprinted_;  ///< All its rows, once one differs from the last output.
  bool has_other_keys_ = false;           ///< Whether a row has another key than it had.
};

/// Reads one output of `wg show all dump`, for which nothing before it is known.
tl::expected<Dump, DumpError> parse_dump(std::string_view text, const DigestSalt& salt = {});

}  // namespace wgaudit
