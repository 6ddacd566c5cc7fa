#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Why a datagram was refused that has not the mark that is required.
inline constexpr std::string_view wrong_mark = "wrong_mark";

/// Why a datagram is recorded that came from a source port that also belongs to another user.
inline constexpr std::string_view foreign_sender = "foreign_sender";

/// What a receiver has noticed since it was asked last, besides the datagrams that it handed on.
struct Intake {
  Instant taken;                   ///< Time at which all of this had happened.
  std::optional<Loss> dropped;     ///< Datagrams that the socket dropped for want of room.
  std::uint64_t refused = 0;       ///< Number of datagrams received and not handed on.
  std::string_view refusal;        ///< Why those were refused; a literal.
  std::optional<Forgery> forgery;  ///< Datagrams that look forged, refused or not.
  bool has_gap = false;            ///< Datagrams are missing, or may be, among those handed on.
};

}  // namespace wgaudit
