#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "shell/http/listener.hpp"
#include "shell/metrics/metrics_file.hpp"
#include "shell/settings/settings.hpp"
#include "shell/status/status.hpp"

namespace wgaudit {

/// The two ways to read the metrics: the page that Prometheus asks for, and the file that
/// node_exporter reads. It lives on the loop, where datagrams wait while the text is made;
/// therefore the text is made once a second at most, however often it is asked for.
///
/// The file is written by a timer and not after each dump, because it has to report dumps that fail
/// or hang, and because lines may ask for many dumps in a second.
class MetricsService {
 public:
  struct Source {
    std::function<Status()> status;
    std::function<void(std::string line)> log;  ///< Takes a line for the daemon's log.
  };

  /// Binds the port of the settings, if there is one. Throws SetupError.
  MetricsService(boost::asio::io_context& io, const Settings& settings, Source source);

  void start();

 private:
  using Text = std::shared_ptr<const std::string>;

  Text text();
  std::string make_text() const;
  void listen(boost::asio::io_context& io, const Settings& settings);
  void write_file();

  Source source_;
  bool has_peers_;
  std::optional<HttpListener> listener_;
  std::optional<MetricsFile> file_;
  boost::asio::steady_timer timer_;
  Text text_;
  std::chrono::steady_clock::time_point made_;
};

}  // namespace wgaudit
