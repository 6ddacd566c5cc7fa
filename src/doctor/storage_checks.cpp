#include "doctor/storage_checks.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "shell/journal/disk_guard.hpp"
#include "shell/journal/segments.hpp"
#include "shell/system/file_descriptor.hpp"
#include "shell/system/privileges.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mebibyte = 1U << 20U;

constexpr std::string_view journal_folder = "journal folder";

/// Nothing, with errno set, where it cannot be asked.
std::optional<struct stat> status_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

/// As in require_trusted: root's own group is root.
bool others_can_write(const struct stat& status) {
  return (status.st_mode & (status.st_gid == 0 ? S_IWOTH : S_IWGRP | S_IWOTH)) != 0;
}

/// The first thing in the folder that belongs to another; empty: all is the user's.
fs::path foreign_file(const fs::path& folder, uid_t user) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto status = status_of(entry->path());
    if (status && status->st_uid != user) return entry->path();
  }
  return {};
}

/// The folder, or where it would be made.
fs::path nearest(fs::path folder) {
  std::error_code ignored;
  while (folder.has_relative_path() && !fs::exists(folder, ignored)) folder = folder.parent_path();
  return folder;
}

std::string make_folder(const fs::path& folder, uid_t user) {
  return fmt::format("install -d -m 750 -o {} {}", name_of_user(user), shell_word(folder.string()));
}

Check hidden(const Gateway& gateway, std::string_view link, const fs::path& path, int error) {
  return {link,
          Health::unknown,
          fmt::format("{}: {}", to_printable(path.string()), error_text(error)),
          {ask_as_root(gateway)}};
}

Check no_user(const Gateway& gateway, std::string_view link) {
  const std::string user = shell_word(gateway.settings.user);
  return {link,
          Health::broken,
          fmt::format("there is no user {}", user),
          {"adduser --system --group --no-create-home " + user}};
}

/// As the daemon needs it, where only the daemon may change it.
Check judge_folder(const fs::path& folder, const struct stat& status, uid_t user) {
  const std::string name = shell_word(folder.string());
  const std::string wanted = name_of_user(user);
  const auto broken = [](std::string finding, std::string cure) {
    return Check{journal_folder, Health::broken, std::move(finding), {std::move(cure)}};
  };
  const std::string own = fmt::format("chown -R {} {}", wanted, name);
  if (status.st_uid != user) {
    return broken(fmt::format("{} is of {}, not {}", name, name_of_user(status.st_uid), wanted),
                  own);
  }
  if (others_can_write(status)) return broken("others can write to " + name, "chmod go-w " + name);
  if ((status.st_mode & S_IRWXU) != S_IRWXU) {
    return broken("its owner cannot write to " + name, "chmod u+rwx " + name);
  }
  const fs::path foreign = foreign_file(folder, user);
  if (foreign.empty()) return {journal_folder, Health::ok, name + " is " + wanted + "'s"};
  return broken(fmt::format("{} is not {}'s", shell_word(foreign.string()), wanted), own);
}

std::uint64_t stored_bytes(const fs::path& folder, Stream stream) {
  std::uint64_t bytes = 0;
  for (const Segment& segment : list_segments(folder, stream)) {
    std::error_code error;
    const auto size = fs::file_size(segment.path, error);
    if (!error) bytes += size;
  }
  return bytes;
}

/// Size of a stream with a limit: one segment more, until the oldest is deleted.
std::uint64_t growth(const Settings& settings, Stream stream, std::uint64_t limit) {
  const std::uint64_t most = limit + settings.segment_bytes;
  const std::uint64_t stored = stored_bytes(settings.journal, stream);
  return most > stored ? most - stored : 0;
}

/// The limit that fits beside four segments, for good.
std::vector<std::string> limit_events(const Gateway& gateway, std::uint64_t available,
                                      std::optional<pid_t> daemon) {
  const Settings& settings = gateway.settings;
  const std::uint64_t stored = stored_bytes(settings.journal, Stream::events);
  const std::uint64_t kept = 4 * settings.segment_bytes;
  if (available + stored <= kept + mebibyte) return {};
  const std::string file = shell_word(gateway.config.string());
  return {fmt::format("mkdir -p {}", shell_word(gateway.config.parent_path().string())),
          fmt::format("sed -i '/^ *events_bytes/d' {} 2>/dev/null", file),
          fmt::format("echo 'events_bytes = \"{}M\"' >> {}", (available + stored - kept) / mebibyte,
                      file),
          start_daemon(gateway, daemon)};
}

}  // namespace

Check check_journal_folder(const Gateway& gateway) {
  const fs::path& folder = gateway.settings.journal;
  const auto user = gateway.user();
  if (!user) return no_user(gateway, journal_folder);
  const auto status = status_of(folder);
  if (status) return judge_folder(folder, *status, *user);
  if (errno != ENOENT) return hidden(gateway, journal_folder, folder, errno);
  return {journal_folder,
          Health::broken,
          shell_word(folder.string()) + " is not there",
          {make_folder(folder, *user)}};
}

Check check_text_log(const Gateway& gateway) {
  constexpr std::string_view link = "text log";
  const fs::path& log = gateway.settings.log_path;
  const fs::path folder = log.parent_path();
  const std::string name = shell_word(log.string());
  const auto user = gateway.user();
  if (!user) return no_user(gateway, link);
  const auto place = status_of(folder);
  if (!place && errno != ENOENT) return hidden(gateway, link, folder, errno);
  if (!place) {
    return {link,
            Health::broken,
            shell_word(folder.string()) + " is not there",
            {make_folder(folder, *user)}};
  }
  const auto status = status_of(log);
  const struct stat& written = status ? *status : *place;
  if (written.st_uid == *user && (written.st_mode & S_IWUSR) != 0) return {link, Health::ok, name};
  return {link,
          Health::broken,
          fmt::format("{} cannot write {}", name_of_user(*user), name),
          {"touch " + name, fmt::format("chown {} {}", name_of_user(*user), name),
           "chmod u+rw " + name}};
}

Check check_free_space(const Gateway& gateway, std::optional<pid_t> daemon) {
  constexpr std::string_view link = "free space";
  const Settings& settings = gateway.settings;
  const auto space = disk_space(nearest(settings.journal));
  if (!space) return hidden(gateway, link, settings.journal, errno);
  const std::uint64_t available = space->free;
  const std::uint64_t needed = growth(settings, Stream::events, settings.events_bytes) +
                               growth(settings, Stream::journal, settings.journal_bytes);
  const std::string finding =
      fmt::format("{} MiB are free, {} may be needed", available / mebibyte, needed / mebibyte);
  if (available >= needed) return {link, Health::ok, finding};
  return {link, Health::broken, finding, limit_events(gateway, available, daemon)};
}

Check check_signing_key(const Gateway& gateway, std::optional<pid_t> daemon) {
  constexpr std::string_view link = "signing key";
  const fs::path& folder = gateway.settings.journal;
  const fs::path file = folder / "seal.key";
  const std::string name = shell_word(file.string());
  const auto key = status_of(file);
  if (!key && errno != ENOENT) return hidden(gateway, link, file, errno);
  if (!key && list_segments(folder, Stream::journal).empty()) {
    return {link, Health::unknown, "the daemon makes it when it first runs"};
  }
  if (!key) return {link, Health::broken, name + " is gone", {start_daemon(gateway, daemon)}};
  if ((key->st_mode & 077U) != 0) {
    return {link, Health::broken, "others can read " + name, {"chmod 600 " + name}};
  }
  const auto owner = status_of(folder);
  if (owner && owner->st_uid != key->st_uid) {
    return {link,
            Health::broken,
            name + " is not the folder's owner's",
            {fmt::format("chown {} {}", name_of_user(owner->st_uid), name)}};
  }
  return {link, Health::ok, name};
}

}  // namespace wgaudit
