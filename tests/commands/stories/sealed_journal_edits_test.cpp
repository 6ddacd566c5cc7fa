// Random edits of a sealed journal by somebody who has every file: each is told, by its word.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "commands/stories/sealed_journal.hpp"

namespace wgaudit::sealed_journal_edits_test {
namespace {

enum class Edit { change, insert, remove, swap, cut, replay };

/// What an attacker does to one place of a journal whose last key he has. Returns the first line
/// that is another than before.
std::size_t edit(SealedJournal& journal, std::size_t place, Edit how, std::mt19937& dice) {
  auto& lines = journal.lines;
  const auto at = lines.begin() + static_cast<std::ptrdiff_t>(place);
  switch (how) {
    case Edit::change:
      lines[place][lines[place].find("said") + std::size_t{dice() % 4}] = 'X';
      return place;
    case Edit::insert:
      lines.insert(at, std::string(lines[dice() % lines.size()]));
      return place;
    case Edit::remove:
      lines.erase(at);
      return place;
    case Edit::swap: {
      const std::size_t other = place == 0 ? 1 : place - 1;
      std::swap(lines[place], lines[other]);
      return std::min(place, other);
    }
    case Edit::cut:
      lines.resize(place);
      return place;
    case Edit::replay: {
      const auto tail =
          std::vector(at - static_cast<std::ptrdiff_t>(std::min<std::size_t>(place, 3)), at);
      lines.resize(place);
      lines.insert(lines.end(), tail.begin(), tail.end());
      return place;
    }
  }
  return place;
}

FaultKind kind_of(Edit how) {
  switch (how) {
    case Edit::change:
      return FaultKind::edited;
    case Edit::insert:
      return FaultKind::inserted;
    case Edit::remove:
      return FaultKind::removed;
    case Edit::swap:
      return FaultKind::reordered;
    case Edit::cut:
    case Edit::replay:
      return FaultKind::cut_off;
  }
  return {};
}

TEST(SealedJournal, NoneOfTenThousandEditsOfItsSealedPartIsMissedAndEachHasItsKind) {
  constexpr std::size_t epochs = 3;
  const SealedJournal whole(epochs);
  const std::size_t sealed = 4 * epochs;
  const std::string held = whole.lines[sealed - 1];
  std::mt19937 dice(1);
  std::size_t behind = 0;
  for (int i = 0; i < 10'000; ++i) {
    SealedJournal journal = whole;
    const std::size_t place = dice() % whole.lines.size();
    const auto how = static_cast<Edit>(dice() % 6);
    const std::size_t first = edit(journal, place, how, dice);
    if (first < journal.lines.size() && dice() % 4 != 0) journal.make_anew(first, epochs);
    const auto report = journal.checked(held);
    SCOPED_TRACE(fmt::format("{} at {}", static_cast<int>(how), place));
    if (first >= sealed) {
      ++behind;
      ASSERT_EQ(report.sealed->last_sequence, sealed);
      continue;
    }
    ASSERT_THAT(report.faults, testing::Not(testing::IsEmpty()));
    const bool is_cut = kind_of(how) == FaultKind::cut_off;
    const Fault& told = is_cut ? report.faults.back() : report.faults.front();
    ASSERT_EQ(told.kind, kind_of(how)) << message_for(told);
    const bool is_there_still = how == Edit::insert;  // the line, behind its own copy
    ASSERT_LE(report.sealed ? report.sealed->last_sequence : 0, first + (is_there_still ? 1 : 0));
  }
  EXPECT_GT(behind, 1000U);
}

}  // namespace
}  // namespace wgaudit::sealed_journal_edits_test
