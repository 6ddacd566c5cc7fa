"""A Debian 12 of its own: debootstrap's minimal root, and systemd as process 1 of its own namespaces.

Needs debootstrap, Debian's packages and the rights of root; without them, nothing can be said.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).parent
MIRROR = "http://deb.debian.org/debian"
# What a usual installation has and a minimal one has not. Neither rsyslog nor wireguard-tools: they
# come as the package's dependencies.
PACKAGES = ["systemd", "systemd-sysv", "dbus", "logrotate", "procps"]
# Without what packages recommend: of wireguard-tools, a kernel.
INSTALL = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
PATIENCE = 60  # seconds; only a test that fails waits as long


class Unavailable(Exception):
    """This machine cannot run another one."""


def run(*command, **options):
    """Its standard output."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}")
    return done.stdout


def eventually(condition, what):
    """The first true value that `condition` returns."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.05)
    return value


def children_of(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def base_root(cache, package):
    """A root with all that `package` depends on downloaded, made once for `cache`."""
    depends = run("dpkg-deb", "--field", package, "Depends")
    base = cache / f"base-{hashlib.sha256(depends.encode()).hexdigest()[:8]}"
    if base.exists():
        return base
    making = cache / "base.new"
    shutil.rmtree(making, ignore_errors=True)
    try:
        run("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "bookworm", making,
            MIRROR)
        (making / "etc/hostname").write_text("gateway\n")
        shutil.copy(package, making / "root")
        run("chroot", making, *INSTALL, "--download-only", f"/root/{package.name}")
        (making / "root" / package.name).unlink()
    except (AssertionError, FileNotFoundError) as error:
        raise Unavailable(f"debootstrap: {error}") from error
    making.rename(base)
    return base


class Machine:

    def __init__(self, base, folder):
        self.root = folder / "root"
        run("cp", "-a", base, self.root)
        os.mkfifo(self.root / "kmsg", 0o600)
        self.kmsg = os.open(self.root / "kmsg", os.O_RDWR)
        self.log = open(folder / "boot.log", "w+")
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", HERE / "boot", self.root],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        try:
            self.pid = eventually(self.find_systemd, "process 1")
            state = lambda: self.try_run("systemctl", "is-system-running").stdout.strip()
            eventually(lambda: state() in ("running", "degraded"), "a system that runs")
        except AssertionError as error:
            self.end()
            raise Unavailable(f"{error}\n{(folder / 'boot.log').read_text()}") from error

    def find_systemd(self):
        """Its number here: it is the child of the script's only lasting child."""
        if self.process.poll() is not None:
            raise AssertionError("the script ended")
        try:
            for child in children_of(self.process.pid):
                for pid in children_of(child):
                    if pathlib.Path(f"/proc/{pid}/comm").read_text() == "systemd\n":
                        return pid
        except FileNotFoundError:
            return None  # one that did not last

    def within(self, *command):
        return ["nsenter", "-t", str(self.pid), "-a", "-r", "env", "-i", "-C", "/", "LC_ALL=C",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", *command]

    def run(self, *command):
        return run(*self.within(*command))

    def try_run(self, *command):
        return subprocess.run(self.within(*command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)

    def in_its_network(self, *command):
        """A program of this machine."""
        return ["nsenter", "-t", str(self.pid), "-n", *command]

    def properties(self, unit, *names):
        lines = self.run("systemctl", "show", unit, *(f"--property={name}" for name in names))
        return dict(line.split("=", 1) for line in lines.splitlines())

    def print(self, *lines):
        """As the kernel does."""
        for line in lines:
            os.write(self.kmsg, line.encode() + b"\n")

    def files(self):
        """All that are on its disk, and folders."""
        return set(self.run("find", "/etc", "/usr", "/var", "/root", "-xdev").splitlines())

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        os.close(self.kmsg)


def try_machine(cache, package):
    """Unavailable, where there can be none."""
    with tempfile.TemporaryDirectory(prefix="machine-", dir=cache) as folder:
        Machine(base_root(cache, package), pathlib.Path(folder)).end()
