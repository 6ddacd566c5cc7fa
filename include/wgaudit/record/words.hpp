#pragma once

#include <string>
#include <string_view>

#include "wgaudit/record/attempt.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// `message` of a record: the record in words, printable, one line.
std::string words_for(const KernelEvent& event);
void append_words(const KernelEvent& event, std::string_view peer_label, std::string& text);
std::string words_for(const PeerChange& change, std::string_view peer_label);
std::string words_for(const InterfaceName& interface, std::string_view peer_label,
                      const PeerState& peer);
std::string words_for(const InterfaceName& interface, std::string_view peer_label,
                      const EndedSession& ended, std::string_view reason);
std::string words_for(const InterfaceState& interface);
std::string words_for(const ConfigChange& change, std::string_view peer_label);
std::string words_for(const Attempt& attempt, std::string_view peer_label);
std::string words_for(const ClockStep& step);
std::string words_for(const CompletenessFacts& facts);
std::string words_for(const Forgery& forgery);
std::string words_for(std::string_view loss_reason, const Loss& loss);

/// The record in words. An event's are made only when they are wanted: there are so many.
std::string message_of(const Record& record);

}  // namespace wgaudit
