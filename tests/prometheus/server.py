"""Prometheus of Debian, downloaded and unpacked only: the package itself would start a service."""

import json
import re
import shutil
import subprocess
import urllib.parse
import urllib.request

from support import PATIENCE, eventually


class Unavailable(Exception):
    """The package cannot be had here: nothing can be said about wgaudit."""


def programs(cache):
    """The folder with `prometheus` and `promtool`, below `cache`, where it is kept."""
    unpacked = cache / "unpacked"
    if not unpacked.exists():
        downloads = cache / "downloads"
        shutil.rmtree(downloads, ignore_errors=True)
        downloads.mkdir(parents=True)
        try:
            subprocess.run(["apt-get", "download", "-q", "prometheus"], cwd=downloads, check=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
        except subprocess.SubprocessError as error:
            raise Unavailable(f"prometheus cannot be downloaded: {error}\n{error.output}") from error
        subprocess.run(["dpkg", "-x", *downloads.glob("prometheus_*.deb"), cache / "new"], check=True)
        (cache / "new").rename(unpacked)  # whole or not at all
        shutil.rmtree(downloads)
    return unpacked / "usr/bin"


CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: wgaudit
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


class Prometheus:
    """A server that scrapes `port` once a second."""

    def __init__(self, test, folder, program, port):
        (folder / "prometheus.yml").write_text(CONFIG.format(port=port))
        self.log = folder / "prometheus.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, f"--config.file={folder}/prometheus.yml",
                 f"--storage.tsdb.path={folder}/data", "--web.listen-address=127.0.0.1:0"],
                stdout=log, stderr=log)
        test.addCleanup(self.end)
        found = eventually(self.find_address, "prometheus listens", self.log.read_text)
        self.address = found.group(1)

    def find_address(self):
        return re.search(r'msg="Listening on" address=(\S+)', self.log.read_text())

    def query(self, expression):
        """What it stored: the values, by the labels without instance and job."""
        url = f"http://{self.address}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            results = json.load(answer)["data"]["result"]
        return {labels_of(result["metric"]): float(result["value"][1]) for result in results}

    def end(self):
        self.process.kill()
        self.process.wait()


def labels_of(metric):
    labels = {name: value for name, value in metric.items() if name not in ("instance", "job")}
    return labels.pop("__name__", ""), *sorted(labels.items())
