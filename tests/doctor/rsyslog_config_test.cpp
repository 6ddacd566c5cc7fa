#include "doctor/rsyslog_config.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/fixture.hpp"

namespace wgaudit::rsyslog_config_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// `action omfwd 127.0.0.1:9999 in /etc/rsyslog.conf`
std::vector<std::string> described(const RsyslogConfig& config) {
  std::vector<std::string> lines;
  for (const RsyslogObject& object : config.objects) {
    const std::string what =
        object.name == "module"
            ? object.parameter("load")
            : fmt::format("{} {}{}:{}", object.parameter("type"), object.parameter("socket"),
                          object.parameter("target"), object.parameter("port"));
    lines.push_back(fmt::format("{} {} in {}", object.name, what, object.file.string()));
  }
  return lines;
}

std::vector<std::string> objects_in(const std::string& text) {
  const Fixture machine;
  machine.write("/c", text);
  return described(read_rsyslog_config(machine.gateway, "/c"));
}

TEST(RsyslogConfig, HasModulesAndActionsThatForward) {
  const struct {
    const char* name;
    std::string text;
    std::string object;  // empty: none
  } rows[] = {
      {"a module", "module(load=\"imklog\")", "module imklog in /c"},
      {"with a comment behind it", "module(load=\"imklog\") # kernel", "module imklog in /c"},
      {"over lines, with blanks", "module (\n  load = \"imklog\"\n  x=\"y\"\n)",
       "module imklog in /c"},
      {"in other case", "MODULE(Load='imklog')", "module imklog in /c"},
      {"of the old form", "$ModLoad imklog", "module imklog in /c"},
      {"in a comment", "# module(load=\"imklog\")", ""},
      {"in a long comment", "/* x\nmodule(load=\"imklog\")\n*/", ""},
      {"behind a long comment", "/* x */\nmodule(load=\"imklog\")", "module imklog in /c"},
      {"that does not end", "module(load=\"imklog\"", ""},
      {"without quotes", "module(load=imklog)", ""},
      {"an action", "action(type=\"omfwd\" target=\"127.0.0.1\" port=\"9999\")",
       "action omfwd 127.0.0.1:9999 in /c"},
      {"of a filter",
       "if $msg contains \"#\" then {\n action(port=\"9999\" type=\"omfwd\"\n"
       " target=\"::1\")\n}",
       "action omfwd ::1:9999 in /c"},
      {"of another kind", "action(type=\"omfile\" file=\"/x\")", ""},
      {"of the old form", "kern.* @127.0.0.1:9999", "action omfwd 127.0.0.1:9999 in /c"},
      {"with a template", "kern.*\t@127.0.0.1:9999;RSYSLOG_ForwardFormat",
       "action omfwd 127.0.0.1:9999 in /c"},
      {"with options", "kern.* @(z9)127.0.0.1:9999", "action omfwd 127.0.0.1:9999 in /c"},
      {"of a property", ":inputname, isequal, \"imklog\" @127.0.0.1:9999",
       "action omfwd 127.0.0.1:9999 in /c"},
      {"without port", "kern.* @127.0.0.1", "action omfwd 127.0.0.1:514 in /c"},
      {"of IPv6", "kern.* @[::1]:9999", "action omfwd ::1:9999 in /c"},
      {"over TCP", "kern.* @@127.0.0.1:9999", ""},
      {"to a file", "*.*;auth,authpriv.none -/var/log/syslog", ""},
      {"of a socket", "$OMUxSockSocket /run/wgaudit/log",
       "action omuxsock /run/wgaudit/log: in /c"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto objects = objects_in(row.text);
    if (row.object.empty()) {
      EXPECT_THAT(objects, IsEmpty());
    } else {
      EXPECT_THAT(objects, ElementsAre(row.object));
    }
  }
}

TEST(RsyslogConfig, FollowsIncludes) {
  const Fixture machine;
  machine.write("/etc/rsyslog.conf",
                "module(load=\"imklog\")\n$IncludeConfig /etc/rsyslog.d/*.conf\n"
                "include(file=\"/etc/more\" mode=\"optional\")\n*.* @10.0.0.1\n");
  machine.write("/etc/rsyslog.d/10-a.conf", "kern.* @127.0.0.1:9999\n");
  machine.write("/etc/rsyslog.d/20-b.conf", "$ModLoad imuxsock\n");
  machine.write("/etc/rsyslog.d/30-c.conf.off", "$ModLoad imtcp\n");
  machine.write("/etc/more", "$ModLoad imudp\n");
  const auto config = read_rsyslog_config(machine.gateway, "/etc/rsyslog.conf");
  EXPECT_THAT(described(config),
              testing::UnorderedElementsAre(
                  "module imklog in /etc/rsyslog.conf",
                  "action omfwd 127.0.0.1:9999 in /etc/rsyslog.d/10-a.conf",
                  "module imuxsock in /etc/rsyslog.d/20-b.conf", "module imudp in /etc/more",
                  "action omfwd 10.0.0.1:514 in /etc/rsyslog.conf"));
  EXPECT_THAT(config.includes, testing::UnorderedElementsAre("/etc/rsyslog.d/*.conf", "/etc/more"));
  EXPECT_THAT(config.unreadable, IsEmpty());
}

TEST(RsyslogConfig, NamesWhatItCouldNotRead) {
  const Fixture machine;
  EXPECT_THAT(read_rsyslog_config(machine.gateway, "/no").unreadable, ElementsAre("/no"));
  machine.write("/loop", "$IncludeConfig /loop\n");
  EXPECT_THAT(read_rsyslog_config(machine.gateway, "/loop").unreadable, ElementsAre("/loop"));
}

}  // namespace
}  // namespace wgaudit::rsyslog_config_test
