#pragma once

#include <string>
#include <string_view>

#include "wgaudit/record/attempt.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Returns the message of a record. An event's is made only when it is wanted: there are so many.
std::string message_of(const Record& record);

// Each of these makes the message of a record of its kind: printable text of one line.
std::string message_for(const KernelEvent& event);
void append_message(const KernelEvent& event, std::string_view peer_label, std::string& text);
std::string message_for(const PeerChange& change, std::string_view peer_label);
std::string message_for(const InterfaceName& interface, std::string_view peer_label,
                        const PeerState& peer);
std::string message_for(const InterfaceName& interface, std::string_view peer_label,
                        const EndedSession& ended, std::string_view reason);
std::string message_for(const InterfaceState& interface);
std::string message_for(const ConfigChange& change, std::string_view peer_label);
std::string message_for(const Attempt& attempt, std::string_view peer_label);
std::string message_for(const ClockStep& step);
std::string message_for(const CompletenessFacts& facts);
std::string message_for(const Forgery& forgery);
std::string message_for(std::string_view loss_reason, const Loss& loss);

}  // namespace wgaudit
