#include "commands/name_extractor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "shell/settings/names_file.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::name_extractor_test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

constexpr const char* a_text = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=";
constexpr const char* b_text = "fE/wdxzlAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+AA=";
constexpr const char* secret_text = "SECRETsecretSECRETsecretSECRETsecretSECRETs=";

PublicKey key(std::string_view text) {
  return parse_public_key(text).value();
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const SetupError& error) {
    return std::to_string(error.exit_code) + " " + error.what();
  }
  return "accepted";
}

/// A configuration in which %a, %b and %s stand for two public keys and a secret one.
std::string conf(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    ++i;
    result += text[i] == 'a' ? a_text : text[i] == 'b' ? b_text : secret_text;
  }
  return result;
}

TEST(ExtractNames, KnowsTheHabitsOfPeopleAndOfInstallScripts) {
  const struct {
    const char* name;
    const char* text;
    std::vector<std::string> want;  ///< Names of %a and %b; a key without a name is not listed.
  } rows[] = {
      {"above, with and without blanks",
       "[Interface]\nPrivateKey = %s\n\n# Name = alice\n[Peer]\nPublicKey = %a\n\n#Name=bob\n"
       "[Peer]\nPublicKey=%b\n",
       {"a alice", "b bob"}},
      {"within",
       "[Peer]\n# friendly_name = alice\nPublicKey = %a\n[Peer]\nPublicKey = %b\nAllowedIPs = "
       "10.0.0.3/32\n# friendly_name=bob\n",
       {"a alice", "b bob"}},
      {"angristan's script",
       "[Interface]\nPrivateKey = %s\n\n### Client alice\n[Peer]\nPublicKey = %a\n"
       "PresharedKey = %s\n\n### Client bob\n[Peer]\nPublicKey = %b\n",
       {"a alice", "b bob"}},
      {"Nyr's script",
       "# BEGIN_PEER alice\n[Peer]\nPublicKey = %a\nPresharedKey = %s\n# END_PEER alice\n"
       "# BEGIN_PEER bob\n[Peer]\nPublicKey = %b\n# END_PEER bob\n",
       {"a alice", "b bob"}},
      {"blank lines within",
       "[Peer]\n\n# Name = alice\n\nPublicKey = %a\n\n# Name = alice\nAllowedIPs = 10.0.0.2/32\n",
       {"a alice"}},
      {"a remark between name and header",
       "# Name = alice\n# the laptop\n[Peer]\nPublicKey = %a\n",
       {"a alice"}},
      {"two words for one name",
       "### Client alice\n# Name = alice\n[Peer]\nPublicKey = %a\n",
       {"a alice"}},
      {"case, CRLF and inline comments",
       "#name = alice\r\n[PEER] # laptop\r\npublickey=%a # her key\r\n[Peer]\r\nPublicKey = "
       "%b\r\n# FRIENDLY_NAME = bob\r\n",
       {"a alice", "b bob"}},
      {"names that need quoting later",
       "# Name = a = \"b\\c\" # d\n[Peer]\nPublicKey = %a\n",
       {"a a = \"b\\c\" # d"}},
      {"the gateway's own name is no peer's",
       "# Name = gateway\n\n[Interface]\n# Name = gw\nPrivateKey = %s\n[Peer]\nPublicKey = %a\n",
       {}},
      {"what is not a name",
       "# Names = x\n# Nameserver = y\n# My name is = z\n#\n##\n### Clients x\n[Peer]\n"
       "PublicKey = %a\n",
       {}},
      {"a peer that is commented out",
       "# Name = carol\n# [Peer]\n# PublicKey = %b\n[Peer]\nPublicKey = %a\n\n# [Peer]\n"
       "# Name = dave\n# PublicKey = %b\n\n[Peer]\n# Name = bob\nPublicKey = %b\n",
       {"b bob"}},
      {"a name without a key", "[Peer]\n# Name = alice\nAllowedIPs = 10.0.0.2/32\n", {}},
      {"nothing", "", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const ExtractedNames found = extract_names(conf(row.text), "wg0.conf");
    std::vector<std::string> got;
    for (const auto& [peer, name] : found.names) {
      got.push_back((peer == key(a_text) ? "a " : "b ") + name);
    }
    EXPECT_THAT(got, ElementsAreArray(row.want));
    EXPECT_THAT(found.faults, IsEmpty());
  }
}

TEST(ExtractNames, GivesNoNameWhereItIsInDoubt) {
  const struct {
    const char* name;
    const char* text;
    const char* want;
  } rows[] = {
      {"between two peers", "[Peer]\nPublicKey = %a\n\n# Name = bob\n\n[Peer]\nPublicKey = %b\n",
       "wg0.conf:4: the name is between two sections; put it right above its [Peer]"},
      {"two names", "# Name = alice\n[Peer]\nPublicKey = %a\n# Name = bob\n",
       "wg0.conf:4: a second name for one peer; keep one of them"},
      {"a bad public key", "# Name = alice\n[Peer]\nPublicKey = %s=\n",
       "wg0.conf:3: PublicKey is not a key; the peer is left out"},
      {"an empty name", "# Name =\n[Peer]\nPublicKey = %a\n",
       "wg0.conf:1: the name is empty; give 1 to 64 bytes"},
      {"a name with an escape", "# Name = \x1b[2J\n[Peer]\nPublicKey = %a\n",
       "wg0.conf:1: the name holds a control character or is not UTF-8; take that out"},
      {"a name that is not UTF-8", "# Name = \xff\n[Peer]\nPublicKey = %a\n",
       "wg0.conf:1: the name holds a control character or is not UTF-8; take that out"},
      {"a name that may be a secret", "# Name = %a\n[Peer]\nPublicKey = %a\n",
       "wg0.conf:1: the name looks like a key, perhaps a secret one; give another"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const ExtractedNames found = extract_names(conf(row.text), "wg0.conf");
    EXPECT_THAT(found.names, IsEmpty());
    EXPECT_THAT(found.faults, ElementsAre(row.want));
  }
}

TEST(PrintNames, PrintsTomlThatLoadsAndNoSecret) {
  const TemporaryFolder folder;
  folder.write("wg1.conf", conf("[Interface]\nPrivateKey = %s\n[Peer]\n# Name = bob \"\\\" é\n"
                                "PublicKey = %b\nPresharedKey = %s\n"));
  folder.write("wg0.conf", conf("### Client alice\n[Peer]\nPublicKey = %a\n"));
  folder.write("wg0.conf.bak", conf("### Client mallory\n[Peer]\nPublicKey = %a\n"));
  std::ostringstream out;
  std::ostringstream errors;
  EXPECT_EQ(print_names({}, out, errors, folder.path()), 0);
  EXPECT_EQ(out.str(), conf("\"%a\" = \"alice\"\n\"%b\" = \"bob \\\"\\\\\\\" é\"\n"));
  EXPECT_EQ(errors.str(), "");
  EXPECT_THAT(parse_peer_names(out.str(), "n.toml"),
              ElementsAre(Pair(key(a_text), "alice"), Pair(key(b_text), "bob \"\\\" é")));
}

TEST(PrintNames, PrintsAKeyOnceAndSaysWhatItLeftOut) {
  const TemporaryFolder folder;
  const std::string first = folder.write("1", conf("# Name = alice\n[Peer]\nPublicKey = %a\n"));
  const std::string second = folder.write(
      "2", conf("# Name = alan\n[Peer]\nPublicKey = %a\n# Name = bob\n[Peer]\nPublicKey = %s9\n"));
  std::ostringstream out;
  std::ostringstream errors;
  EXPECT_EQ(print_names({first, first, second}, out, errors), 65);
  EXPECT_EQ(out.str(), conf("\"%a\" = \"alice\"\n"));
  EXPECT_EQ(errors.str(), second + ":6: PublicKey is not a key; the peer is left out\n" + second +
                              conf(": %a has another name already, which is kept\n"));
}

TEST(PrintNames, SaysWhereThereIsNothingToRead) {
  const TemporaryFolder folder;
  const std::string path = folder.path();
  std::ostringstream out;
  std::ostringstream errors;
  EXPECT_EQ(refusal([&] { print_names({}, out, errors, path); }),
            "74 " + path + ": no *.conf there; name the files: wgaudit names FILE...");
  EXPECT_EQ(refusal([&] { print_names({}, out, errors, path + "/none"); }),
            "74 " + path +
                "/none: cannot be read: No such file or directory; run this as root, or name the "
                "files");
  EXPECT_EQ(refusal([&] { print_names({path + "/none.conf"}, out, errors); }),
            "74 " + path +
                "/none.conf: cannot be read: No such file or directory; name a file that this user "
                "may read");
  EXPECT_EQ(out.str() + errors.str(), "");
}

}  // namespace
}  // namespace wgaudit::name_extractor_test
