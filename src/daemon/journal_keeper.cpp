#include "daemon/journal_keeper.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "shell/journal/journal_reader.hpp"
#include "shell/journal/lock.hpp"
#include "shell/journal/segments.hpp"
#include "shell/system/log.hpp"
#include "shell/system/syslog_sender.hpp"
#include "wgaudit/base/hex.hpp"
#include "wgaudit/integrity/journal_check.hpp"

namespace wgaudit {
namespace {

LossReason deletion_reason(const Deletion& deletion) {
  if (deletion.by_others) return LossReason::records_removed;
  return deletion.stream == Stream::events ? LossReason::events_deleted
                                           : LossReason::journal_deleted;
}

/// Deleting from the front is recorded as 1 to the last, because the records of earlier deletions
/// may be among what is deleted.
Loss loss_of(const Deletion& deletion) {
  const auto [first, last] = deletion.records;
  return {last - first + 1,
          {},
          {},
          fmt::format("{} {} to {}", to_text(deletion.stream), first, last),
          {},
          MissingNumbers{deletion.stream, deletion.by_others ? first : 1, last}};
}

}  // namespace

JournalKeeper::JournalKeeper(const Settings& settings, Writer::Listener listener)
    : settings_(settings),
      lock_(lock_journal(settings.journal)),
      journal_(settings.journal, Stream::journal),
      events_(settings.journal, Stream::events),
      sealer_(settings.journal, [this](const HeldLink& sealed) { on_sealed(sealed); }),
      writer_({settings.journal,
               {settings.events_bytes, settings.journal_bytes, settings.journal_days}},
              journal_, events_, std::move(listener)) {}

void JournalKeeper::open(Recorder& recorder, Instant now) {
  const StreamEnd journal = journal_.open();
  const StreamEnd events = events_.open();
  found_ = journal.last_sequence;
  restore_peers(recorder);
  continue_from(journal, Stream::journal, recorder, now);
  continue_from(events, Stream::events, recorder, now);
}

/// From the last two segments: a crash may have cut the snapshot at the head of the last one short.
/// What follows the last whole record will be cut off.
void JournalKeeper::restore_peers(Recorder& recorder) const {
  const auto segments = list_segments(settings_.journal, Stream::journal);
  if (segments.empty()) return;
  const Segment& first = segments.size() > 1 ? segments[segments.size() - 2] : segments.back();
  JournalReader reader(settings_.journal, Stream::journal, first.first_sequence);
  while (reader.position() <= found_) {
    const auto record = reader.next();
    if (!record || record->sequence > found_) return;
    recorder.auditor().restore(*record);
  }
}

void JournalKeeper::continue_from(const StreamEnd& end, Stream stream, Recorder& recorder,
                                  Instant now) {
  recorder.auditor().continue_from(stream, end.last_sequence, end.created);
  recorder.batcher().continue_from(end, stream, now);
  if (end.torn_bytes == 0) return;
  torn_.push_back(fmt::format("{} bytes of {}{}", end.torn_bytes, to_text(stream),
                              end.torn.empty() ? "" : ", kept in " + end.torn.string()));
}

void JournalKeeper::open_sealer(Recorder& recorder) {
  const auto keys = sealer_.open(found_);
  for (SegmentWriter* const writer : {&journal_, &events_}) writer->seal_with(sealer_);
  if (!keys) return;
  recorder.batcher().seal_soon();
  std::string key;
  append_hex(keys->first, key);
  write_daemon_log(
      keys->replace_lost
          ? fmt::format("the key that the journal's last seal names is gone: from here on others "
                        "seal it, {} first, and wgaudit verify will say so",
                        key)
          : fmt::format("the first key that seals the journal is {}: keep it elsewhere, for "
                        "wgaudit verify --key",
                        key));
}

void JournalKeeper::cut() {
  journal_.cut();
  events_.cut();
}

void JournalKeeper::record_torn(Recorder& recorder, Instant now) const {
  for (const std::string& what : torn_)
    recorder.on_loss(LossReason::torn_tail, {{}, {}, {}, what}, now);
}

void JournalKeeper::record_deleted(Recorder& recorder, Instant now) {
  for (const Deletion& deletion : writer_.take_deleted()) {
    recorder.on_loss(deletion_reason(deletion), loss_of(deletion), now);
    if (!deletion.by_others) {
      writer_.delete_records(deletion.stream, deletion.records.last,
                             recorder.records().back().sequence);
    } else if (deletion.stream == Stream::journal) {
      recorder.batcher().on_removed_journal();
    }
  }
}

/// Called on the writer's thread, which alone waits for the disk; nothing here waits.
void JournalKeeper::on_sealed(const HeldLink& sealed) const {
  const std::string text = message_for_link(sealed);
  write_daemon_log(text);
  const auto& socket = settings_.seal_syslog;
  if (socket.empty() || send_to_syslog(socket, text)) return;
  write_daemon_log(
      fmt::format("{}: the seal could not be sent: {}", socket.string(), error_text(errno)));
}

}  // namespace wgaudit
