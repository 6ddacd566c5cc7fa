// Records a boot as tests/data/README.md says it: what rsyslogd sends to a port, and what
// `wg show all dump` prints twice a second.
//
//   recorder PORT DATAGRAMS DUMPS

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

constexpr milliseconds dump_time{500};

std::int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

void write(std::ofstream& file, const Json& line) {
  file << line.dump(-1, ' ', true, Json::error_handler_t::replace) << std::endl;
}

Json dump() {
  Json line{{"t0_us", now_us()}};
  std::string text;
  FILE* const wg = popen("exec wg show all dump", "re");
  std::array<char, 65536> buffer;
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), wg)) {
    text.append(buffer.data(), size);
  }
  const int status = pclose(wg);
  line["t_us"] = now_us();
  line["rc"] = WEXITSTATUS(status);
  line["dump"] = text;
  return line;
}

void record_dumps(const std::string& path) {
  std::ofstream file(path);
  for (auto next = std::chrono::steady_clock::now();; next += dump_time) {
    std::this_thread::sleep_until(next);
    write(file, dump());
  }
}

void record_datagrams(int port, const std::string& path) {
  const int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  constexpr int room = 8 << 20;
  setsockopt(udp, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_port = htons(static_cast<std::uint16_t>(port));
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(udp, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) std::exit(1);
  std::ofstream file(path);
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t size = recv(udp, buffer.data(), buffer.size(), 0);
    if (size < 0) continue;
    const std::string data(buffer.data(), static_cast<std::size_t>(size));
    write(file, {{"t_us", now_us()}, {"data", data}});
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  std::thread(record_dumps, argv[3]).detach();
  record_datagrams(std::stoi(argv[1]), argv[2]);
}
