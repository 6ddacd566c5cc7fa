#include "commands/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace wgaudit {
namespace {

constexpr std::chrono::seconds patience{1};
constexpr std::chrono::milliseconds interval{250};
constexpr std::uint64_t megabyte = 1'000'000;

}  // namespace

Progress::Progress(std::optional<std::uint64_t> total, std::function<void(std::string_view)> write,
                   std::function<Time()> now)
    : total_(total), write_(std::move(write)), now_(std::move(now)) {
  if (!write_) return;
  begin_ = now_();
  next_ = begin_ + patience;
}

void Progress::add(std::size_t bytes) {
  if (!write_) return;
  bytes_ += bytes;
  const Time now = now_();
  if (now < next_) return;
  next_ = now + interval;
  show(now);
}

void Progress::show(Time now) {
  const std::chrono::duration<double> seconds = now - begin_;
  const double rate = static_cast<double>(bytes_) / seconds.count() / megabyte;
  const std::string of_total =
      total_ && *total_ != 0
          ? fmt::format("{} % of {} MB", std::min<std::uint64_t>(100 * bytes_ / *total_, 100),
                        *total_ / megabyte)
          : fmt::format("{} MB", bytes_ / megabyte);
  const std::string text = fmt::format("{}, {:.0f} MB/s", of_total, rate);
  write_(fmt::format("\r{:<{}}", text, shown_));
  shown_ = text.size();
}

void Progress::erase() {
  if (shown_ == 0) return;
  write_(fmt::format("\r{:{}}\r", "", shown_));
  shown_ = 0;
}

void Progress::end() {
  erase();
  write_ = nullptr;
}

}  // namespace wgaudit
