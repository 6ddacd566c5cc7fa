// Takes kernel lines from the datagram to the finished batch, without socket, file and thread: for
// callgrind, which counts the same instructions on every machine.
//
//   ingest_way FIREWALL_PERCENT BATCHES

#include <cstdlib>

#include "bench/ingest/lines.hpp"
#include "support/way.hpp"

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  wgaudit::Lines lines(1000, static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10)));
  std::vector<std::string> datagrams;
  for (std::size_t i = 0; i < 1000 * wgaudit::Way::batch; ++i) datagrams.push_back(lines.next());
  wgaudit::Way way;
  way.take(datagrams, std::strtoul(argv[2], nullptr, 10));
  return way.bytes() == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
