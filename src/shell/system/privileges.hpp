#pragma once

#include <sys/types.h>

#include <string>

namespace wgaudit {

/// Gives up, for good, the privileges that the daemon was started with and does not need. Files
/// that are opened later are opened with what is left.
///
/// One capability is kept, if the process had it: CAP_NET_ADMIN, for `wg` and for the size of the
/// socket's buffer. Started as root, the process changes to `user` with its groups; where that is
/// empty it stays root by number only, which then may no more than the owner of root's files. No
/// program it runs gains anything by set-user-ID or file capabilities (no_new_privs). It leaves no
/// core image, and no user but root may look into its memory.
///
/// To be called while there is one thread. Throws SetupError where `user` is unknown (78) or the
/// system refuses (69).
void drop_privileges(const std::string& user);

/// Whether this thread may use CAP_NET_ADMIN.
bool has_net_admin();

/// While it lives, programs that this thread runs get CAP_NET_ADMIN, if the thread has it; without
/// it they get none. Capabilities cannot be changed between a posix_spawn and its exec.
class NetAdminForChildren {
 public:
  NetAdminForChildren();
  ~NetAdminForChildren();
  NetAdminForChildren(const NetAdminForChildren&) = delete;
  NetAdminForChildren& operator=(const NetAdminForChildren&) = delete;
};

/// The number, where it has no name.
std::string name_of_user(uid_t number);

}  // namespace wgaudit
