#include "presence/dump_step.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "presence/absences.hpp"
#include "presence/interface_step.hpp"

namespace wgaudit {
namespace {

// Interfaces that come and go make both the list partial and the lines that ask for dumps: two
// dumps that follow at once confirm nothing.
constexpr std::chrono::milliseconds confirm_time{250};

}  // namespace

RosterChanges DumpStep::take(const Dump& dump, std::span<const InterfaceName> unreadable) {
  for (RosterInterface& interface : state_.interfaces) interface.is_listed = false;
  const InterfaceMatch match(context_, state_, dump, unreadable);
  apply(match.renames());
  take_listed(dump, match);
  take_unlisted(unreadable);
  std::erase_if(state_.interfaces, [](const RosterInterface& interface) {
    return !interface.is_listed && !interface.is_missing && interface.in_grace.empty();
  });
  state_.knows_interfaces = true;
  state_.next_expiry = context_.next_expiry;
  return std::move(context_.changes);
}

/// All renames take place at once: two interfaces can exchange their names.
void DumpStep::apply(const std::vector<InterfaceRename>& renames) {
  rename_others_aside(renames);
  for (const auto& [interface, to] : renames) {
    const InterfaceName from = std::exchange(interface->name, to);
    for (auto* const peers : {&interface->peers, &interface->in_grace}) {
      for (PeerState& peer : *peers) {
        // After a second rename, it is still the first name that records of the begin have.
        if (peer.session && peer.session->began_on.empty()) peer.session->began_on = from;
      }
    }
    // The dump before may have lacked it already, in the middle of the rename.
    interface->is_missing = false;
    context_.add_config(ConfigField::interface, to, {}, std::string(from.view()),
                        std::string(to.view()));
  }
}

void DumpStep::rename_others_aside(const std::vector<InterfaceRename>& renames) {
  for (RosterInterface& interface : state_.interfaces) {
    const auto moves = [&](const InterfaceRename& rename) {
      return rename.interface == &interface;
    };
    const auto takes_name = [&](const InterfaceRename& rename) {
      return rename.to == interface.name;
    };
    const bool loses_name = std::any_of(renames.begin(), renames.end(), takes_name);
    if (loses_name && std::none_of(renames.begin(), renames.end(), moves)) {
      Absences(context_).rename_aside(interface);
    }
  }
}

void DumpStep::take_listed(const Dump& dump, const InterfaceMatch& match) {
  for (const DumpInterface& listed : dump) {
    RosterInterface& interface = state_.find_or_add(listed.name);
    if (match.is_created_anew(interface, listed)) Absences(context_).remove_interface(interface);
    InterfaceStep(context_, interface, listed).take(state_.knows_interfaces);
  }
}

void DumpStep::take_unlisted(std::span<const InterfaceName> unreadable) {
  for (RosterInterface& interface : state_.interfaces) {
    if (!interface.is_listed) {
      mark_missing(interface, unreadable);
      for (const PeerState& peer : interface.peers) context_.note_expiry(peer);
    }
    // Peers that the dump lists again have left their grace before.
    Absences(context_).end_graces(interface);
    for (const PeerState& peer : interface.in_grace) context_.note_expiry(peer);
  }
}

/// Removes the interface only where a dump before this one did not list it either.
void DumpStep::mark_missing(RosterInterface& interface, std::span<const InterfaceName> unreadable) {
  if (interface.is_gone) return;
  if (std::find(unreadable.begin(), unreadable.end(), interface.name) != unreadable.end()) {
    // It is there, though its peers are not known: they stay as they were.
    interface.is_listed = true;
    interface.is_missing = false;
    return;
  }
  const SteadyTime started = context_.started.steady;
  if (!std::exchange(interface.is_missing, true)) interface.missing_since = started;
  if (started - interface.missing_since < confirm_time) return;
  Absences(context_).remove_interface(interface);
}

}  // namespace wgaudit
