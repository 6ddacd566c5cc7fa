#include "commands/pseudonyms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/exporter.hpp"
#include "journal/stored.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::pseudonyms_test {
namespace {

using testing::HasSubstr;
using testing::Not;

WipedBuffer secret_of(std::string_view text) {
  WipedBuffer key;
  std::copy(text.begin(), text.end(), key.room().begin());
  key.commit(text.size());
  return key;
}

Pseudonyms some() {
  return Pseudonyms(secret_of("0123456789abcdef"));
}

// printf '\xcb\x00\x71\x07' | openssl dgst -sha256 -hmac 0123456789abcdef
constexpr const char* of_203_0_113_7 = "fdaa:92cc:237b:503:665f:10da:b43:52ea";

TEST(Pseudonyms, AreTheSameForTheSameAddressAndKeyAlone) {
  const auto address = *parse_ip_address("203.0.113.7");
  EXPECT_EQ(to_text(some().of(address)), of_203_0_113_7);
  EXPECT_NE(some().of(*parse_ip_address("203.0.113.8")), some().of(address));
  EXPECT_NE(Pseudonyms(secret_of("0123456789abcdeF")).of(address), some().of(address));
  EXPECT_THROW(Pseudonyms(secret_of("0123456789abcde")), SetupError);
}

TEST(Pseudonyms, ReplaceEachAddressHoweverItIsSpelt) {
  const std::string four = of_203_0_113_7;
  const std::string six = to_text(some().of(*parse_ip_address("2001:db8::7")));
  const struct {
    std::string text;
    std::string replaced;
  } rows[] = {
      {"", ""},
      {"203.0.113.7", four},
      {"ONLINE wg0 bob from 203.0.113.7:51820.", "ONLINE wg0 bob from " + four + ":51820."},
      {"from=203.0.113.7,[2001:db8::7]:51820", "from=" + four + ",[" + six + "]:51820"},
      {"2001:DB8:0::7%eth0", six + "%eth0"},
      {"a203.0.113.7", "a" + four},
      {"2026-11-21T07:00:10.250000Z, 180 s, wg0, 1.2.3, dead:beef, ::, facade",
       "2026-11-21T07:00:10.250000Z, 180 s, wg0, 1.2.3, dead:beef, " +
           to_text(some().of(*parse_ip_address("::"))) + ", facade"},
  };
  for (const auto& row : rows) EXPECT_EQ(some().replace_in(row.text), row.replaced) << row.text;
}

TEST(Export, HoldsNoAddressOfAPeerAndLeavesTheJournalAsItIs) {
  const TemporaryFolder folder;
  Record record = numbered_record(1, "OFFLINE wg0 bob from 203.0.113.7:51820");
  record.action = Action::peer_offline;
  auto& body = record.body.emplace<PeerBody>();
  body.peer.public_key = key_of("bob");
  body.endpoint = parse_endpoint("203.0.113.7:51820");
  body.previous_endpoint = parse_endpoint("[2001:db8::7]:1");
  std::string line;
  Chain().append(noted_json(record), line);
  folder.write("journal-00000000000000000001.jsonl", line + "\nnonsense\n");
  std::vector<std::string> lines;
  const auto print = [&](const std::string& one) { lines.push_back(one); };
  EXPECT_EQ(export_journal(folder.path(), some(), print), 1U);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], Not(HasSubstr("203.0.113")));
  EXPECT_THAT(lines[0], Not(HasSubstr("2001:db8")));
  EXPECT_THAT(lines[0], Not(HasSubstr("\"chain\"")));
  EXPECT_EQ(to_text(parse_record(lines[0])->endpoint()->address), of_203_0_113_7);
  EXPECT_THAT(read_file(folder.path() / "journal-00000000000000000001.jsonl"),
              HasSubstr("203.0.113.7"));
}

TEST(Export, AFolderWithoutAJournalCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_THROW(export_journal(folder.path(), some(), [](const std::string&) {}), SetupError);
}

}  // namespace
}  // namespace wgaudit::pseudonyms_test
