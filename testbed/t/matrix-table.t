#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""matrix-table.t - the table of `make table`, from a probe of Linux 4.14.5 and from probes
that are made up here

In:  nothing but testbed/matrix/probes.py
Out: TAP
"""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

# isort: off
import tap
# isort: on

PROBES = tap.BED.parent / "vgic_compat/t/probes"
OLD = [PROBES / "4.14.5-gicv2.json", PROBES / "4.14.5-gicv3.json"]
WANT = """\
      | patched                                                       | unpatched
GICv2 | asked by    reset              guest wr  user wr   SPI        | asked by  reset     guest wr  user wr   SPI
---------------------------------------------------------------------------------------------------------------------
none  | -           00000000           a5a5a5a5  a5a5a5a5  FIQ 0      | -         ffffffff  ffffffff  ffffffff  FIQ 0
0     | IIDR,attr   ffffffff           ffffffff  ffffffff  FIQ 0      | IIDR      ffffffff  ffffffff  ffffffff  FIQ 0
1     | attr        0000ffff/00000000  00000000  00000000  not at all | ignored
2     | refused                                                       | ignored
3     | not probed                                                    | ignored

      | patched                                                 | unpatched
GICv3 | asked by    reset     guest wr  user wr   CTLR    SPI   | asked by  reset     guest wr  user wr   CTLR  SPI
---------------------------------------------------------------------------------------------------------------------
none  | -           ffffffff  a5a5a5a5  3c3c3c3c  IR,CES  IRQ 1 | -         ffffffff  ffffffff  ffffffff  0     IRQ 1
0     | not probed                                              | IIDR      ffffffff  ffffffff  ffffffff  0     IRQ 1
1     | not probed                                              | ignored
2     | not probed                                              | ignored
3     | not probed                                              | ignored

10 rows: 6 the same on both kernels, 1 only the patched one has, 3 differ
"""  # noqa: E501


def guest(private: str, spis: str, wrote: str, user: str, spi: str) -> dict[str, str]:
    """Make what a guest sees."""
    return {
        "private_groups_at_reset": private,
        "groups_at_reset": spis,
        "groups_guest_wrote": wrote,
        "groups_userspace_wrote": user,
        "spi_arrives": spi,
    }


def revision(number: int, iidr: str, attribute: str, sees: dict | None = None) -> dict:
    """Make what a kernel answers who asks for a revision."""
    answers = {"revision": number, "can": bool(sees), "iidr": iidr, "attribute": attribute}
    return answers | ({"guest": sees} if sees else {})


def probe(*models: dict, **parts: object) -> str:
    """Make a probe, of which parts may be different."""
    known = {"format": "vgic-probe", "version": 1, "kernel": "7.3", "models": list(models)}
    return json.dumps(known | parts)


ZEROS, ONES = "00000000", "ffffffff"
# As on a patched kernel, but for SGIs and PPIs at revision 1, which differ from SPIs
V2 = {
    "model": "GICv2",
    "guest": guest(ZEROS, ZEROS, "a5a5a5a5", "a5a5a5a5", "FIQ group 0"),
    "revisions": [
        revision(0, "taken", "taken", guest(ONES, ONES, ONES, ONES, "FIQ group 0")),
        revision(1, "refused", "taken", guest("0000ffff", ZEROS, ZEROS, ZEROS, "not at all")),
        revision(2, "refused", "absent"),
    ],
}
V3 = {
    "model": "GICv3",
    "guest": guest(ONES, ONES, "a5a5a5a5", "3c3c3c3c", "IRQ group 1") | {"gicr_ctlr": "00000006"},
    "revisions": [],
}


class Table(unittest.TestCase):
    """What probes.py prints."""

    def setUp(self) -> None:
        """Write the probes that are made up."""
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name)
        self.v2, self.v3, self.wrong = (self.folder / name for name in ("v2", "v3", "wrong"))
        self.v2.write_text(probe(V2))
        self.v3.write_text(probe(V3))

    def lay_out(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Run it."""
        command = [str(tap.BED / "matrix/probes.py"), *map(str, words)]
        return subprocess.run(command, text=True, capture_output=True, check=False)

    def refuses(self, message: str) -> None:
        """See that the wrong probe is refused."""
        ran = self.lay_out("--patched", self.v2, "--unpatched", self.wrong)
        self.assertEqual((ran.returncode, ran.stdout), (1, ""))
        self.assertRegex(ran.stderr, rf"\Aprobes.py: .*{message}.*\n\Z")

    def test_two(self) -> None:
        """two kernels are laid side by side"""
        ran = self.lay_out("--patched", self.v2, self.v3, "--unpatched", *OLD)
        self.assertEqual((ran.returncode, ran.stdout), (0, WANT))

    def test_order(self) -> None:
        """the order of the files does not matter"""
        ran = self.lay_out("--unpatched", *reversed(OLD), "--patched", self.v3, self.v2)
        self.assertEqual(ran.stdout, WANT)

    def test_same(self) -> None:
        """a kernel is the same as itself"""
        ran = self.lay_out("--patched", *OLD, "--unpatched", *OLD)
        want = "10 rows: 10 the same on both kernels, 0 only the patched one has"
        self.assertEqual(ran.stdout.splitlines()[-1], want)

    def test_model(self) -> None:
        """a model that neither kernel offers has no table"""
        ran = self.lay_out("--patched", self.v2, "--unpatched", OLD[0])
        self.assertEqual(ran.returncode, 0)
        self.assertNotIn("GICv3", ran.stdout)

    def test_wrong(self) -> None:
        """a file that is no probe is refused in one line"""
        for text, message in {
            '{"format": "vgic-probe",': "wrong: is no JSON",
            "[]": "wrong: has no 'format'",
            probe(format="vgic-common"): "wrong: is a vgic-common 1",
            probe(version=2): "wrong: is a vgic-probe 2",
            probe({"model": "GICv2"}): "wrong: has no 'guest'",
            probe(V3 | {"userspace_access": False}): "write no register of a GICv3",
            probe(): "a kernel offers no vGIC",
        }.items():
            with self.subTest(message):
                self.wrong.write_text(text)
                self.refuses(message)

    def test_missing(self) -> None:
        """a file that is not there is refused"""
        self.refuses("wrong: cannot read wrong: No such file")

    def test_alone(self) -> None:
        """one kernel alone is refused"""
        ran = self.lay_out("--patched", self.v2)
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn("required", ran.stderr)


tap.main()
