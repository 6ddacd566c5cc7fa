#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/gateway.hpp"

namespace wgaudit {

/// `name(parameter="value" …)` of RainerScript, or what stands for it in the old form.
struct RsyslogObject {
  std::string name;                               ///< `module`, `action`, …: in lower case.
  std::map<std::string, std::string> parameters;  ///< Their names in lower case.
  std::filesystem::path file;

  /// The value of a parameter; empty where it is not given.
  std::string parameter(const std::string& key) const;
};

/// The part of rsyslog's configuration that decides whether kernel lines reach us: the modules that
/// are loaded and the actions that forward, wherever they stand. Filters are not understood.
struct RsyslogConfig {
  std::filesystem::path file;          ///< The first one.
  std::vector<RsyslogObject> objects;  ///< `module`, and `action` of omfwd and omuxsock.
  std::vector<std::string> includes;   ///< As they are written: `/etc/rsyslog.d/*.conf`.
  std::vector<std::filesystem::path> unreadable;

  /// Null: it is not loaded.
  const RsyslogObject* module(std::string_view name) const;
};

/// Reads the file and all that it includes.
RsyslogConfig read_rsyslog_config(const Gateway& gateway, const std::filesystem::path& file);

}  // namespace wgaudit
