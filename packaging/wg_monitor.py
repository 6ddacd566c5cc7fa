"""Stands in for wg_monitor in units that start it by this name: runs wgaudit with --compat=wg_monitor."""

import os
import sys

FOLDERS = "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin"

os.execvpe("wgaudit", ["wgaudit", "run", "--compat=wg_monitor", *sys.argv[1:]], {**os.environ, "PATH": FOLDERS})
