#include "shell/settings/names_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/read_file.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::names_file_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr const char* a_text = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=";
constexpr const char* b_text = "fE/wdxzlAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+AA=";
constexpr const char* secret_text = "SECRETsecretSECRETsecretSECRETsecretSECRETs=";

PublicKey key(std::string_view text) {
  return parse_public_key(text).value();
}

std::string in_quotes(std::string_view text) {
  return '"' + std::string(text) + '"';
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const SetupError& error) {
    return std::to_string(error.exit_code) + " " + error.what();
  }
  return "accepted";
}

TEST(ParsePeerNames, ReadsNamesAtTheTopAndUnderNames) {
  const std::string text =
      in_quotes(a_text) + " = \"alice\"\n[names]\n" + in_quotes(b_text) + " = 'b\\ob \"Müller\"'\n";
  EXPECT_THAT(parse_peer_names(text, "n.toml"),
              ElementsAre(Pair(key(a_text), "alice"), Pair(key(b_text), "b\\ob \"Müller\"")));
  EXPECT_THAT(parse_peer_names("", "n.toml"), IsEmpty());
  EXPECT_THAT(parse_peer_names("# nobody\n[names]\n", "n.toml"), IsEmpty());
}

TEST(ParsePeerNames, TakesUpTo64Bytes) {
  const std::string name(64, 'x');
  EXPECT_THAT(parse_peer_names(in_quotes(a_text) + " = " + in_quotes(name), "n.toml"),
              ElementsAre(Pair(key(a_text), name)));
}

TEST(ParsePeerNames, NamesTheLineThatIsWrong) {
  const std::string a = in_quotes(a_text);
  const struct {
    const char* name;
    std::string text;
    const char* want;
  } rows[] = {
      {"no key", "\n\"alice\" = \"alice\"",
       "78 n.toml:2: not a public key; give the 44 characters that `wg show` prints"},
      {"a key cut short", in_quotes(std::string(a_text).substr(1)) + " = \"alice\"",
       "78 n.toml:1: not a public key; give the 44 characters that `wg show` prints"},
      {"padding bits set", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAF=\" = \"alice\"",
       "78 n.toml:1: not a public key; give the 44 characters that `wg show` prints"},
      {"empty", a + " = \"\"", "78 n.toml:1: the name is empty; give 1 to 64 bytes"},
      {"too long", a + " = " + in_quotes(std::string(65, 'x')),
       "78 n.toml:1: the name is longer than 64 bytes; shorten it"},
      {"escape", a + " = \"\\u001b[2J\"",
       "78 n.toml:1: the name holds a control character or is not UTF-8; take that out"},
      {"line feed", a + " = \"a\\nb\"",
       "78 n.toml:1: the name holds a control character or is not UTF-8; take that out"},
      {"C1", a + " = \"\\u009b2J\"",
       "78 n.toml:1: the name holds a control character or is not UTF-8; take that out"},
      {"number", a + " = 7", "78 n.toml:1: the name is not a string; put it in quotes"},
      {"section", a + " = \"alice\"\n[peers]\n",
       "78 n.toml:2: a section that is not [names]; put the names under [names] or at the top"},
      {"section in the section", "[names.more]\n",
       "78 n.toml:1: not a public key; give the 44 characters that `wg show` prints"},
      {"names as a key", "names = \"alice\"",
       "78 n.toml:1: not a public key; give the 44 characters that `wg show` prints"},
      {"twice in both places", a + " = \"alice\"\n[names]\n\n" + a + " = \"alice\"",
       "78 n.toml:4: the second name for this key; keep one of them"},
      {"twice in one place", a + " = \"alice\"\n" + a + " = \"bob\"",
       "78 n.toml:2: the second value for one key; keep one of them"},
      {"not TOML", a + " = alice",
       "78 n.toml:1: not TOML: value: could not determine value type; mend the line (strings stand "
       "in quotes)"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(refusal([&] { parse_peer_names(row.text, "n.toml"); }), row.want);
  }
}

TEST(LoadPeerNames, ReadsAFileOrNone) {
  const TemporaryFolder folder;
  const auto file = folder.write("names.toml", in_quotes(a_text) + " = \"alice\"");
  EXPECT_THAT(load_peer_names(file), ElementsAre(Pair(key(a_text), "alice")));
  EXPECT_THAT(load_peer_names(""), IsEmpty());
  const std::string missing = folder.path() / "none.toml";
  EXPECT_EQ(refusal([&] { load_peer_names(missing); }),
            "78 " + missing +
                ": cannot be read: No such file or directory; name a file that this user may read");
}

TEST(ShippedNames, AreAnExampleThatParses) {
  std::string text = read_file(WGAUDIT_SOURCE "/packaging/names.toml");
  EXPECT_THAT(parse_peer_names(text, "names.toml"), IsEmpty());
  for (auto at = text.find("\n#\""); at != std::string::npos; at = text.find("\n#\"")) {
    text.erase(at + 1, 1);
  }
  std::vector<std::string> names;
  for (const auto& [peer, name] : parse_peer_names(text, "names.toml")) names.push_back(name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("alice", "bob's laptop"));
}

}  // namespace
}  // namespace wgaudit::names_file_test
