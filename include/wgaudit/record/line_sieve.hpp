#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/record/record_filter.hpp"

namespace wgaudit {

/// Finds the lines that a filter may want, without parsing them: by texts without which
/// RecordEncoder spells none of its records. It never passes over such a line and does over most
/// others, at about the speed of grep. A line that somebody else spelt, with blanks say, is passed
/// over where the filter wants more than times.
class LineSieve {
 public:
  explicit LineSieve(const RecordFilter& filter);

  /// Begins with the front of `text`: whole lines, which stay where they are until the last is
  /// taken.
  void search(std::string_view text);

  /// The next line that may be wanted, without its end, empty ones left out; empty: there is none.
  std::string_view next();

 private:
  /// One of them is in each line that is wanted.
  using Texts = std::vector<std::string>;

  void add_peer(const RecordFilter& filter);
  std::size_t next_candidate();
  bool may_be_wanted(std::string_view line) const;
  bool is_in_time(std::string_view line) const;

  std::vector<Texts> needed_;  ///< Of each part of the filter; the first are likely the rarest.
  std::string since_;          ///< As lines spell it; empty: always.
  std::string until_;

  std::string_view text_;
  std::size_t used_ = 0;            ///< Of text_.
  std::vector<std::size_t> found_;  ///< Where each of the first part's texts is next in text_.
};

}  // namespace wgaudit
