"""What `wgaudit doctor` said in the guest (scenarios/doctor.sh): each link that was broken is found, and
is ok when what was printed to mend it has been run. kernel_test.py runs it."""

import re

# Of the file that doctor's words are in; the link that was broken; what it has to say.
MENDED = [
    ("module", "module", "wireguard is not loaded"),
    ("debug", "dynamic debug", "34 of 34 sites are off: their lines are not printed"),
    ("load", "debug at load", "off again after the next load or boot"),
    ("limit", "rate limit", "10 messages in 5 s, shared with all networking messages"),
    ("rsyslog", "rsyslog", "does not run"),
    ("rule", "rule", "none forwards to 127.0.0.1:9999"),
    ("port", "port", "nobody has 127.0.0.1:9999: the daemon does not run"),
    ("space", "free space", r"\d+ MiB are free, 1\d\d\d may be needed"),
    ("sites", "dynamic debug", "4 of 34 sites are off: their lines are not printed"),
    ("stamps", "kernel stamps", "the kernel prints none"),
    ("rsyslog_again", "rsyslog", "does not run"),
    ("probe", "probe", "a handshake was sent to wg0, no event came in 5 s"),
    ("port_again", "port", "nobody has 127.0.0.1:9999: the daemon does not run"),
    ("module_again", "module", "wireguard is not loaded"),
]

# Nobody can synchronize the guest's.
NEVER_OK = {"clock"}

HIDDEN = {"port": "a process of root has 127.0.0.1:9999",
          "wg": "not permitted without CAP_NET_ADMIN",
          "signing key": "/var/log/wgaudit/seal.key: Permission denied"}


class Doctor:
    """The tests of the boot."""
    folder = None

    def said(self, name):
        """By link: its health and the finding."""
        text = (self.folder / "doctor" / name).read_text()
        return {link.strip(): (health.strip(), finding)
                for health, link, finding in re.findall(r"^(\S.{10}) (.{14}) (.*)$", text, re.MULTILINE)}

    def exit_code(self, name):
        return int((self.folder / "doctor" / name).read_text().split()[-1])

    def test_each_broken_link_is_found_and_its_mend_mends_it(self):
        for name, link, finding in MENDED:
            with self.subTest(name):
                health, found = self.said(name)[link]
                self.assertEqual(health, "broken")
                self.assertRegex(found, f"^{finding}$")
                self.assertEqual(self.exit_code(name), 69)
                self.assertEqual(self.said(name + "-mended")[link][0], "ok")

    def test_all_is_ok_by_what_was_printed_alone(self):
        for name in ("all", "end"):
            bad = {link: said for link, said in self.said(name).items() if said[0] != "ok"}
            self.assertEqual(set(bad), NEVER_OK, bad)

    def test_a_line_of_the_kernels_goes_all_the_way_and_back(self):
        for name in ("all", "probe-mended", "end"):
            self.assertRegex(self.said(name)["probe"][1], r"^to wg0 .* \d+ ms$")

    def test_who_may_not_see_is_told_so(self):
        said = self.said("unprivileged")
        for link, finding in HIDDEN.items():
            self.assertEqual(said[link], ("cannot tell", finding))
