"""A guest made of a Debian kernel package and of this machine's own files, and one boot of it.

Needs qemu-system-x86, busybox, cpio, kmod, iproute2, rsyslog, wireguard-tools and util-linux here,
and a Debian mirror for the kernel, which is only unpacked. No KVM: TCG runs everywhere.
"""

import os
import pathlib
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).parent
SOURCE = HERE.parent.parent
MODULES = ["wireguard", "udp_diag", "veth", "virtio_pci", "virtio_console"]
PROGRAMS = ["dash", "rsyslogd", "wg", "ip", "setpriv", "kmod", "date"]
RSYSLOG_MODULES = ["imklog", "imuxsock", "lmnet"]
LIBRARIES = pathlib.Path("/usr/lib/x86_64-linux-gnu")
MEMORY = "1024"  # MiB
SEARCH = os.environ["PATH"] + ":/usr/sbin:/sbin"


class Unavailable(Exception):
    """QEMU or the kernel cannot be had here: nothing can be said about wgaudit."""


def run(*command, **options):
    return subprocess.run(command, check=True, env={**os.environ, "PATH": SEARCH}, **options)


def output_of(*command):
    return run(*command, stdout=subprocess.PIPE, text=True).stdout


def need_programs():
    missing = [name for name in ("qemu-system-x86_64", "busybox", "cpio", "depmod", *PROGRAMS)
               if shutil.which(name, path=SEARCH) is None]
    if missing:
        raise Unavailable(f"not installed: {', '.join(missing)}")


# --- The kernel -------------------------------------------------------------------------------------

def newest_kernel(series):
    """Of those that the package lists name: mirrors drop old ones."""
    found = output_of("apt-cache", "search", "--names-only",
                      rf"^linux-image-{re.escape(series)}\..*-cloud-amd64$")
    names = [line.split()[0] for line in found.splitlines()]
    if not names:
        raise Unavailable(f"no package list names a Linux {series} (`apt-get update`?)")
    return max(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])


class Kernel:
    """`series` is 6.1 or 6.12. Unpacked below `cache`, and kept there."""

    def __init__(self, series, cache):
        package = newest_kernel(series)
        self.folder = cache / package
        if not self.folder.exists():
            self.unpack(package, cache)
        self.version = package.removeprefix("linux-image-")
        self.image = self.folder / f"boot/vmlinuz-{self.version}"

    def unpack(self, package, cache):
        downloads = cache / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["apt-get", "download", "-q", package], cwd=downloads,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Unavailable(f"{package} cannot be downloaded:\n{done.stdout}")
        unpacked = cache / "unpacked"
        shutil.rmtree(unpacked, ignore_errors=True)
        run("dpkg", "-x", *downloads.glob(f"{package}_*.deb"), unpacked)
        unpacked.rename(self.folder)  # whole or not at all
        shutil.rmtree(downloads)

    def module_files(self):
        """Below lib/modules/VERSION, those of MODULES and what they need."""
        modules = self.folder / "lib/modules" / self.version
        if not (modules / "modules.dep").exists():
            run("depmod", "-b", self.folder, self.version)
        needed = dict(line.split(":", 1) for line in (modules / "modules.dep").read_text().splitlines())
        files = set()
        for file, others in needed.items():
            if pathlib.Path(file).name.split(".")[0].replace("-", "_") in MODULES:
                files.update([file, *others.split()])
        return modules, sorted(files)


# --- The file system --------------------------------------------------------------------------------

class Root:
    """The folder that becomes the guest's file system."""

    def __init__(self, folder):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("proc", "sys", "dev", "run", "tmp", "out", "etc/modprobe.d", "var/log",
                     "var/spool/rsyslog"):
            (folder / name).mkdir(parents=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            (folder / "usr" / name).mkdir(parents=True)
            (folder / name).symlink_to(f"usr/{name}")

    def path(self, name):
        path = self.folder / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name, text, mode=0o644):
        self.path(name).write_text(text)
        self.path(name).chmod(mode)

    def copy(self, file, name=None):
        shutil.copy(os.path.realpath(file), self.path(name or str(file)))

    def copy_program(self, file, name=None):
        self.copy(file, name)
        self.copy_libraries_of(file)

    def copy_libraries_of(self, file):
        linked = subprocess.run(["ldd", os.path.realpath(file)], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True).stdout
        for library in re.findall(r"(/\S+\.so\S*) ", linked):
            self.copy(library)

    def pack(self, archive):
        """As an initramfs, of which all belongs to root."""
        names = "\n".join(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))
        with open(archive, "wb") as file:
            run("cpio", "-o", "-H", "newc", "--quiet", "-R", "0:0", cwd=self.folder,
                input=names.encode(), stdout=file)


def put_system(root):
    root.copy_program(shutil.which("busybox"), "/usr/bin/busybox")
    for program in PROGRAMS:
        root.copy_program(shutil.which(program, path=SEARCH), f"/usr/bin/{program}")
    # busybox's own shell would prefer its own ip, date and setpriv, which can less.
    for name, program in [("sh", "dash"), ("modprobe", "kmod"), ("rmmod", "kmod")]:
        (root.folder / "usr/bin" / name).symlink_to(program)
    for applet in output_of("busybox", "--list").split():
        link = root.folder / "usr/bin" / applet
        if not os.path.lexists(link):
            link.symlink_to("busybox")
    for module in RSYSLOG_MODULES:
        root.copy_program(LIBRARIES / f"rsyslog/{module}.so")
    root.copy("/etc/rsyslog.conf")
    root.write("/etc/passwd", "root:x:0:0::/:/bin/sh\nwgaudit:x:990:990::/:/bin/false\n")
    root.write("/etc/group", "root:x:0:\nadm:x:4:\nwgaudit:x:990:\n")
    root.write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")
    root.write("/etc/hosts", "127.0.0.1 localhost\n")
    root.write("/etc/hostname", "gateway\n")


def put_kernel_modules(root, kernel):
    modules, files = kernel.module_files()
    target = f"/lib/modules/{kernel.version}"
    for file in [*files, "modules.order", "modules.builtin", "modules.builtin.modinfo"]:
        root.copy(modules / file, f"{target}/{file}")
    run("depmod", "-b", root.folder, kernel.version)


def readme_command(part):
    """The README's line that has `part`, as root types it."""
    lines = [line.strip() for line in (SOURCE / "README.md").read_text().splitlines()
             if line.startswith("    ") and part in line]
    assert len(lines) == 1, (part, lines)
    return lines[0].replace("sudo ", "")


def put_product(root, build):
    """wgaudit as `cmake --install` leaves it, the shipped rule, and the README's commands."""
    run("cmake", "--install", build, "--prefix", root.folder / "usr", "--strip",
        stdout=subprocess.DEVNULL)
    root.copy_libraries_of(build / "bin/wgaudit")
    root.copy(SOURCE / "rsyslog/10-wgaudit.conf", "/etc/rsyslog.d/10-wgaudit.conf")
    for name, part in [("debug_now", "/proc/dynamic_debug/control"),
                       ("debug_at_load", "cp /usr/share/wgaudit/modprobe.conf"),
                       ("more_lines", "sysctl -w net.core.message_burst")]:
        root.write(f"/test/readme/{name}", f"#!/bin/sh\n{readme_command(part)}\n", 0o755)


NAMES = ["server", "other", "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan",
         "judy", "mallory", "niaj", "olivia", "peggy", "rupert", "sybil", "trent", "victor", "walter",
         "wendy"]
CROWD = 100
RECORDER_PORT = "9998"  # guest/init


def put_keys(root):
    for number, name in enumerate([*NAMES, *(f"crowd{i}" for i in range(1, CROWD + 1))]):
        private = output_of("wg", "genkey")
        public = run("wg", "pubkey", input=private, stdout=subprocess.PIPE, text=True).stdout
        root.write(f"/test/keys/{name}", private, 0o600)
        root.write(f"/test/keys/{name}.pub", public)
        root.write(f"/test/keys/{name}.address", f"10.200.{number // 250}.{number % 250 + 2}\n")
    root.write("/test/keys/psk", output_of("wg", "genpsk"), 0o600)


def put_recorder(root):
    """It hears what wgaudit hears."""
    rule = (SOURCE / "rsyslog/10-wgaudit.conf").read_text()
    heard = rule.replace('"9999"', f'"{RECORDER_PORT}"').replace("if $syslogseverity == 7 then stop", "")
    assert RECORDER_PORT in heard and "then stop" not in heard
    root.write("/etc/rsyslog.d/05-recorder.conf", heard)


def put_test(root, build, plan):
    root.write("/init", (HERE / "guest/init").read_text(), 0o755)
    root.copy(HERE / "guest/words.sh", "/test/words.sh")
    root.write("/test/plan", "".join(f"{name}='{value}'\n" for name, value in plan.items()))
    if plan["recorder"]:
        put_recorder(root)
    for program in ("watcher", "packets", "recorder"):
        root.copy_program(build / "tests/kernel" / program, f"/usr/bin/{program}")
    for scenario in (HERE / "scenarios").glob("*.sh"):
        root.copy(scenario, f"/test/scenarios/{scenario.name}")
    put_keys(root)


def build_initramfs(kernel, build, folder, plan):
    """With all that a boot needs; `plan` are variables of the guest's shell."""
    root = Root(folder / "root")
    put_system(root)
    put_kernel_modules(root, kernel)
    put_product(root, build)
    put_test(root, build, plan)
    archive = folder / "initramfs.cpio"
    root.pack(archive)
    return archive


# --- A boot -----------------------------------------------------------------------------------------

def boot(kernel, initramfs, folder, time_limit):
    """What the scenarios of one boot left is in `folder` then."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    results = folder / "results.tar"
    command = [
        "qemu-system-x86_64", "-M", "q35", "-accel", "tcg", "-cpu", "max", "-m", MEMORY, "-nographic",
        "-nic", "none", "-no-reboot", "-kernel", kernel.image, "-initrd", initramfs,
        "-append", "console=ttyS0 quiet panic=-1 mitigations=off log_buf_len=4M",
        "-device", "virtio-serial-pci", "-chardev", f"file,id=results,path={results}",
        "-device", "virtserialport,chardev=results,name=results"]
    with open(folder / "console.txt", "wb") as console:
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=console,
                           stderr=subprocess.STDOUT, timeout=time_limit)
        except subprocess.TimeoutExpired:
            pass  # without results, as after a crash
    said = (folder / "console.txt").read_text(errors="replace")
    unpacked = subprocess.run(["tar", "-C", folder, "-xf", results], stderr=subprocess.PIPE, text=True)
    if unpacked.returncode != 0 or not (folder / "story.jsonl").exists():
        raise AssertionError(f"the guest left no results:\n{said[-4000:]}")
    results.unlink()
