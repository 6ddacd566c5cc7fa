#include "wgaudit/identity/assignment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace wgaudit::assignment_test {
namespace {

/// A table has a line for each item: `x` where it may take the slot, `.` where it may not.
using Table = std::vector<std::string>;

struct Narrowed {
  bool is_possible;
  std::vector<Places> places;
};

std::vector<Places> everywhere(const Table& table) {
  std::vector<Places> places;
  for (const std::string& item : table) {
    places.push_back({0, static_cast<std::uint32_t>(item.size())});
  }
  return places;
}

Narrowed narrowed(const Table& table, std::vector<Places> places) {
  const auto allowed = [&](std::size_t item, std::uint32_t slot) {
    return table[item][slot] == 'x';
  };
  const bool is_possible = narrow_assignment(places, allowed);
  return {is_possible, std::move(places)};
}

/// Returns the same table with `*` for each place that is left and may be taken.
Table left(const Table& table) {
  Narrowed result = narrowed(table, everywhere(table));
  if (!result.is_possible) return {"impossible"};
  Table marked = table;
  for (std::size_t item = 0; item < table.size(); ++item) {
    for (std::uint32_t slot = 0; slot < table[item].size(); ++slot) {
      const bool is_left = result.places[item].first <= slot && slot < result.places[item].end;
      if (is_left && table[item][slot] == 'x') marked[item][slot] = '*';
    }
  }
  return marked;
}

TEST(NarrowAssignment, LeavesWhatOrderAllows) {
  const struct {
    const char* name;
    Table table;
    Table left;
  } rows[] = {
      {"nobody", {}, {}},
      {"as many as slots", {"xxx", "xxx", "xxx"}, {"*xx", "x*x", "xx*"}},
      {"one less", {"xxx", "xxx"}, {"**x", "x**"}},
      {"one alone", {"xxx"}, {"***"}},
      {"one more", {"xx", "xx", "xx"}, {"impossible"}},
      {"no slot at all", {""}, {"impossible"}},
      {"none that is allowed", {"xx", ".."}, {"impossible"}},
      {"the first refuses the first", {".xx", "xxx"}, {".*x", "xx*"}},
      {"the last refuses the last", {"xxx", "xx."}, {"*xx", "x*."}},
      {"a hole is no end", {"x.x", "xxx"}, {"*.x", "x**"}},
      {"crossed", {".x", "x."}, {"impossible"}},
      {"one in the middle is known", {"xxxxx", "..x..", "xxxxx"}, {"**xxx", "..*..", "xxx**"}},
      {"ends that push on",
       {".xxxx", "xxxxx", "xxxx.", "xx.xx"},
       {".*xxx", "xx*xx", "xxx*.", "xx.x*"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(left(row.table), row.left);
  }
}

TEST(NarrowAssignment, KeepsToThePlacesThatItIsGiven) {
  const Table table = {"xxxx", "xxxx"};
  EXPECT_THAT(narrowed(table, {{1, 3}, {0, 4}}).places,
              testing::ElementsAre(Places{1, 3}, Places{2, 4}));
  EXPECT_THAT(narrowed(table, {{0, 4}, {1, 2}}).places,
              testing::ElementsAre(Places{0, 1}, Places{1, 2}));
  EXPECT_FALSE(narrowed(table, {{2, 3}, {1, 3}}).is_possible);
  EXPECT_FALSE(narrowed(table, {{0, 4}, Places{}}).is_possible) << "an empty place is none";
}

TEST(NarrowAssignment, AsksForNoSlotOutsideThePlaces) {
  std::vector<Places> places = {{2, 4}, {3, 6}};
  const auto allowed = [](std::size_t item, std::uint32_t slot) {
    EXPECT_TRUE(item == 0 ? slot >= 2 && slot < 4 : slot >= 3 && slot < 6);
    return true;
  };
  EXPECT_TRUE(narrow_assignment(places, allowed));
}

/// Tries every way to give items ascending slots, and returns the first and the last slot that each
/// item has in any of them.
class Exhaustive {
 public:
  Exhaustive(const Table& table, const std::vector<Places>& places)
      : table_(table), places_(places), taken_(table.size()), found_(table.size()) {
    take(0, 0);
  }

  std::optional<std::vector<Places>> places() const {
    if (ways_ == 0) return std::nullopt;
    return found_;
  }

 private:
  void take(std::size_t item, std::uint32_t free) {
    if (item == table_.size()) return note();
    for (std::uint32_t slot = free; slot < table_[item].size(); ++slot) {
      const bool is_place = places_[item].first <= slot && slot < places_[item].end;
      if (!is_place || table_[item][slot] != 'x') continue;
      taken_[item] = slot;
      take(item + 1, slot + 1);
    }
  }

  void note() {
    for (std::size_t item = 0; item < taken_.size(); ++item) {
      const std::uint32_t slot = taken_[item];
      Places& found = found_[item];
      found = ways_ == 0 ? Places{slot, slot + 1}
                         : Places{std::min(found.first, slot), std::max(found.end, slot + 1)};
    }
    ++ways_;
  }

  const Table& table_;
  const std::vector<Places>& places_;
  std::vector<std::uint32_t> taken_;
  std::vector<Places> found_;
  std::size_t ways_ = 0;
};

void expect_exact(const Table& table, const std::vector<Places>& places) {
  const auto want = Exhaustive(table, places).places();
  const Narrowed got = narrowed(table, places);
  ASSERT_EQ(got.is_possible, want.has_value()) << testing::PrintToString(table);
  if (!want) return;
  ASSERT_EQ(got.places, *want) << testing::PrintToString(table);
}

/// Returns the table whose marks are the bits of `number`.
Table table_of(std::size_t items, std::size_t slots, unsigned number) {
  Table table(items, std::string(slots, '.'));
  for (std::string& item : table) {
    for (char& mark : item) {
      if ((number & 1U) != 0) mark = 'x';
      number >>= 1U;
    }
  }
  return table;
}

TEST(NarrowAssignment, IsExactForEverySmallTable) {
  for (std::size_t items = 0; items <= 4; ++items) {
    for (std::size_t slots = 0; slots <= 5 && items * slots <= 16; ++slots) {
      for (unsigned number = 0; number < 1U << (items * slots); ++number) {
        const Table table = table_of(items, slots, number);
        expect_exact(table, everywhere(table));
      }
    }
  }
}

TEST(NarrowAssignment, IsExactForAllPlacesInSmallTables) {
  constexpr std::size_t slots = 3;
  std::vector<Places> ranges;
  for (std::uint32_t first = 0; first <= slots; ++first) {
    for (std::uint32_t end = first; end <= slots; ++end) ranges.push_back({first, end});
  }
  for (unsigned number = 0; number < 1U << (2 * slots); ++number) {
    const Table table = table_of(2, slots, number);
    for (const Places& one : ranges) {
      for (const Places& other : ranges) expect_exact(table, {one, other});
    }
  }
}

TEST(NarrowAssignment, IsExactForLargerTablesAtRandom) {
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    const std::size_t slots = 3 + random() % 7;
    Table table(1 + random() % slots, std::string(slots, '.'));
    for (std::string& item : table) {
      for (char& mark : item) mark = random() % 3 == 0 ? '.' : 'x';
    }
    expect_exact(table, everywhere(table));
  }
}

}  // namespace
}  // namespace wgaudit::assignment_test
