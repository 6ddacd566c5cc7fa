#include "shell/metrics/exposition.hpp"

#include <gtest/gtest.h>

namespace wgaudit::exposition_test {
namespace {

using namespace std::chrono_literals;

TEST(Exposition, WritesAFamilyAsPrometheusReadsIt) {
  Exposition text;
  text.begin("lines_total", Exposition::Type::counter, "Lines by kind.");
  text.add({{"kind", "a"}, {"interface", "wg0"}}, std::uint64_t{18446744073709551615U});
  text.add("", std::uint64_t{0});
  text.add_only("start_time_seconds", Exposition::Type::gauge, "Start.",
                std::chrono::microseconds(1'795'358'501'000'250));
  EXPECT_EQ(text.take(), R"(# HELP lines_total Lines by kind.
# TYPE lines_total counter
lines_total{kind="a",interface="wg0"} 18446744073709551615
lines_total 0
# HELP start_time_seconds Start.
# TYPE start_time_seconds gauge
start_time_seconds 1795358501.00025
)");
}

TEST(Exposition, EscapesWhateverALabelHolds) {
  const struct {
    std::string_view value;
    std::string_view want;
  } rows[] = {
      {"wg0", R"(l="wg0")"},
      {"", R"(l="")"},
      {"b\xC3\xBC\xE2\x82\xAC", "l=\"b\xC3\xBC\xE2\x82\xAC\""},
      {R"(the "first")", R"(l="the \"first\"")"},
      {R"(CORP\bob)", R"(l="CORP\\bob")"},
      {"a\nb 1\n", R"(l="a\\x0ab 1\\x0a")"},
      {"\xFF\xC3", R"(l="\\xff\\xc3")"},
      {"\x1B[31m", R"(l="\\x1b[31m")"},
      {"\"} 1\n", R"(l="\"} 1\\x0a")"},
  };
  for (const auto& [value, want] : rows) EXPECT_EQ(Exposition::text_of({{"l", value}}), want);
}

TEST(Exposition, CountsAHistogramUpToEachBound) {
  DurationHistogram histogram;
  for (const auto duration : {0us, 5000us, 5001us, 5'000'000us, 5'000'001us}) {
    histogram.add(duration);
  }
  Exposition text;
  text.add_only("d_seconds", "Durations.", histogram);
  EXPECT_EQ(text.take(), R"(# HELP d_seconds Durations.
# TYPE d_seconds histogram
d_seconds_bucket{le="0.005"} 2
d_seconds_bucket{le="0.01"} 3
d_seconds_bucket{le="0.025"} 3
d_seconds_bucket{le="0.05"} 3
d_seconds_bucket{le="0.1"} 3
d_seconds_bucket{le="0.25"} 3
d_seconds_bucket{le="0.5"} 3
d_seconds_bucket{le="1"} 3
d_seconds_bucket{le="2.5"} 3
d_seconds_bucket{le="5"} 4
d_seconds_bucket{le="+Inf"} 5
d_seconds_sum 10.010002
d_seconds_count 5
)");
}

}  // namespace
}  // namespace wgaudit::exposition_test
