#include "shell/forgery_fold.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace wgaudit {
namespace {

using std::chrono::seconds;

constexpr seconds first_window{10};
constexpr seconds last_window{600};

constexpr std::size_t max_sample = 256;

}  // namespace

void ForgeryFold::add(const Sample& sample, Instant now) {
  if (!untold_) {
    const std::string text(sample.text.substr(0, max_sample));
    untold_ = {reason_, sample.source, {0, now.utc, now.utc, sample.uid, text}};
  }
  ++untold_->facts.count;
  untold_->facts.last = now.utc;
}

std::optional<Forgery> ForgeryFold::take(Instant now) {
  if (now.steady < due_) return std::nullopt;
  if (!untold_) {
    window_ = seconds(0);
    return std::nullopt;
  }
  window_ = std::clamp(window_ * 2, first_window, last_window);
  due_ = now.steady + window_;
  return flush();
}

std::optional<Forgery> ForgeryFold::flush() {
  return std::exchange(untold_, std::nullopt);
}

}  // namespace wgaudit
