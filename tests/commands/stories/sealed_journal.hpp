#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "journal/stored.hpp"
#include "shell/journal/signing_key.hpp"
#include "wgaudit/integrity/journal_check.hpp"

namespace wgaudit {

/// Recorded before the journal's lines.
inline std::string numbered_event(std::uint64_t sequence) {
  Record record = numbered_record(sequence);
  record.created -= std::chrono::hours{1};
  record.action = EventKind::keepalive_received;
  record.body.emplace<EventBody>().line.kind = EventKind::keepalive_received;
  return noted_json(record);
}

/// A journal as a daemon writes it, and its keys, of which an attacker has the last one.
class SealedJournal {
 public:
  /// `epochs` times some records and the seal of them, then some that are not sealed yet.
  explicit SealedJournal(std::size_t epochs) {
    for (std::size_t i = 0; i <= epochs; ++i) keys.push_back(*SigningKey::generate());
    for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
      add(3);
      seal(epoch);
    }
    add(2);
  }

  /// `held`: a line that was kept elsewhere.
  JournalReport checked(const std::string& held = {}) const {
    JournalCheck check(keys.front().public_key());
    if (const auto link = parse_held_link(held)) check.hold(*link);
    check.begin_segment(Stream::events, "events", first_event);
    for (const std::string& event : events) check.on_line(event);
    check.end_segment();
    for (const std::string& line : kept) check.on_kept_line(line);
    check.begin_segment(Stream::journal, "journal", deleted + 1);
    for (const std::string& line : lines) check.on_line(line);
    return check.finish();
  }

  /// Makes the links anew, and the heads in the seals, from the line at `from` on. Of the
  /// signatures, those of the epochs from `known` on.
  void make_anew(std::size_t from, std::size_t known) {
    Chain chain(from == 0 ? no_hash : *link_of(lines[from - 1]));
    for (std::size_t i = from; i < lines.size(); ++i) {
      std::string object = std::string(without_link(lines[i])) + "}";
      if (auto sealed = seal_of(lines[i])) object = resealed(*sealed, chain.head(), known);
      chain.append(object, lines[i] = "");
    }
  }

  /// Deletes the first lines as a daemon does, and adds the record that says so.
  void delete_first(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (seal_of(lines[i]) || i + 1 == count) kept.push_back(lines[i]);
    }
    Record record = numbered_record(lines.size() + 1);
    record.reason = "journal_deleted";
    record.body = Loss{count, {}, {}, {}, {}, MissingNumbers{Stream::journal, 1, count}};
    Chain(*link_of(lines.back())).append(noted_json(record), lines.emplace_back());
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(count));
    deleted = count;
  }

  /// Takes the seal out of a line and links what is left.
  void unseal(std::size_t at) {
    std::string object(without_link(lines[at]));
    object.erase(object.rfind(",\"seal\":"));
    Chain(*link_of(lines[at - 1])).append(object + "}", lines[at] = "");
  }

  std::vector<SigningKey> keys;
  std::vector<std::string> lines;
  std::size_t deleted = 0;        ///< Lines,
  std::vector<std::string> kept;  ///< and what is kept of them.
  std::vector<std::string> events = three_events();
  std::uint64_t first_event = 1;  ///< By the name of their segment.

 private:
  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) append(object());
  }

  void seal(std::size_t epoch) {
    Seal seal{epoch, chain_.head(), {}, keys[epoch].public_key(), keys[epoch + 1].public_key()};
    if (epoch == 1) seal.events = {{1, digest_of_events()}};
    const std::string text = text_to_sign(object(), seal);
    append(sealed_object(text, keys[epoch].sign(text)));
  }

  void append(const std::string& object) { chain_.append(object, lines.emplace_back()); }

  std::string object() const { return noted_json(numbered_record(lines.size() + 1)); }

  std::string resealed(const SealedLine& sealed, const Hash& head, std::size_t known) const {
    Seal seal = sealed.seal;
    seal.head = head;
    const auto end = sealed.signed_text.rfind(",\"seal\":");
    const std::string text =
        text_to_sign(std::string(sealed.signed_text.substr(0, end)) + "}", seal);
    return sealed_object(text,
                         seal.epoch >= known ? keys[seal.epoch].sign(text) : sealed.signature);
  }

  static std::vector<std::string> three_events() {
    std::vector<std::string> lines;
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
      lines.push_back(numbered_event(sequence));
    }
    return lines;
  }

  Hash digest_of_events() const {
    Sha256 hash;
    for (const std::string& event : events) hash.add(event + "\n");
    return hash.finish();
  }

  Chain chain_;
};

inline std::vector<std::string> faults(const JournalReport& report) {
  std::vector<std::string> texts;
  for (const Fault& fault : report.faults) texts.push_back(message_for(fault));
  return texts;
}

}  // namespace wgaudit
