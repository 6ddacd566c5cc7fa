#include "shell/readers/text_log_thread.hpp"

#include <cerrno>
#include <chrono>
#include <utility>

#include "shell/system/clocks.hpp"

namespace wgaudit {
namespace {

constexpr std::chrono::seconds try_again_after{1};

// A file system that comes back within some seconds gets its lines; a stop takes no longer.
constexpr int tries_after_stop = 3;

}  // namespace

TextLogThread::TextLogThread(TextLog log, std::function<void(std::string line)> on_trouble)
    : log_(std::move(log)),
      on_trouble_(std::move(on_trouble)),
      next_sequence_(log_.next_sequence()),
      thread_([this] { run(); }) {}

void TextLogThread::journal_written(std::uint64_t last_sequence) {
  {
    const std::lock_guard lock(mutex_);
    synced_ = last_sequence;
    has_news_ = true;
  }
  wake_.notify_one();
}

void TextLogThread::reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopen_ = true;
  }
  wake_.notify_one();
}

ReaderStatus TextLogThread::status(std::uint64_t synced) {
  const std::lock_guard lock(mutex_);
  return reader_status("text_log", next_sequence_, synced);
}

void TextLogThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void TextLogThread::run() {
  for (int tries_left = tries_after_stop;;) {
    std::unique_lock lock(mutex_);
    wait_for_work(lock);
    has_news_ = false;
    const std::uint64_t synced = synced_;
    const bool is_asked_to_reopen = std::exchange(reopen_, false);
    const bool stopping = stopping_;
    lock.unlock();

    work(synced, is_asked_to_reopen || name_.refuses());
    if (!stopping) continue;
    if (!lines_.refuses() || tries_left-- == 0) return;
    std::this_thread::sleep_for(try_again_after);
  }
}

void TextLogThread::wait_for_work(std::unique_lock<std::mutex>& lock) {
  const auto has_work = [this] { return has_news_ || reopen_ || stopping_; };
  if (lines_.refuses() || name_.refuses()) {
    wake_.wait_for(lock, try_again_after, has_work);
  } else {
    wake_.wait(lock, has_work);
  }
}

void TextLogThread::work(std::uint64_t last_sequence, bool reopen) {
  if (reopen) report(name_, log_.reopen(utc_now()), "the audit log's name");
  report(lines_, log_.catch_up(last_sequence), "the audit log");
  const std::lock_guard lock(mutex_);
  next_sequence_ = log_.next_sequence();
}

void TextLogThread::report(WriteHealth& health, bool ok, const char* name) {
  std::string line = health.note(ok, errno, name);
  if (!line.empty()) on_trouble_(std::move(line));
}

}  // namespace wgaudit
