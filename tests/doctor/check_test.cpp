#include "doctor/check.hpp"

#include <gtest/gtest.h>

namespace wgaudit::check_test {
namespace {

const Check fine{"module", Health::ok, "wireguard: loaded"};
const Check hidden{"port", Health::unknown, "a process of root has 127.0.0.1:9999"};
const Check off{"dynamic debug",
                Health::broken,
                "34 of 34 sites are off",
                {"echo 'module wireguard +p' \\", "  > /proc/dynamic_debug/control"}};

TEST(Check, IsALineAndBelowItTheCure) {
  EXPECT_EQ(to_text(fine), "ok          module         wireguard: loaded");
  EXPECT_EQ(to_text(hidden), "cannot tell port           a process of root has 127.0.0.1:9999");
  EXPECT_EQ(to_text(off),
            "broken      dynamic debug  34 of 34 sites are off\n"
            "    echo 'module wireguard +p' \\\n"
            "      > /proc/dynamic_debug/control");
}

TEST(Check, IsAnObjectOfJson) {
  EXPECT_EQ(to_json(fine), R"({"link":"module","health":"ok","finding":"wireguard: loaded"})");
  EXPECT_EQ(to_json({"wg", Health::broken, "\"x\"", {"a", "b"}}),
            R"({"link":"wg","health":"broken","finding":"\"x\"","cure":["a","b"]})");
}

TEST(Check, TheWorstIsTheExitCode) {
  EXPECT_EQ(exit_code_of({}), 0);
  EXPECT_EQ(exit_code_of({fine, fine}), 0);
  EXPECT_EQ(exit_code_of({fine, hidden}), 75);
  EXPECT_EQ(exit_code_of({off, hidden, fine}), 69);
}

}  // namespace
}  // namespace wgaudit::check_test
