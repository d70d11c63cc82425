#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""report.t - the page of make report shows each run for what it is worth

In:  nothing but testbed/report and the Makefile
Out: TAP
"""

import json
import re
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

# isort: off
import tap

sys.path.insert(0, str(tap.BED / "report"))
import report
from record import LESS
# isort: on

NOW = {"series": "s2", "backports": "b2", "vgic_compat": "v2", "qemu": "q2", "files": "f2"}
TESTED = {"description": ["7.3.4 <with> 8 of 8"], "repo": "abc123", "repo_changed": False, **NOW}
RECORD = {
    "format": "vgic-record",
    "version": 1,
    "command": "make some SEED=3",
    "began": "2026-11-27T15:00:00+00:00",
    "status": "passed",
    "seconds": 61,
    "versions": {"system": "Debian", "compiler": ""},
    "tested": TESTED,
    "last": "3 cells: 1 <kept>",
    "text": "a <table>\n",
}
KTAP = {
    "counts": {"passed": 3, "failed": 1, "skipped": 2},
    "groups": [
        {"path": ["nvhe", "vgic_a"], "passed": 1, "failed": 1, "skipped": 0},
        {"path": ["nvhe"], "passed": 1, "failed": 0, "skipped": 0},
        {"path": ["boot"], "passed": 1, "failed": 0, "skipped": 2},
    ],
    "failures": ["nvhe: vgic_a: a & b"],
    "skips": {"no ruff": 2},
    "top": [],
}
MAKEFILE = """\
check-all: check matrix vmm ## all
check: tree ## run the <tests>
\t@$(record) check $(T)/evidence/run.sh check
matrix: kernel ## move guests
\t@$(record) matrix $(T)/matrix/matrix.sh
vmm: kernel ## run a VMM
\t@$(record) vmm $(T)/vmm/vmm.sh
check-remote: bundle ## run it elsewhere
\t@$(record) check-remote $(T)/remote/check-remote.sh
"""


class Report(unittest.TestCase):
    """A page of records that are made up."""

    def setUp(self) -> None:
        """Make work folders: of the series, and of another base."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folders = [Path(folder.name) / name for name in ("7.3", "6.12")]
        for work in self.folders:
            (work / "records").mkdir(parents=True)
        for name, now in (
            ("contents", lambda root, work: NOW),
            ("series", lambda work: NOW["series"]),
        ):
            patch = mock.patch.object(report, name, now)
            patch.start()
            self.addCleanup(patch.stop)

    def write(self, name: str, number: int = 0, **parts: object) -> None:
        """Write a record."""
        path = self.folders[number] / "records" / f"{name}.json"
        path.write_text(json.dumps({**RECORD, **parts}))

    def states(self) -> dict[str, tuple[str, str]]:
        """Say what state each run is in, and why."""
        runs = report.find_runs(MAKEFILE, self.folders)
        return {run.title: (run.state, run.why) for run in runs}

    def page(self) -> str:
        """Make the page, which has to be well-formed."""
        runs = report.find_runs(MAKEFILE, self.folders)
        template = (tap.BED / "report/report.html").read_text()
        text = report.make_page(runs, "now", template, "/* css */")
        ElementTree.fromstring(text.replace("<!DOCTYPE html>", ""))
        return text

    def test_missing(self) -> None:
        """without a record, all that check-all makes is missing, and check on another base"""
        names = ("check", "matrix", "vmm", "check on 6.12")
        want = dict.fromkeys(names, ("missing", "it was not run"))
        self.assertEqual(self.states(), want)
        self.assertEqual(self.page().count("There is no record of"), 4)

    def test_states(self) -> None:
        """passed, failed, stale, and not ended"""
        self.write("check", **KTAP, status="failed")
        self.write("matrix", tested=TESTED | {"vgic_compat": "v1"})
        self.write("vmm", status="begun")
        self.write("check-remote")
        self.write("check", 1, tested=TESTED | {"series": "s1", "files": "f1"})
        self.assertEqual(
            self.states(),
            {
                "check": ("failed", ""),
                "matrix": ("stale", "vgic_compat changed since"),
                "vmm": ("missing", "it did not end"),
                "check-remote": ("passed", ""),
                "check on 6.12": ("stale", "the series changed since"),
            },
        )

    def test_uses(self) -> None:
        """a run is stale if what it looks at has changed, were it in the test bed only"""
        for what, stale in (
            ("backports", {"matrix"}),
            ("files", {"check", "check-bed", "lint"}),
            ("qemu", {"vmm", "vmm-guests", "qemu-steps"}),
        ):
            names = {"mutants", *report.USES}
            self.assertEqual({name for name in names if what in report.uses(name)}, stale)

    def test_words(self) -> None:
        """a run has its command, date, commit, versions and results, escaped"""
        self.write("check", **KTAP, status="failed")
        self.write("vmm")
        text = self.page()
        for words in (
            "make some SEED=3",
            "2026-11-27 15:00",
            "1 min 1 s",
            "abc123",
            "7.3.4 &lt;with&gt; 8 of 8",
            "3 passed, 1 failed, 2 skipped",
            "nvhe: vgic_a: a &amp; b",
            '<td class="changed">1 passed, 1 failed</td>',
            '<td class="kept">1 passed, 2 skipped</td>',
            "2 times: no ruff",
            "a &lt;table&gt;",
            "3 cells: 1 &lt;kept&gt;",
            "run the &lt;tests&gt;",
        ):
            self.assertIn(words, text)

    def test_bad_record(self) -> None:
        """a record that was cut short, or is of another version, is none"""
        (self.folders[0] / "records/check.json").write_text('{"format": "vgic-rec')
        self.write("vmm", version=2)
        self.assertEqual({state for state, _ in self.states().values()}, {"missing"})

    def test_figures(self) -> None:
        """a drawing that a run has made is in the page"""
        self.write("vmm")
        (self.folders[0] / "vmm").mkdir()
        (self.folders[0] / "vmm/growth.svg").write_text("<svg/>")
        self.assertIn('<img alt="growth" src="data:image/svg+xml;base64,PHN2Zy8+"/>', self.page())

    def test_alone(self) -> None:
        """the page names no other file"""
        self.write("vmm")
        self.assertNotRegex(self.page(), r'(src|href)="(?!data:|#)')

    def test_makefile(self) -> None:
        """each target of check-all leaves a record, or makes others that do"""
        makefile = (tap.BED.parent / "Makefile").read_text()
        targets = {target for _, target, _ in report.find_targets(makefile)}
        found = report.CHECK_ALL.search(makefile)
        assert found
        self.assertEqual(set(found[1].split()) - targets, {"check-bases"})
        self.assertLessEqual(set(report.USES), targets)

    def test_bases(self) -> None:
        """what check-bases makes leaves a record: it is no part of a target"""
        makefile = (tap.BED.parent / "Makefile").read_text(encoding="utf-8")
        lines = re.search(r"^check-bases:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
        assert lines
        made = re.findall(r"\$\(MAKE\) (.*?) \|\|", lines[1])
        whole = {
            word
            for words in made
            if not LESS & set(re.findall(r"(\w+)=", words))
            for word in words.split()
        }
        self.assertLessEqual(report.OF_BASES, whole)


if __name__ == "__main__":
    tap.main()
