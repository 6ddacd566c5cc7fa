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

/// The ways on which metrics leave: the page that Prometheus asks for, and the file that
/// node_exporter reads. Their text is made once a second at most, however often it is asked for: on
/// the loop, datagrams wait meanwhile.
///
/// The file is written by a timer, not with the dumps: it has to tell of dumps that fail or hang,
/// and lines may ask for many in a second.
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
