#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shell/settings/log_format.hpp"
#include "wgaudit/wireguard/ids.hpp"
#include "wgaudit/wireguard/limits.hpp"

namespace wgaudit {

/// The program whose behaviour the daemon has where its own differs: see settings/compat.hpp.
enum class Compat : std::uint8_t { none, wg_monitor };

/// All settings of the daemon. The defaults are those of a gateway; flag > environment
/// (`WGAUDIT_*`) > file > default.
struct Settings {
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 9999;
  std::filesystem::path listen_unix;               ///< Socket for rsyslog's omuxsock; empty: none.
  std::uint32_t required_mark = 0;                 ///< Mark of rsyslog's datagrams; 0: none.
  std::uint64_t receive_buffer_bytes = 8U << 20U;  ///< Socket buffer, for bursts.
  std::string user;  ///< User that root changes to; empty: none, it stays root.
  std::filesystem::path journal = "/var/log/wgaudit";
  std::filesystem::path log_path = "/var/log/wgaudit/audit.log";
  std::chrono::seconds interval{30};
  std::chrono::seconds threshold = reject_after_time;
  std::chrono::seconds grace{0};  ///< A shorter absence ends no session.
  std::chrono::seconds stats_interval{3600};
  std::optional<InterfaceName> interface;  ///< Filters what is written, only.
  std::filesystem::path patterns;          ///< Folder with more *.patterns; empty: none.
  std::filesystem::path names;             ///< names.toml; empty: none.
  std::filesystem::path wg;                ///< Absolute; empty: find_program("wg").
  std::filesystem::path on_change_script;  ///< Empty: no hook.
  std::set<std::string> hook_actions = {"peer_online", "peer_offline", "peer_removed"};
  std::chrono::seconds hook_time_limit{10};
  std::uint32_t hook_concurrency = 4;
  std::uint64_t segment_bytes = 64U << 20U;  ///< A segment is closed at this size …
  std::chrono::hours segment_age{24};        ///< … or this age.
  std::uint64_t events_bytes = 1U << 30U;    ///< Above it the oldest events are deleted.
  std::uint64_t journal_bytes = 0;           ///< The same of the journal; 0: no limit.
  std::chrono::days journal_days{0};         ///< Older records are deleted; 0: none.
  std::filesystem::path seal_syslog;         ///< Socket that seals are sent to; empty: none.
  std::filesystem::path status_socket = "/run/wgaudit/status.sock";  ///< Empty: none.
  std::string metrics_address;  ///< Address that Prometheus asks; empty: none.
  std::uint16_t metrics_port = 0;
  std::filesystem::path metrics_textfile;   ///< File that node_exporter reads; empty: none.
  bool metrics_wireguard_exporter = false;  ///< Also that exporter's metrics of each peer.
  Compat compat = Compat::none;
  LogFormat log_format = LogFormat::compact;
  bool debug = false;
  std::vector<std::string> warnings;  ///< wg_monitor's warnings about values that it would change.

  friend bool operator==(const Settings&, const Settings&) = default;
};

/// Path of the text log where no setting names one.
inline std::filesystem::path default_log_path(Compat compat) {
  return compat == Compat::wg_monitor ? "/var/log/wg_monitor.log" : Settings{}.log_path;
}

}  // namespace wgaudit
