#include "wgaudit/wireguard/dump_parser.hpp"

#include <cstdint>
#include <utility>

#include "wireguard/dump_fields.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t key_size = 44;

/// Returns the first peer whose key an earlier one has too. The table is open-addressed and at most
/// half full: a std::unordered_set costs more than all the rest of a dump.
std::optional<std::size_t> first_duplicate(const std::vector<DumpPeer>& peers) {
  std::size_t size = 64;
  while (size < 2 * peers.size()) size *= 2;
  std::vector<std::uint32_t> places(size);  // index of a peer + 1; 0: free
  for (std::size_t index = 0; index < peers.size(); ++index) {
    const PublicKey& key = peers[index].public_key;
    std::size_t i = std::hash<PublicKey>{}(key) & (size - 1);
    for (; places[i] != 0; i = (i + 1) & (size - 1)) {
      if (peers[places[i] - 1].public_key == key) return index;
    }
    places[i] = static_cast<std::uint32_t>(index + 1);
  }
  return std::nullopt;
}

}  // namespace

std::string_view DumpParser::PrintedRows::at(std::size_t row) const {
  const std::size_t begin = row == 0 ? 0 : ends[row - 1];
  return std::string_view(text).substr(begin, ends[row] - begin);
}

void DumpParser::PrintedRows::add(std::string_view row, std::string_view secret) {
  const auto begin = static_cast<std::size_t>(secret.data() - row.data());
  text.append(row.substr(0, begin)).append(row.substr(begin + secret.size()));
  ends.push_back(text.size());
}

void DumpParser::PrintedRows::keep(std::size_t rows) {
  ends.resize(rows);
  text.resize(rows == 0 ? 0 : ends.back());
}

tl::expected<const Dump*, DumpError> DumpParser::parse(std::string_view text) {
  interfaces_ = 0;
  names_.clear();
  for (line_ = 1; !text.empty(); ++line_) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return tl::unexpected(reset(DumpFault::cut_short));
    const Fault fault = read_line(text.substr(0, end));
    if (fault) return tl::unexpected(reset(*fault));
    text.remove_prefix(end + 1);
  }
  if (const Fault fault = end_interface()) return tl::unexpected(reset(*fault));
  dump_.resize(interfaces_);
  printed_.resize(interfaces_);
  return &dump_;
}

DumpParser::Fault DumpParser::read_line(std::string_view line) {
  if (const auto secret = secret_of_same(line)) {
    if (reprinted_) reprinted_->add(line, *secret);
    ++rows_;
    return std::nullopt;
  }
  const DumpFields fields(line);
  if (fields.count == interface_fields) return read_interface(fields);
  if (fields.count == peer_fields) return read_peer(line, fields);
  return DumpFault::wrong_field_count;
}

/// Returns the secret of a row that is printed as the row at its place was in the output before;
/// nothing where the row differs, also in its secret. What is compared is name, key and tab, then
/// all from the tab after the secret on.
std::optional<std::string_view> DumpParser::secret_of_same(std::string_view row) const {
  if (interfaces_ == 0 || rows_ >= printed_[interfaces_ - 1].ends.size()) return std::nullopt;
  const DumpInterface& interface = dump_[interfaces_ - 1];
  const std::string_view before = printed_[interfaces_ - 1].at(rows_);
  const std::size_t begin = interface.name.view().size() + key_size + 2;
  const std::size_t end = row.find('\t', begin);
  if (end == std::string_view::npos || row.substr(0, begin) != before.substr(0, begin) ||
      row.substr(end) != before.substr(begin)) {
    return std::nullopt;
  }
  const std::string_view secret = row.substr(begin, end - begin);
  if (digest_of(secret, salt_) != interface.peers[rows_].preshared_key) return std::nullopt;
  return secret;
}

DumpParser::Fault DumpParser::read_interface(const DumpFields& fields) {
  DumpInterface interface;
  if (const Fault fault = read_interface_fields(fields, interface)) return fault;
  if (!names_.insert(interface.name).second) return DumpFault::duplicate;
  if (const Fault fault = end_interface()) return fault;
  if (interfaces_ < dump_.size() && dump_[interfaces_].name == interface.name) {
    // The same interface at the same place: its rows are compared with those of the last output.
    interface.peers = std::move(dump_[interfaces_].peers);
  } else {
    dump_.resize(interfaces_ + 1);
    printed_.resize(interfaces_);
    printed_.resize(interfaces_ + 1);
  }
  dump_[interfaces_] = std::move(interface);
  ++interfaces_;
  rows_ = 0;
  has_other_keys_ = false;
  return std::nullopt;
}

DumpParser::Fault DumpParser::read_peer(std::string_view line, const DumpFields& fields) {
  if (interfaces_ == 0 || dump_[interfaces_ - 1].name.view() != fields[0]) {
    return DumpFault::stray_peer;
  }
  DumpPeer peer;
  if (const Fault fault = read_peer_fields(fields, salt_, peer)) return fault;
  auto& peers = dump_[interfaces_ - 1].peers;
  if (!reprinted_) {  // the rows before this one are as they were
    reprinted_ = printed_[interfaces_ - 1];
    reprinted_->keep(rows_);
  }
  reprinted_->add(line, fields[2]);
  const bool is_known = rows_ < peers.size();
  if (!is_known || peers[rows_].public_key != peer.public_key) has_other_keys_ = true;
  if (!is_known) peers.emplace_back();
  peers[rows_++] = std::move(peer);
  return std::nullopt;
}

/// Looks for duplicates only where a key is new at its place: the last output had none.
DumpParser::Fault DumpParser::end_interface() {
  if (interfaces_ == 0) return std::nullopt;
  auto& peers = dump_[interfaces_ - 1].peers;
  peers.resize(rows_);
  PrintedRows& printed = printed_[interfaces_ - 1];
  if (reprinted_) printed = *std::exchange(reprinted_, std::nullopt);
  printed.keep(rows_);
  const auto duplicate = has_other_keys_ ? first_duplicate(peers) : std::nullopt;
  if (!duplicate) return std::nullopt;
  line_ -= rows_ - *duplicate;
  return DumpFault::duplicate;
}

/// Drops both outputs: what was overwritten in place is nothing to compare the next one with.
DumpError DumpParser::reset(DumpFault fault) {
  dump_.clear();
  printed_.clear();
  reprinted_.reset();
  return {fault, line_};
}

tl::expected<Dump, DumpError> parse_dump(std::string_view text, const DigestSalt& salt) {
  DumpParser parser(salt);
  return parser.parse(text).map([](const Dump* dump) { return *dump; });
}

}  // namespace wgaudit
