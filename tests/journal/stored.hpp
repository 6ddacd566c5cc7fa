#pragma once

#include <string>
#include <vector>

#include "audit/story.hpp"
#include "shell/journal/journal_reader.hpp"
#include "shell/journal/segment_writer.hpp"
#include "shell/journal/signing_key.hpp"

namespace wgaudit {

/// A journal record with nothing but its number and a message.
inline Record numbered_record(std::uint64_t sequence, std::string message = "said") {
  Record record;
  record.sequence = sequence;
  record.timestamp = story_start();
  record.created = story_start();
  record.action = Action::evidence_lost;
  record.message = std::move(message);
  return record;
}

/// Journal records `first` to `last` as a batch.
inline Batch numbered_batch(std::uint64_t first, std::uint64_t last) {
  Batch batch;
  batch.first_sequence = first;
  batch.last_sequence = last;
  batch.count = last - first + 1;
  for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
    batch.lines += noted_json(numbered_record(sequence)) + "\n";
  }
  return batch;
}

/// What a journal is that begins with these.
inline std::string chained_lines(std::uint64_t first, std::uint64_t last) {
  Chain chain;
  std::string lines;
  for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
    chain.append(noted_json(numbered_record(sequence)), lines);
    lines += '\n';
  }
  return lines;
}

/// The third record, as a seal.
inline std::string sealed_line() {
  const SigningKey key = *SigningKey::generate();
  const std::string text =
      text_to_sign(noted_json(numbered_record(3)), {0, {}, {}, key.public_key(), key.public_key()});
  std::string line;
  Chain().append(sealed_object(text, key.sign(text)), line);
  return line + '\n';
}

/// The numbers of the records that `reader` has.
inline std::vector<std::uint64_t> read_sequences(JournalReader& reader) {
  std::vector<std::uint64_t> sequences;
  while (const auto record = reader.next()) sequences.push_back(record->sequence);
  return sequences;
}

inline std::vector<std::uint64_t> read_sequences(const std::filesystem::path& folder,
                                                 std::uint64_t next = 1,
                                                 Stream stream = Stream::journal) {
  JournalReader reader(folder, stream, next);
  return read_sequences(reader);
}

}  // namespace wgaudit
