#include "shell/readers/journal_watch.hpp"

#include <limits.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "shell/journal/synced_mark.hpp"

namespace wgaudit {

JournalWatch::JournalWatch(std::filesystem::path journal)
    : journal_(std::move(journal)), inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

std::uint64_t JournalWatch::synced() {
  // Before it is read, or a change between the two would be missed. Each time, since the file may
  // have been made anew; for one that is watched already it changes nothing.
  ::inotify_add_watch(inotify_.get(), synced_mark_path(journal_).c_str(), IN_MODIFY);
  synced_ = read_synced_mark(journal_).value_or(synced_);
  return synced_;
}

bool JournalWatch::wait(std::chrono::milliseconds time_out) {
  pollfd watched{inotify_.get(), POLLIN, 0};
  if (::poll(&watched, 1, static_cast<int>(time_out.count())) != 1) return false;
  alignas(inotify_event) std::array<char, 16 * (sizeof(inotify_event) + NAME_MAX + 1)> events;
  while (::read(inotify_.get(), events.data(), events.size()) > 0) continue;
  return true;
}

}  // namespace wgaudit
