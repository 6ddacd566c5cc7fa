#include "shell/readers/tail.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// `SEQUENCE` or `SEQUENCE|NOTE`.
std::string tail_cursor_text(std::uint64_t sequence, std::string_view note) {
  return note.empty() ? fmt::format("{}", sequence) : fmt::format("{}|{}", sequence, note);
}

}  // namespace

void Tail::open(std::uint64_t first_sequence, std::string_view note) {
  first_sequence_ = first_sequence;
  cursor_.open(options_.cursor, tail_cursor_text(first_sequence, note));
  std::string_view text = cursor_.text();
  const auto next = parse_number<std::uint64_t>(trim(take_until(text, '|')));
  // A cursor ahead of the journal is of another journal, which was there before.
  stored_sequence_ = std::min(next.value_or(first_sequence), first_sequence);
  rewind();
}

void Tail::rewind() {
  reader_.emplace(options_.journal, Stream::journal, stored_sequence_);
  held_.reset();
  missed_.reset();
  started_.clear();
}

Tail::Stop Tail::read_to(std::uint64_t synced, const Taker& taker, std::size_t limit) {
  for (std::size_t i = 0; i < limit; ++i) {
    if (!has_next(synced)) return Stop::at_end;
    if (!give(taker)) return Stop::not_taken;
  }
  return Stop::at_limit;
}

bool Tail::has_next(std::uint64_t synced) {
  if (!held_ && reader_->position() <= synced) {
    held_ = reader_->next();
    if (held_) missed_ = reader_->take_missed();
  }
  return held_ && held_->sequence <= synced;
}

bool Tail::give(const Taker& taker) {
  const std::uint64_t sequence = held_->sequence;
  if (missed_ && !taker.take_gap({*missed_, held_->created})) return false;
  missed_.reset();
  if (is_wanted(*held_)) {
    const Entry entry{*held_, reader_->line(), sequence < first_sequence_};
    switch (taker.take(entry)) {
      case Answer::not_taken:
        return false;
      case Answer::started:
        started_.insert(sequence);
        break;
      case Answer::done:
        break;
    }
  }
  held_.reset();
  return true;
}

/// A record of no interface, such as a loss or a start of the monitor, concerns all of them.
bool Tail::is_wanted(const Record& record) const {
  return !options_.interface || record.interface.empty() || record.interface == *options_.interface;
}

std::uint64_t Tail::next_sequence() const {
  if (!started_.empty()) return *started_.begin();
  if (missed_) return missed_->first;
  return held_ ? held_->sequence : reader_->position();
}

void Tail::store(std::string_view note) {
  stored_sequence_ = next_sequence();
  cursor_.store(tail_cursor_text(stored_sequence_, note));
}

std::string_view Tail::note() const {
  std::string_view text = cursor_.text();
  take_until(text, '|');
  return text;
}

}  // namespace wgaudit
