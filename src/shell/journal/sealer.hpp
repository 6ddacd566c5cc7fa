#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/journal/seal_keys.hpp"
#include "wgaudit/integrity/chain_check.hpp"
#include "wgaudit/integrity/seal.hpp"

namespace wgaudit {

/// Makes the seals of a journal (wgaudit/audit/seal.hpp). After `open`, used by the thread that
/// writes the journal.
class Sealer {
 public:
  /// `tell`: hears of each seal that is on the disk, what can be kept elsewhere.
  Sealer(std::filesystem::path journal, std::function<void(const HeldLink&)> tell);

  /// Keys that no seal in the journal leads to, and so have sealed nothing yet.
  struct NewKeys {
    SealKey first;
    bool replace_lost;  ///< The journal has seals, and the key that the last of them names is gone.
  };

  /// Goes on behind the last seal of the journal, whose last record is `last_sequence`, and tells
  /// of it again. Opens the keys, `seal.key` in the journal's folder, or makes them. Throws
  /// SetupError (exit code 74), also where a segment cannot be read that may hold the last seal.
  std::optional<NewKeys> open(std::uint64_t last_sequence);

  /// Whether the key of the last seal is destroyed and the next seal's is there: a disk that
  /// refuses either leaves a checkpoint without seal, and the next one's says what it would have.
  bool is_ready();

  /// The object with a seal of all before it, whose last link is `head`. To be ready.
  std::string seal(std::string_view object, const Hash& head);

  /// Called when the line that `seal` returned is in the journal, as the record `sealed`.
  void on_written(const HeldLink& sealed);

  /// Called at each sync: destroys the key of a seal that is on the disk.
  void on_synced();

  /// Takes the digests of events segments that are closed and in no seal: at each end of one, since
  /// all of them at once would hold up the journal.
  void digest_events();

 private:
  /// A seal of the journal, as the start finds it.
  struct Found {
    Seal seal;
    HeldLink held;
  };

  std::optional<Found> find_last(std::uint64_t last_sequence);

  std::filesystem::path journal_;
  std::function<void(const HeldLink&)> tell_;
  SealKeys keys_;
  std::uint64_t last_events_ = 0;          ///< The segment of the events that was sealed last.
  std::map<std::uint64_t, Hash> digests_;  ///< By the segment's first record.
  std::optional<HeldLink> written_;        ///< The seal whose key is still there.
};

}  // namespace wgaudit
