#include "wgaudit/record/loss_reason.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/read_file.hpp"

namespace wgaudit::loss_reason_test {
namespace {

TEST(LossReason, EachIsInTheDocumentationOfTheRecords) {
  const std::string text = read_file(WGAUDIT_SOURCE "/doc/record-format.md");
  for (std::size_t i = 0; i < loss_reason_count; ++i) {
    const auto name = to_text(static_cast<LossReason>(i));
    EXPECT_NE(text.find(fmt::format("`{}`", name)), std::string::npos) << name;
  }
}

TEST(DumpFailureKind, HasTheNameOfItsLossWithoutTheDump) {
  EXPECT_EQ(to_text(DumpFailureKind::exit_status), "exit_status");
  EXPECT_EQ(loss_reason_of(DumpFailureKind::timed_out), LossReason::dump_timed_out);
}

}  // namespace
}  // namespace wgaudit::loss_reason_test
