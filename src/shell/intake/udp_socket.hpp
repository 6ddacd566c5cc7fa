#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// Binds, without SO_REUSEADDR: no other socket can have the port as well. Throws SetupError (exit
/// code 69) naming the cure.
boost::asio::ip::udp::socket bind_udp_socket(boost::asio::io_context& io,
                                             const boost::asio::ip::udp::endpoint& endpoint);

/// Takes over one that systemd has bound and holds while no daemon runs. systemd sets SO_REUSEADDR
/// (systemd.socket(5)), by which every user could bind the port too and be given the lines: from
/// here on nobody can. Throws SetupError (exit code 78) where it is bound to something else than
/// `endpoint`.
boost::asio::ip::udp::socket take_udp_socket(boost::asio::io_context& io, FileDescriptor inherited,
                                             const boost::asio::ip::udp::endpoint& endpoint);

}  // namespace wgaudit
