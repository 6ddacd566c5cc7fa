#include "shell/system/privileges.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "shell/system/file_descriptor.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::uint32_t net_admin = 1U << CAP_NET_ADMIN;

// Root's number alone gives nothing, neither to us nor over exec, and nothing brings that back.
constexpr unsigned long root_is_nobody = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED |
                                         SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                                         SECBIT_KEEP_CAPS_LOCKED;

/// This thread's capabilities: two words of 32 each.
using Capabilities = std::array<__user_cap_data_struct, 2>;

__user_cap_header_struct of_this_thread() {
  return {_LINUX_CAPABILITY_VERSION_3, 0};
}

Capabilities capabilities() {
  Capabilities sets{};
  auto header = of_this_thread();
  ::syscall(SYS_capget, &header, sets.data());
  return sets;
}

bool set_capabilities(const Capabilities& sets) {
  auto header = of_this_thread();
  return ::syscall(SYS_capset, &header, sets.data()) == 0;
}

void require(bool done, std::string_view what) {
  if (done) return;
  throw SetupError(
      fmt::format("cannot {}: {}; start as root with all its capabilities, or as another user with "
                  "CAP_NET_ADMIN alone",
                  what, error_text(errno)),
      EX_UNAVAILABLE);
}

passwd user_named(const std::string& name) {
  const passwd* const user = ::getpwnam(name.c_str());
  if (user != nullptr) return *user;
  throw SetupError(
      fmt::format("user: there is no user '{0}'; adduser --system --group "
                  "--no-create-home {0}",
                  to_printable(name)));
}

void change_user(const std::string& name) {
  const passwd user = user_named(name);
  require(::initgroups(name.c_str(), user.pw_gid) == 0, "change groups");
  require(::setresgid(user.pw_gid, user.pw_gid, user.pw_gid) == 0, "change group");
  require(::setresuid(user.pw_uid, user.pw_uid, user.pw_uid) == 0, "change user");
}

void require_to_be(const std::string& name) {
  if (name.empty() || user_named(name).pw_uid == ::geteuid()) return;
  throw SetupError(fmt::format("user: only root can change to '{}'; start as root, or as that user",
                               to_printable(name)));
}

/// The bounding set: no program that we run gets more, whatever its file says.
void bound_capabilities() {
  for (unsigned long capability = 0;; ++capability) {
    if (capability == CAP_NET_ADMIN) continue;
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
    require(errno == EINVAL, "give up capabilities");
    return;  // there are no more
  }
}

void keep_net_admin() {
  Capabilities sets = capabilities();
  const std::uint32_t kept = sets[0].permitted & net_admin;
  sets[0] = {kept, kept, 0};
  sets[1] = {};
  require(set_capabilities(sets), "give up capabilities");
}

void refuse_core_images() {
  constexpr rlimit none{0, 0};
  require(::setrlimit(RLIMIT_CORE, &none) == 0, "forgo core images");
  require(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "forgo core images");
}

}  // namespace

void drop_privileges(const std::string& user) {
  if (::geteuid() == 0) {
    require(::prctl(PR_SET_SECUREBITS, root_is_nobody, 0, 0, 0) == 0, "give up root's rights");
    bound_capabilities();
    if (!user.empty()) change_user(user);
  } else {
    require_to_be(user);
  }
  keep_net_admin();
  require(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "forgo new privileges");
  refuse_core_images();  // last: a change of user permits them again
}

bool has_net_admin() {
  return (capabilities()[0].effective & net_admin) != 0;
}

NetAdminForChildren::NetAdminForChildren() {
  Capabilities sets = capabilities();
  sets[0].inheritable |= sets[0].permitted & net_admin;
  // Where that fails, `wg` is refused and says so.
  if (set_capabilities(sets)) ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0);
}

NetAdminForChildren::~NetAdminForChildren() {
  Capabilities sets = capabilities();
  sets[0].inheritable = 0;
  set_capabilities(sets);  // the ambient set shrinks with it
}

std::string name_of_user(uid_t number) {
  const passwd* const user = ::getpwuid(number);
  return user != nullptr ? user->pw_name : fmt::format("{}", number);
}

}  // namespace wgaudit
