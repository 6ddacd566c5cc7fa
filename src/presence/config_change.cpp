#include "wgaudit/presence/config_change.hpp"

#include <fmt/format.h>

#include <utility>

namespace wgaudit {
namespace {

// The spelling of show.c of wireguard-tools, so that a user recognizes the values.

std::string key_text(const PublicKey& key) {
  return key == PublicKey{} ? "(none)" : to_text(key);
}

std::string fwmark_text(std::uint32_t fwmark) {
  return fwmark == 0 ? "off" : fmt::format("{:#x}", fwmark);
}

std::string keepalive_text(std::chrono::seconds keepalive) {
  return keepalive.count() == 0 ? "off" : std::to_string(keepalive.count());
}

std::string secret_text(const SecretDigest& secret) {
  return secret.is_set() ? "set" : "(none)";
}

}  // namespace

std::string_view to_text(ConfigField field) {
  switch (field) {
    case ConfigField::interface:
      return "interface";
    case ConfigField::interface_key:
      return "interface_key";
    case ConfigField::listen_port:
      return "listen_port";
    case ConfigField::fwmark:
      return "fwmark";
    case ConfigField::peer:
      return "peer";
    case ConfigField::kernel_peer:
      return "kernel_peer";
    case ConfigField::allowed_ips:
      return "allowed_ips";
    case ConfigField::persistent_keepalive:
      return "persistent_keepalive";
    case ConfigField::preshared_key:
      return "preshared_key";
  }
  __builtin_unreachable();
}

void compare_settings(const InterfaceName& interface, const InterfaceSettings& before,
                      const InterfaceSettings& after, UtcTime when, ConfigChanges& changes) {
  const auto add = [&](ConfigField field, std::string old, std::string now) {
    changes.push_back({field, interface, {}, std::move(old), std::move(now), when});
  };
  if (before.public_key != after.public_key) {
    add(ConfigField::interface_key, key_text(before.public_key), key_text(after.public_key));
  }
  if (before.listen_port != after.listen_port) {
    add(ConfigField::listen_port, std::to_string(before.listen_port),
        std::to_string(after.listen_port));
  }
  if (before.fwmark != after.fwmark) {
    add(ConfigField::fwmark, fwmark_text(before.fwmark), fwmark_text(after.fwmark));
  }
}

void compare_rows(const InterfaceName& interface, const DumpPeer& before, const DumpPeer& after,
                  UtcTime when, ConfigChanges& changes) {
  const auto add = [&](ConfigField field, std::string old, std::string now) {
    changes.push_back({field, interface, after.public_key, std::move(old), std::move(now), when});
  };
  if (before.allowed_ips != after.allowed_ips) {
    add(ConfigField::allowed_ips, before.allowed_ips, after.allowed_ips);
  }
  if (before.persistent_keepalive != after.persistent_keepalive) {
    add(ConfigField::persistent_keepalive, keepalive_text(before.persistent_keepalive),
        keepalive_text(after.persistent_keepalive));
  }
  // A restored row does not know its preshared key: that is no change.
  const SecretDigest& old = before.preshared_key;
  if (old.is_known() && after.preshared_key.is_known() && old != after.preshared_key) {
    add(ConfigField::preshared_key, secret_text(old), secret_text(after.preshared_key));
  }
}

}  // namespace wgaudit
