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

/// Reads the outputs of `wg show all dump` one after another. A row that is printed as it was in
/// the one before costs the comparison and no more.
///
/// Private and preshared keys are read past, never copied; of a preshared key a digest with the
/// salt is taken. Digests compare only where the salt is the same.
class DumpParser {
 public:
  explicit DumpParser(const DigestSalt& salt = {}) : salt_(salt) {}

  /// Reads a whole output or says why not; there is no half-read dump. It is good until the next
  /// call.
  tl::expected<const Dump*, DumpError> parse(std::string_view text);

 private:
  using Fault = std::optional<DumpFault>;

  /// The rows of an interface as they were printed, without their secrets.
  struct PrintedRows {
    std::string text;
    std::vector<std::size_t> ends;

    std::string_view at(std::size_t row) const;
    void add(std::string_view row, std::string_view secret);
    void keep(std::size_t rows);
  };

  Fault read_line(std::string_view line);
  Fault read_interface(const DumpFields& fields);
  Fault end_interface();
  Fault read_peer(std::string_view line, const DumpFields& fields);
  std::optional<std::string_view> secret_of_same(std::string_view row) const;
  DumpError forget(DumpFault fault);

  DigestSalt salt_;
  Dump dump_;
  std::vector<PrintedRows> printed_;  ///< By interface.

  // Of the output that is being read; what is behind it in `dump_` is of the one before.
  std::size_t line_ = 0;
  std::size_t interfaces_ = 0;
  std::unordered_set<InterfaceName> names_;
  std::size_t rows_ = 0;                  ///< Of the last of `interfaces_`, as what follows.
  std::optional<PrintedRows> reprinted_;  ///< From the first one on that is not as before.
  bool has_other_keys_ = false;           ///< Than before, at the same places.
};

}  // namespace wgaudit
