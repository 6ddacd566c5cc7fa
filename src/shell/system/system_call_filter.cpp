#include "shell/system/system_call_filter.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <seccomp.h>
#include <sysexits.h>

#include <cerrno>
#include <memory>

#include "shell/system/file_descriptor.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

constexpr int refused[] = {
    // The machine: its clock, name, modules, power and devices.
    SCMP_SYS(acct),
    SCMP_SYS(adjtimex),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(clock_settime),
    SCMP_SYS(settimeofday),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(ioperm),
    SCMP_SYS(iopl),
    SCMP_SYS(quotactl),
    SCMP_SYS(quotactl_fd),
    SCMP_SYS(syslog),
    SCMP_SYS(vhangup),
    // The tree of files, and ways around its permissions.
    SCMP_SYS(mount),
    SCMP_SYS(umount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),
    SCMP_SYS(fspick),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(fanotify_init),
    // Namespaces: a new one would give back every capability within it.
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    // Other processes, and the whole system by its counters.
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(kcmp),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(lookup_dcookie),
#ifndef __SANITIZE_ADDRESS__  // whose search for leaks, at the end, is a debugger's
    SCMP_SYS(ptrace),
#endif
    // Parts of the kernel with a past.
    SCMP_SYS(bpf),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(modify_ldt),
    SCMP_SYS(vm86),
    SCMP_SYS(vm86old),
    SCMP_SYS(uselib),
};

/// For the functions of libseccomp, which return a negated errno.
void check_filter(int result) {
  if (result >= 0) return;
  throw SetupError(fmt::format("the kernel takes no filter of system calls: {}; boot one with "
                               "CONFIG_SECCOMP_FILTER",
                               error_text(-result)),
                   EX_UNAVAILABLE);
}

}  // namespace

void refuse_system_calls() {
  const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                 seccomp_release);
  check_filter(filter ? 0 : -ENOMEM);
  for (const int call : refused) {
    check_filter(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0));
  }
  const scmp_arg_cmp new_user{0, SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER};
  check_filter(
      seccomp_rule_add_array(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, &new_user));
  // Its flags are in memory, where no filter sees them. Without it libraries take clone.
  check_filter(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
  check_filter(seccomp_load(filter.get()));
}

}  // namespace wgaudit
