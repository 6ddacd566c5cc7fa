#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/record/record_filter.hpp"

namespace wgaudit {

/// Finds the lines that a filter may want, without parsing them: by texts without which
/// RecordEncoder spells none of its records. No such line is passed
/// over; most others are, at about the speed of grep. A line that another program spelt, with
/// blanks for example, is passed over where the filter wants more than times.
class LineSieve {
 public:
  explicit LineSieve(const RecordFilter& filter);

  /// Begins at the front of `text`, which holds whole lines and stays until the last one is taken.
  void search(std::string_view text);

  /// Returns the next line that may be wanted, without its line end; empty: there is none.
  std::string_view next();

 private:
  /// Alternatives: each line that is wanted holds one of them.
  using Texts = std::vector<std::string>;

  void add_peer(const RecordFilter& filter);
  std::size_t next_candidate();
  bool may_be_wanted(std::string_view line) const;
  bool is_in_time(std::string_view line) const;

  std::vector<Texts> needed_;  ///< For each part of the filter; the first are likely the rarest.
  std::string since_;          ///< Bound as lines spell it; empty: none.
  std::string until_;

  std::string_view text_;
  std::size_t used_ = 0;            ///< Length of the part of text_ that has been searched.
  std::vector<std::size_t> found_;  ///< Where each of the first part's texts is next in text_.
};

}  // namespace wgaudit
