"""A folder in which wgaudit and wg_monitor are installed, for the take-over script's --root."""

import os
import stat
import subprocess

from support import ENVIRONMENT, SOURCE

SCRIPT = SOURCE / "packaging/take_over_wg_monitor"
SYSTEM = "etc/systemd/system/"
USER = 990  # wgaudit's number there

UNIT = """[Unit]
Description=WireGuard Monitor
After=network-online.target wg-quick@wg0.service
[Service]
Type=simple
User=root
EnvironmentFile=/etc/default/wg-monitor
ExecStart=/bin/sh -c '/usr/bin/python3 /opt/wg-monitor/wg_monitor.py --log-path "$LOG_PATH" --interval "$INTERVAL"'
ExecReload=/bin/kill -HUP $MAINPID
[Install]
WantedBy=multi-user.target
"""

VERSION_1 = "LOG_PATH=/var/log/wg_monitor.log\nINTERVAL=30\nTHRESHOLD=180\nSTATS_INTERVAL=3600\nDEBUG=false\n"
VERSION_2 = VERSION_1 + "INTERFACE=\nON_CHANGE_SCRIPT=\n"

ROTATION = """/var/log/wg_monitor.log {
    size 1M
    rotate 7
    postrotate
        systemctl reload wg-monitor
    endscript
}
"""


class Root:
    """A scratch root with wgaudit installed, and wg_monitor running."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("var/log", "var/lib", "etc/wgaudit"):
            (folder / name).mkdir(parents=True)
        self.write("etc/passwd", f"root:x:0:0::/root:/bin/sh\nwgaudit:x:{USER}:{USER}::/:/bin/false\n")
        for unit in (SOURCE / "packaging/systemd").iterdir():
            self.write(f"lib/systemd/system/{unit.name}", unit.read_text())

    def write(self, name, text, mode=0o644):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def link(self, name, target):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)

    def install(self, defaults=VERSION_2, program="on-change-script"):
        self.write("etc/default/wg-monitor", defaults)
        self.write("opt/wg-monitor/wg_monitor.py", f"#!/usr/bin/env python3\n# {program}\n", 0o755)
        self.write("etc/logrotate.d/wg-monitor", ROTATION)
        self.write("var/log/wg_monitor.log", "2026-11-21 07:00:00 Monitor started\n", 0o640)
        self.write(SYSTEM + "wg-monitor.service", UNIT)
        self.write(SYSTEM + "wg-monitor@.service", UNIT.replace("wg-monitor\n", "wg-monitor-%i\n"))
        self.link(SYSTEM + "multi-user.target.wants/wg-monitor.service", "/" + SYSTEM + "wg-monitor.service")

    def add_instance(self, name, defaults):
        self.write(f"etc/default/wg-monitor-{name}", defaults)
        self.link(SYSTEM + f"multi-user.target.wants/wg-monitor@{name}.service",
                  "/" + SYSTEM + "wg-monitor@.service")

    def add_hook(self, mode=0o755):
        self.write("usr/local/bin/hook", "#!/bin/sh\n", mode)
        with open(self.folder / "etc/default/wg-monitor", "a") as file:
            file.write("ON_CHANGE_SCRIPT='/usr/local/bin/hook'\n")

    def tree(self):
        """Of every path its kind, mode, owner and content."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            status = path.lstat()
            content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
            found[str(path.relative_to(self.folder))] = (
                stat.filemode(status.st_mode), status.st_uid, status.st_gid, content)
        return found

    def read(self, name):
        return (self.folder / name).read_text()

    def run(self, *flags, path=""):
        environment = {**ENVIRONMENT, "PATH": path + ENVIRONMENT["PATH"]}
        return subprocess.run([SCRIPT, "--root", self.folder, *flags], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
