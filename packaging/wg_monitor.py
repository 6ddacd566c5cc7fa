"""In the place of wg_monitor, for units that start it by this name: wgaudit with wg_monitor's manners."""

import os
import sys

FOLDERS = "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin"

os.execvpe("wgaudit", ["wgaudit", "run", "--compat=wg_monitor", *sys.argv[1:]], {**os.environ, "PATH": FOLDERS})
