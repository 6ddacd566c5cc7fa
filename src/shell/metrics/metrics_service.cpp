#include "shell/metrics/metrics_service.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <utility>

#include "shell/metrics/exposition.hpp"
#include "shell/metrics/metrics.hpp"
#include "shell/metrics/peer_metrics.hpp"
#include "shell/settings/setting_endpoint.hpp"

namespace wgaudit {
namespace {

constexpr std::chrono::seconds text_age{1};
constexpr std::chrono::seconds file_interval{15};  // node_exporter is asked as often, or less

}  // namespace

MetricsService::MetricsService(boost::asio::io_context& io, const Settings& settings, Source source)
    : source_(std::move(source)), has_peers_(settings.metrics_wireguard_exporter), timer_(io) {
  if (!settings.metrics_address.empty()) listen(io, settings);
  if (!settings.metrics_textfile.empty()) {
    file_.emplace(settings.metrics_textfile, source_.log);
  }
}

void MetricsService::listen(boost::asio::io_context& io, const Settings& settings) {
  const std::string& address = settings.metrics_address;
  listener_.emplace(io, HttpListener::Address{address, settings.metrics_port},
                    HttpListener::Page{"/metrics", std::string(Exposition::content_type),
                                       [this] { return text(); }});
  source_.log(
      fmt::format("metrics on http://{}/metrics", show_endpoint(address, listener_->port())));
  if (boost::asio::ip::make_address(address).is_loopback()) return;
  source_.log(fmt::format("whoever can reach {} can read the metrics", address));
}

void MetricsService::start() {
  if (listener_) listener_->start();
  if (file_) write_file();
}

MetricsService::Text MetricsService::text() {
  const auto now = std::chrono::steady_clock::now();
  if (!text_ || now - made_ >= text_age) {
    text_ = std::make_shared<const std::string>(make_text());
    made_ = now;
  }
  return text_;
}

std::string MetricsService::make_text() const {
  const Status status = source_.status();
  Exposition text;
  write_metrics(status, text);
  if (has_peers_) write_peer_metrics(status.peers, text);
  if (file_) {
    text.add_only("wgaudit_textfile_failures_total", Exposition::Type::counter,
                  "Times that the textfile could not be written.", file_->failures());
  }
  return text.take();
}

void MetricsService::write_file() {
  file_->write(*text());
  timer_.expires_after(file_interval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) write_file();
  });
}

}  // namespace wgaudit
