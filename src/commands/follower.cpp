#include "commands/follower.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <utility>

#include "shell/journal/segments.hpp"
#include "shell/system/io_error.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/shown_record.hpp"

namespace wgaudit {
namespace {

using Begin = RecordSearch::Begin;

const std::filesystem::path& required(const std::filesystem::path& folder) {
  if (!list_stored_segments(folder, Stream::journal).empty()) return folder;
  throw io_error(folder,
                 "there is no journal that can be read here; name its folder with --journal",
                 EX_UNAVAILABLE);
}

/// Reads beforehand which events turned out later to be the peer's.
RecordFilter with_settled_events(const std::filesystem::path& folder, RecordFilter filter,
                                 Begin begin) {
  if (!filter.peer) return filter;
  RecordFilter identified;
  identified.peer = filter.peer;
  identified.kinds = {Action::peer_identified};
  identified.since = filter.since;
  RecordSearch search(folder, Stream::journal, identified, begin, [](std::size_t) {});
  for (; const Record* const record = search.peek(); search.take()) filter.learn(*record);
  return filter;
}

RecordFilter with_beginning(RecordFilter filter, UtcTime now) {
  const bool is_over = filter.until && *filter.until <= now;
  if (!filter.since && !is_over) filter.since = now;
  return filter;
}

/// Nothing recorded before the last segment began is wanted.
Begin begin_of(const RecordFilter& filter, UtcTime now) {
  return filter.since && *filter.since >= now ? Begin::last : Begin::oldest;
}

}  // namespace

Follower::Follower(const std::filesystem::path& journal, RecordFilter filter, ShownForm form,
                   UtcTime now, const OnRead& on_read)
    : form_(form),
      filter_(with_beginning(std::move(filter), now)),
      journal_(required(journal), Stream::journal, filter_, begin_of(filter_, now), on_read),
      events_(journal, Stream::events,
              with_settled_events(journal, filter_, begin_of(filter_, now)), begin_of(filter_, now),
              on_read) {}

void Follower::poll(const std::function<void(std::string_view)>& write) {
  const Record* event = events_.peek();
  const Record* concluded = journal_.peek();
  while (event != nullptr || concluded != nullptr) {
    const bool is_event =
        concluded == nullptr || (event != nullptr && event->created <= concluded->created);
    show(is_event ? events_ : journal_, write);
    // The other one, if it is at its end, is looked at again by the next call only.
    (is_event ? event : concluded) = (is_event ? events_ : journal_).peek();
  }
}

void Follower::show(RecordSearch& search, const std::function<void(std::string_view)>& write) {
  const Record& record = *search.peek();
  const std::string_view line = search.line();
  if (form_ == ShownForm::json) {
    const bool is_harmless = search.has_plain_line() || still_printable(line, line.size()) == line;
    is_harmless ? write(line) : void(++hostile_lines_);
  } else {
    text_.clear();
    append_line(record, record.created, text_);
    if (form_ == ShownForm::raw) text_ += "\n    " + still_printable(line, line.size());
    write(text_);
  }
  search.take();
}

std::string Follower::take_complaint() {
  const std::uint64_t lines =
      hostile_lines_ + journal_.unreadable_lines() + events_.unreadable_lines();
  const std::uint64_t segments = journal_.damaged_segments() + events_.damaged_segments();
  if (std::exchange(reported_, lines + segments) == lines + segments) return {};
  return fmt::format(
      "{} lines that are no records of the daemon's were passed over, {} segments "
      "end in damage; wgaudit verify tells which",
      lines, segments);
}

}  // namespace wgaudit
