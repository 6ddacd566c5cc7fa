#include "commands/command_line.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "shell/settings/setting_table.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::command_line_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

CommandLine parse(const std::vector<const char*>& arguments) {
  return parse_command_line({arguments.begin(), arguments.end()});
}

/// What was refused; its exit code is always the same.
std::string refusal(const std::vector<const char*>& arguments) {
  try {
    parse(arguments);
  } catch (const SetupError& error) {
    EXPECT_EQ(error.exit_code, 64);
    return error.what();
  }
  return "accepted";
}

TEST(ParseCommandLine, TakesTheFlagsOfRun) {
  const CommandLine line = parse({"run", "--listen", "[::1]:9999", "--log-path=/a=b", "--debug",
                                  "--config", "/c.toml", "--check-config"});
  EXPECT_EQ(line.command, Command::run);
  EXPECT_THAT(line.given.values, ElementsAre(Pair("debug", "true"), Pair("listen", "[::1]:9999"),
                                             Pair("log_path", "/a=b")));
  EXPECT_EQ(line.given.config, "/c.toml");
  EXPECT_TRUE(line.check_config);
  EXPECT_THAT(line.files, IsEmpty());
}

TEST(ParseCommandLine, TakesNothingWhereNothingIsGiven) {
  const CommandLine line = parse({"run"});
  EXPECT_EQ(line.command, Command::run);
  EXPECT_THAT(line.given.values, IsEmpty());
  EXPECT_TRUE(line.given.config.empty());
  EXPECT_FALSE(line.check_config);
}

TEST(ParseCommandLine, TakesValuesThatLookLikeSomethingElse) {
  const struct {
    const char* name;
    std::vector<const char*> arguments;
    const char* want;
  } rows[] = {
      {"empty, after the sign", {"run", "--interface=", "--debug"}, ""},
      {"empty, apart", {"run", "--interface", "", "--debug"}, ""},
      {"a negative number", {"run", "--interface", "-5"}, "-5"},
      {"a flag", {"run", "--interface", "--debug"}, "--debug"},
      {"a list", {"run", "--interface", "[a,b]"}, "[a,b]"},
      {"a command", {"run", "--interface", "follow"}, "follow"},
      {"braces", {"run", "--interface={}"}, "{}"},
      {"one that ends in =", {"run", "--interface", "a="}, "a="},
      {"the last of several", {"run", "--interface", "a", "--interface=b"}, "b"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(parse(row.arguments).given.values.at("interface"), row.want);
  }
}

TEST(ParseCommandLine, TakesASwitchWithAndWithoutAValue) {
  EXPECT_EQ(parse({"run", "--debug"}).given.values.at("debug"), "true");
  EXPECT_EQ(parse({"run", "--debug=false"}).given.values.at("debug"), "false");
  EXPECT_EQ(parse({"run", "--debug", "--debug=maybe"}).given.values.at("debug"), "maybe");
}

TEST(ParseCommandLine, TakesTheFlagsOfStatus) {
  const CommandLine line =
      parse({"status", "--json", "--watch", "--config=/c", "--status-socket", "/run/x"});
  EXPECT_EQ(line.command, Command::status);
  EXPECT_TRUE(line.json);
  EXPECT_TRUE(line.watch);
  EXPECT_EQ(line.given.config, "/c");
  EXPECT_THAT(line.given.values, ElementsAre(Pair("status_socket", "/run/x")));
  EXPECT_FALSE(parse({"status"}).watch);
}

TEST(ParseCommandLine, TakesTheFlagsOfDoctorWhichAreThoseOfRun) {
  const CommandLine line =
      parse({"doctor", "--json", "--config", "/c", "--listen=127.0.0.1:9998", "--debug"});
  EXPECT_EQ(line.command, Command::doctor);
  EXPECT_TRUE(line.json);
  EXPECT_EQ(line.given.config, "/c");
  EXPECT_THAT(line.given.values,
              ElementsAre(Pair("debug", "true"), Pair("listen", "127.0.0.1:9998")));
  EXPECT_FALSE(parse({"doctor"}).json);
}

TEST(ParseCommandLine, TakesTheFlagsOfFollow) {
  const CommandLine line =
      parse({"follow", "--peer", "alice", "--kind=peer_online,keepalive_sent", "--kind", "attempt",
             "--interface", "wg0", "--source", "10.1.0.0/16", "--since",
             "2026-11-21T08:00:00+01:00", "--until", "now", "--json", "--journal", "/j"});
  EXPECT_EQ(line.command, Command::follow);
  const RecordFilter filter = line.view.filter_at(*parse_rfc3339("2026-11-21T09:00:00Z"));
  EXPECT_EQ(filter.peer.value().text(), "alice");
  EXPECT_THAT(filter.kinds,
              ElementsAre(Action::peer_online, EventKind::keepalive_sent, Action::attempt));
  EXPECT_EQ(filter.interface.view(), "wg0");
  EXPECT_EQ(filter.source, parse_network("10.1.0.0/16"));
  EXPECT_EQ(to_rfc3339(filter.since.value()), "2026-11-21T07:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(filter.until.value()), "2026-11-21T09:00:00.000000Z");
  EXPECT_EQ(line.view.form, ShownForm::json);
  EXPECT_THAT(line.given.values, ElementsAre(Pair("journal", "/j")));

  const ViewOptions bare = parse({"follow"}).view;
  EXPECT_FALSE(bare.filter.peer || bare.filter.source || bare.since || bare.until);
  EXPECT_THAT(bare.filter.kinds, IsEmpty());
  EXPECT_TRUE(bare.filter.interface.empty());
  EXPECT_EQ(bare.form, ShownForm::text);
}

TEST(ParseCommandLine, ClassifyPrintsJsonUnlessTextIsAskedFor) {
  EXPECT_EQ(parse({"classify"}).view.form, ShownForm::json);
  EXPECT_EQ(parse({"classify", "--text"}).view.form, ShownForm::text);
  EXPECT_EQ(parse({"classify", "--raw"}).view.form, ShownForm::raw);
  EXPECT_EQ(parse({"follow", "--raw"}).view.form, ShownForm::raw);
  EXPECT_EQ(parse({"classify", "--peer", "7"}).view.filter.peer.value().id(), PeerId{7});
}

TEST(ParseCommandLine, AnEndBeforeTheBeginningIsRefused) {
  const ViewOptions view = parse({"follow", "--since", "1h", "--until", "2h"}).view;
  EXPECT_THAT([&] { view.filter_at(UtcTime{}); },
              testing::ThrowsMessage<SetupError>("--until: is before --since; give a later time"));
}

TEST(ParseCommandLine, TakesASpanThatEndsNow) {
  const UtcTime now = parse_rfc3339("2026-11-21T07:00:00Z").value();
  const struct {
    const char* since;
    const char* want;
  } rows[] = {
      {"90s", "2026-11-21T06:58:30.000000Z"}, {"15m", "2026-11-21T06:45:00.000000Z"},
      {"2h", "2026-11-21T05:00:00.000000Z"},  {"1d", "2026-11-20T07:00:00.000000Z"},
      {"0s", "2026-11-21T07:00:00.000000Z"},
  };
  for (const auto& row : rows) {
    const auto since = parse({"follow", "--since", row.since}).view.since;
    EXPECT_EQ(to_rfc3339(begin_of(since.value(), now)), row.want) << row.since;
  }
}

TEST(ParseCommandLine, ASpanIsAsLongAsMicrosecondsCanTell) {
  const UtcTime now = parse_rfc3339("2026-11-21T07:00:00Z").value();
  for (const char* since : {"4294967295s", "4294967295m", "2562047788h", "106751991d"}) {
    EXPECT_LT(begin_of(parse({"follow", "--since", since}).view.since.value(), now), now);
  }
  for (const char* since : {"4294967296s", "2562047789h", "106751992d", "120000000d"}) {
    EXPECT_EQ(refusal({"follow", "--since", since}),
              fmt::format("--since: '{}' is no time; give one such as 2026-11-21T07:00:00Z, 15m, "
                          "2h, 1d or now",
                          since));
  }
}

TEST(ParseCommandLine, TakesEveryKindOfRecordForKind) {
  for (const char* kind :
       {"checkpoint", "monitor_started", "interface_created", "unknown_message"}) {
    const auto kinds = parse({"follow", "--kind", kind}).view.filter.kinds;
    ASSERT_EQ(kinds.size(), 1U);
    EXPECT_EQ(to_text(kinds.front()), kind);
  }
}

TEST(ParseCommandLine, TakesFiles) {
  const CommandLine classify =
      parse({"classify", "a", "--patterns", "/p", "[b,c]", "run", "-", "/d"});
  EXPECT_EQ(classify.command, Command::classify);
  EXPECT_THAT(classify.files, ElementsAre("a", "[b,c]", "run", "-", "/d"));
  EXPECT_THAT(classify.given.values, ElementsAre(Pair("patterns", "/p")));

  EXPECT_THAT(parse({"classify"}).files, IsEmpty());
  EXPECT_THAT(parse({"classify", "--", "--debug", "-x"}).files, ElementsAre("--debug", "-x"));
  EXPECT_THAT(parse({"classify", "--"}).files, IsEmpty());

  const CommandLine names = parse({"names", "wg0.conf", "wg1.conf"});
  EXPECT_EQ(names.command, Command::names);
  EXPECT_THAT(names.files, ElementsAre("wg0.conf", "wg1.conf"));
}

TEST(ParseCommandLine, TakesATraceAndTheSettingsThatChangeItsRecords) {
  const CommandLine line = parse({"replay", "--interval", "30", "/trace", "--threshold=180",
                                  "--names", "/n", "--patterns", "/p"});
  EXPECT_EQ(line.command, Command::replay);
  EXPECT_FALSE(line.given.may_use_folder);
  EXPECT_THAT(line.files, ElementsAre("/trace"));
  EXPECT_THAT(line.given.values, ElementsAre(Pair("interval", "30"), Pair("names", "/n"),
                                             Pair("patterns", "/p"), Pair("threshold", "180")));
}

TEST(ParseCommandLine, RefusesWithTheCure) {
  const struct {
    std::vector<const char*> arguments;
    const char* want;
  } rows[] = {
      {{}, "no command; see wgaudit --help"},
      {{"rum"}, "unknown command 'rum'; did you mean run?"},
      {{"dance"}, "unknown command 'dance'; see wgaudit --help"},
      {{""}, "unknown command ''; see wgaudit --help"},
      {{"r\x1b[2J"}, "unknown command 'r\\x1b[2J'; see wgaudit --help"},
      {{"--listen", "run"}, "unknown flag --listen; a command comes first, see wgaudit --help"},
      {{"run", "--lsten", "127.0.0.1:1"}, "unknown flag --lsten; did you mean --listen?"},
      {{"run", "--lsten=127.0.0.1:1"}, "unknown flag --lsten; did you mean --listen?"},
      {{"run", "-listen"}, "unknown flag -listen; did you mean --listen?"},
      {{"run", "--log_path", "/a"}, "unknown flag --log_path; did you mean --log-path?"},
      {{"run", "--thresh", "5"}, "unknown flag --thresh; see wgaudit run --help"},
      {{"run", "-x"}, "unknown flag -x; see wgaudit run --help"},
      {{"run", "--version"}, "unknown flag --version; see wgaudit run --help"},
      {{"run", "wg0"}, "unexpected argument 'wg0'; see wgaudit run --help"},
      {{"run", "follow"}, "unexpected argument 'follow'; see wgaudit run --help"},
      {{"run", "--listen"}, "--listen: no value; give one after it"},
      {{"run", "--debug", "--config"}, "--config: no value; give one after it"},
      {{"run", "--check-config=yes"}, "--check-config: takes no value; give it alone"},
      {{"follow", "--jsn"}, "unknown flag --jsn; did you mean --json?"},
      {{"follow", "--json=yes"}, "--json: takes no value; give it alone"},
      {{"follow", "--listen", "a"}, "unknown flag --listen; see wgaudit follow --help"},
      {{"follow", "--kind", "peer_onlin"},
       "--kind: 'peer_onlin' is no kind of record; did you mean peer_online?"},
      {{"follow", "--kind", "handshake_abandond"},
       "--kind: 'handshake_abandond' is no kind of record; did you mean handshake_abandoned?"},
      {{"follow", "--kind="},
       "--kind: '' is no kind of record; give one such as peer_online or handshake_abandoned"},
      {{"follow", "--since", "yesterday"},
       "--since: 'yesterday' is no time; give one such as 2026-11-21T07:00:00Z, 15m, 2h, 1d or "
       "now"},
      {{"follow", "--kind", "peer_online,peer_onlin"},
       "--kind: 'peer_onlin' is no kind of record; did you mean peer_online?"},
      {{"follow", "--kind", "peer_onlin", "--kind", "peer_online"},
       "--kind: 'peer_onlin' is no kind of record; did you mean peer_online?"},
      {{"follow", "--peer="},
       "--peer: no peer is named ''; give a name, the beginning of a key, or a kernel id"},
      {{"classify", "--peer", "alice\x1b"},
       "--peer: log text does not tell who 'alice\\x1b' is; give a kernel id such as 7"},
      {{"follow", "--interface", "a/b"},
       "--interface: 'a/b' is not an interface name; give one such as wg0"},
      {{"follow", "--source", "10.1.0.7/16"},
       "--source: '10.1.0.7/16' is no address or prefix, or has bits behind it; give one such as "
       "203.0.113.7, 10.1.0.0/16 or 2001:db8::/32"},
      {{"follow", "--until", "then"},
       "--until: 'then' is no time; give one such as 2026-11-21T07:00:00Z, 15m, 2h, 1d or now"},
      {{"follow", "--raw", "--json"}, "--raw and --json: give one of them"},
      {{"follow", "--text"}, "unknown flag --text; see wgaudit follow --help"},
      {{"follow", "--since", "m"},
       "--since: 'm' is no time; give one such as 2026-11-21T07:00:00Z, 15m, 2h, 1d or now"},
      {{"follow", "--since", "-2h"},
       "--since: '-2h' is no time; give one such as 2026-11-21T07:00:00Z, 15m, 2h, 1d or now"},
      {{"follow", "--since", "99999999999d"},
       "--since: '99999999999d' is no time; give one such as 2026-11-21T07:00:00Z, 15m, 2h, 1d or "
       "now"},
      {{"classify", "--pattern", "p"}, "unknown flag --pattern; did you mean --patterns?"},
      {{"names", "--names", "n"}, "unknown flag --names; see wgaudit names --help"},
      {{"replay"}, "replay takes one trace; give its folder, as in wgaudit replay /tmp/trace"},
      {{"replay", "a", "b"},
       "replay takes one trace; give its folder, as in wgaudit replay /tmp/trace"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.arguments));
    EXPECT_EQ(refusal(row.arguments), row.want);
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(Help, FitsAScreenAndEndsWithAnExample) {
  for (const char* command : {"", "run", "status", "follow", "classify", "replay", "verify",
                              "export", "doctor", "names"}) {
    SCOPED_TRACE(command);
    const CommandLine line = *command == '\0' ? parse({"--help"}) : parse({command, "--help"});
    EXPECT_EQ(line.command, Command::help);
    const auto lines = lines_of(line.text);
    EXPECT_LE(lines.size(), 24U);  // of a terminal
    for (const std::string& one : lines) EXPECT_LE(one.size(), 80U) << one;
    EXPECT_THAT(lines.front(), testing::StartsWith("Usage: wgaudit "));
    EXPECT_THAT(lines.back(), testing::StartsWith("Example: "));
    EXPECT_EQ(line.text.back(), '\n');
  }
}

TEST(Help, ShowsTheSettingsOfRunWithTheirDefaultsAndNamesThoseThatFewChange) {
  const std::string text = parse({"run", "-h"}).text;
  for (const Setting& setting : setting_table()) {
    const std::string flag = flag_of(setting);
    EXPECT_THAT(text,
                testing::ContainsRegex((setting.help.empty() ? "[ \n]" : "\n  ") + flag + "[ \n]"));
  }
  EXPECT_THAT(text, HasSubstr("\n  --threshold S            seconds from last handshake to offline "
                              "[180]\n"));
  EXPECT_THAT(text, HasSubstr("\n  --debug                  say more on standard error\n"));
}

TEST(Help, OfDoctorIsAboutItsOwnFlagsAndItTakesThoseOfRun) {
  EXPECT_THAT(parse({"doctor", "--help"}).text, Not(HasSubstr("--threshold")));
  EXPECT_EQ(parse({"doctor", "--threshold", "90"}).given.values.at("threshold"), "90");
}

TEST(Help, ComesBeforeWhatElseIsWrong) {
  EXPECT_EQ(parse({"replay", "--help"}).command, Command::help);
  EXPECT_EQ(parse({"run", "--zz", "--help"}).command, Command::help);
}

TEST(Version, IsTheProgramsNameAndNumber) {
  const CommandLine line = parse({"--version"});
  EXPECT_EQ(line.command, Command::version);
  EXPECT_THAT(line.text, testing::MatchesRegex("wgaudit [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

}  // namespace
}  // namespace wgaudit::command_line_test
