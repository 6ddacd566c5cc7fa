#include "shell/system/table.hpp"

#include <gtest/gtest.h>

#include "shell/system/columns.hpp"

namespace wgaudit::table_test {
namespace {

Table peers() {
  Table table({{"PEER", Align::left, 6}, {"RX", Align::right}, {"FROM"}, {"WHY"}}, 2);
  table.add({{"alice"}, {"1.2K", green}, {"192.0.2.7"}, {"yes"}});
  table.add({{"Müller-Lüdenscheidt"}, {"7"}, {"2001:db8::1234"}, {"no"}}, dim);
  return table;
}

TEST(Table, IsAsWideAsItsWidestCellsAndCutsOnlyWhereAColumnSaysSo) {
  EXPECT_EQ(peers().text({}),
            "PEER     RX FROM           WHY\n"
            "alice  1.2K 192.0.2.7      yes\n"
            "Mülle…    7 2001:db8::1234 no\n");
}

TEST(Table, SetsATailThatHasNoRoomBelowItsRowAndNarrowsThatOfTheOthers) {
  EXPECT_EQ(peers().text({26, 0, false}),
            "PEER     RX FROM      WHY\n"
            "alice  1.2K 192.0.2.7 yes\n"
            "Mülle…    7\n"
            "  2001:db8::1234 no\n");
}

TEST(Table, PaintsCellsAndRowsWhereColoursAreWanted) {
  EXPECT_EQ(peers().text({80, 0, true}),
            "PEER     RX FROM           WHY\n"
            "alice  \x1b[32m1.2K\x1b[0m 192.0.2.7      yes\n"
            "\x1b[2mMülle…    7 2001:db8::1234 no\x1b[0m\n");
}

TEST(Table, CountsTheColumnsOfIdeographsAndAccents) {
  EXPECT_EQ(columns_of("漢字"), 4U);
  EXPECT_EQ(columns_of("e\u0301"), 1U);
  EXPECT_EQ(cut("漢字漢字", 5), "漢字…");
  EXPECT_EQ(cut("漢字", 4), "漢字");
}

}  // namespace
}  // namespace wgaudit::table_test
