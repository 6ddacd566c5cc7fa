#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "shell/system/child_process.hpp"

namespace wgaudit {

// No test comes near it unless something is wrong.
inline constexpr std::chrono::seconds deadline{30};
inline constexpr std::size_t mebibyte = 1U << 20U;

inline ChildSpec program(std::filesystem::path path, std::vector<std::string> arguments = {}) {
  return {.program = std::move(path),
          .arguments = std::move(arguments),
          .environment = {"PATH=/usr/bin:/bin"},
          .time_limit = deadline,
          .output_limit = 4 * mebibyte};
}

inline ChildSpec shell(const std::string& script) {
  return program("/bin/sh", {"-c", script});
}

inline void run_to_the_end(boost::asio::io_context& io) {
  io.restart();
  io.run_for(2 * deadline);
  EXPECT_TRUE(io.stopped()) << "something is still being waited for";
}

/// With the result nothing may be left to wait for.
inline void run_until(boost::asio::io_context& io, const std::optional<ChildResult>& result) {
  io.restart();
  while (!result && io.run_one_for(2 * deadline) > 0) continue;
  if (!result) throw std::runtime_error("no result");
  io.poll();
  EXPECT_TRUE(io.stopped()) << "something is still being waited for";
}

inline ChildResult run(boost::asio::io_context& io, ChildSpec spec) {
  std::optional<ChildResult> result;
  ChildProcess child(io, std::move(spec), [&](ChildResult got) {
    EXPECT_FALSE(result) << "reported twice";
    result = std::move(got);
  });
  EXPECT_FALSE(result) << "reported from the constructor";
  EXPECT_TRUE(child.running());
  run_until(io, result);
  EXPECT_FALSE(child.running());
  return std::move(*result);
}

inline ChildResult run(ChildSpec spec) {
  boost::asio::io_context io;
  return run(io, std::move(spec));
}

/// Asio opens descriptors of its own at the first use.
inline void use_once(boost::asio::io_context& io) {
  run(io, shell(":"));
}

/// We have no child any more, not even a dead one.
inline bool has_no_children() {
  return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

/// Gone, or dead and only waiting for somebody to notice.
inline bool is_dead(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return true;
  return line.substr(line.rfind(')') + 2, 1) == "Z";
}

/// A killed process is not dead at once.
inline bool dies(const std::string& pid) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!is_dead(pid) && std::chrono::steady_clock::now() < end) ::sched_yield();
  return is_dead(pid);
}

inline std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return std::distance(begin(entries), end(entries));
}

}  // namespace wgaudit
