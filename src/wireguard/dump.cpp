#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

std::string_view to_text(DumpFault fault) {
  switch (fault) {
    case DumpFault::cut_short:
      return "cut_short";
    case DumpFault::wrong_field_count:
      return "wrong_field_count";
    case DumpFault::bad_interface:
      return "bad_interface";
    case DumpFault::bad_key:
      return "bad_key";
    case DumpFault::bad_endpoint:
      return "bad_endpoint";
    case DumpFault::bad_allowed_ips:
      return "bad_allowed_ips";
    case DumpFault::bad_number:
      return "bad_number";
    case DumpFault::stray_peer:
      return "stray_peer";
    case DumpFault::duplicate:
      return "duplicate";
  }
  __builtin_unreachable();
}

}  // namespace wgaudit
