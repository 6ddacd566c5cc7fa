#include "shell/intake/forgery_fold.hpp"

#include <string>
#include <utility>

namespace wgaudit {
namespace {

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
  return window_.take(untold_.has_value(), now) ? flush() : std::nullopt;
}

std::optional<Forgery> ForgeryFold::flush() {
  return std::exchange(untold_, std::nullopt);
}

}  // namespace wgaudit
