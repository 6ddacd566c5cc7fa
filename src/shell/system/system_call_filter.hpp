#pragma once

namespace wgaudit {

/// Refuses (EPERM), from now on and in every program that is run from here, the system calls that
/// administer the machine, look into other processes or reach parts of the kernel that neither the
/// daemon nor `wg` nor a hook needs: what systemd's @system-service leaves out, and a few more.
///
/// It lists what is refused, not what is allowed, because it stays on over exec, and a hook is any
/// program. It refuses and does not kill: a program that only tries falls back, and
/// no update of a library can end the record. Throws SetupError (69) where the kernel takes no
/// filter.
void refuse_system_calls();

}  // namespace wgaudit
