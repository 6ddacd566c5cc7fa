#include "daemon/readers.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "shell/system/log.hpp"

namespace wgaudit {
namespace {

HookOptions hook_options(const Settings& settings) {
  return {settings.on_change_script, settings.hook_actions, settings.hook_time_limit,
          settings.hook_concurrency, settings.journal,      settings.interface};
}

}  // namespace

void Readers::open(std::uint64_t last_sequence, UtcTime now, std::function<void(Loss)> on_skipped) {
  synced_mark_.store(last_sequence);
  text_log_.emplace(TextLogOptions{settings_.log_path, settings_.journal, settings_.interface,
                                   settings_.log_format});
  text_log_->open(last_sequence + 1);
  if (!settings_.warnings.empty()) {
    text_log_->catch_up(last_sequence);
    text_log_->warn(settings_.warnings, now);
  }
  if (settings_.on_change_script.empty()) return;
  hooks_.emplace(io_, hook_options(settings_),
                 Hooks::Listener{write_daemon_log, std::move(on_skipped)});
  hooks_->open(last_sequence + 1);
}

void Readers::start() {
  text_log_thread_.emplace(*std::move(text_log_), write_daemon_log);
  text_log_.reset();
}

void Readers::catch_up(std::uint64_t last_sequence) {
  if (hooks_) hooks_->catch_up(last_sequence);
}

void Readers::journal_written(std::uint64_t last_sequence) {
  synced_mark_.store(last_sequence);
  text_log_thread_->journal_written(last_sequence);
  if (hooks_) boost::asio::post(io_, [this, last_sequence] { hooks_->catch_up(last_sequence); });
}

void Readers::add_to(Status& status, std::uint64_t on_disk) {
  if (hooks_) status.hook_runs = hooks_->runs();
  status.readers.push_back(text_log_thread_->status(on_disk));
  if (hooks_) status.readers.push_back(hooks_->status(on_disk));
}

}  // namespace wgaudit
