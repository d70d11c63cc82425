#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""record.t - results nest as KTAP 1 says, and kunit's parser and tap-parser read them all;
a run of evidence leaves a record, and a KTAP file

In:  BASE_WORK, a work folder with a composed tree
Out: TAP
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

# isort: off
import tap

sys.path.insert(0, str(tap.BED / "evidence"))
from record import FIRST_LINE, contents, ktap_file, parse_ktap
# isort: on

FLAT = {
    "nvhe": """\
1..7
ok 1 - nvhe: vgic_a: GICv2: a value # SKIP #2 is not here
not ok 2 - nvhe: vgic_a: a value, #3
# errno 22
# 1..4
ok 3 - nvhe: vgic_b: a value
ok 4 - nvhe: vgic_init
ok 5 - nvhe: vgic_c: a value # SKIP
not ok 6 - nvhe: vgic_d has 2 results of 3
ok 7 - nvhe: the machine powered itself off
""",
    "t": "ok 1 - a: b\nnot ok 0 - t: ended with status 1\n1..2\n",
}
LEAVES = {
    ("nvhe", "vgic_a", "GICv2: a value", "skipped"),
    ("nvhe", "vgic_a", "a value, No. 3", "failed"),
    ("nvhe", "vgic_b", "a value", "passed"),
    ("nvhe", "vgic_init", "passed"),
    ("nvhe", "vgic_c", "a value", "skipped"),
    ("nvhe", "vgic_d has 2 results of 3", "failed"),
    ("nvhe", "the machine powered itself off", "passed"),
    ("t", "a: b", "passed"),
    ("t", "ended with status 1", "failed"),
}
# Prints in its last line how many errors there are, and each result
KUNIT = """\
import inspect, json, sys
from kunit_parser import parse_run_tests
from kunit_printer import stdout
def leaves(test, path):
    if not test.subtests:
        yield [*path, test.name, test.status.name]
    for one in test.subtests:
        yield from leaves(one, path if test.name == "main" else [*path, test.name])
# Older kernels have one that takes no printer
takes = len(inspect.signature(parse_run_tests).parameters)
test = parse_run_tests(*[sys.stdin, stdout][:takes])
print(json.dumps([test.counts.errors, list(leaves(test, []))]))
"""
KUNIT_NAMES = {"SUCCESS": "passed", "FAILURE": "failed", "SKIPPED": "skipped"}


def nested() -> str:
    """Make KTAP of FLAT, as check.sh does."""
    text = f"KTAP version 1\n# what is tested\n1..{len(FLAT)}\n"
    for number, (name, flat) in enumerate(FLAT.items(), 1):
        command = ["awk", "-v", f"name={name}", "-v", f"number={number}"]
        command += ["-f", str(tap.BED / "check/nest.awk")]
        text += subprocess.run(command, input=flat, stdout=-1, text=True, check=True).stdout
    return ktap_file(text + "4 passed, 3 failed, 2 skipped\n")


def tap_parser_leaves(events: list, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """List the results in the events of tap-parser: a child is before the result it has."""
    child: list | None = None
    for kind, value in events:
        if kind == "child":
            child = value
        elif kind == "assert" and child is not None:
            yield from tap_parser_leaves(child, (*path, value["name"]))
            child = None
        elif kind == "assert":
            what = "failed" if not value["ok"] else "skipped" if "skip" in value else "passed"
            yield (*path, value["name"], what)


class Nesting(unittest.TestCase):
    """What nest.awk makes."""

    def test_own(self) -> None:
        """all results are there, counted by subtest"""
        found = parse_ktap(nested().splitlines())
        self.assertEqual(found["counts"], {"passed": 4, "failed": 3, "skipped": 2})
        group = {"path": ["nvhe", "vgic_a"], "passed": 0, "failed": 1, "skipped": 1}
        self.assertIn(group, found["groups"])
        self.assertEqual(len(found["groups"]), 5)
        self.assertEqual(found["failures"][0], "nvhe: vgic_a: a value, No. 3")
        self.assertEqual(found["skips"], {"#2 is not here": 1, "": 1})
        self.assertEqual([top["result"] for top in found["top"]], ["failed", "failed"])

    def test_kunit(self) -> None:
        """kunit's parser reads all results, without an error"""
        folder = Path(os.environ["BASE_WORK"]) / "tree/tools/testing/kunit"
        done = subprocess.run(
            [sys.executable, "-B", "-c", KUNIT],
            input=nested(),
            env={**os.environ, "PYTHONPATH": str(folder)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        errors, leaves = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual(errors, 0)
        self.assertEqual({(*leaf[:-1], KUNIT_NAMES[leaf[-1]]) for leaf in leaves}, LEAVES)

    @unittest.skipUnless(shutil.which("tap-parser"), "no tap-parser; apt has node-tap-parser")
    def test_tap_parser(self) -> None:
        """tap-parser reads all results, with the same names"""
        # Where Debian has its modules, for a node of another origin too
        environment = {**os.environ, "NODE_PATH": "/usr/share/nodejs"}
        done = subprocess.run(
            ["tap-parser", "-j"], input=nested(), env=environment, stdout=-1, text=True, check=False
        )
        events = json.loads(done.stdout)
        self.assertEqual(set(tap_parser_leaves(events)), LEAVES)
        self.assertEqual({value.strip() for kind, value in events if kind == "extra"}, {FIRST_LINE})


class Record(unittest.TestCase):
    """What record.sh leaves."""

    def setUp(self) -> None:
        """Make a work folder."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        # This test may itself run in a make that has some of these
        names = ("ACCEL", "CROSS_COMPILE", "TARGET", "SEED", "VARIABLES")
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in names},
            "WORK": folder.name,
            "VARIABLES": "ACCEL CROSS_COMPILE MACHINES GUESTS SEED KTAP",
        }

    def start(self, command: str, **variables: str) -> subprocess.Popen:
        """Run evidence."""
        return subprocess.Popen(
            [str(tap.BED / "evidence/record.sh"), "some", "sh", "-c", command],
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run_it(self, command: str, **variables: str) -> tuple[int, str, str]:
        """Run evidence to its end."""
        process = self.start(command, **variables)
        out, err = process.communicate()
        return process.returncode, out, err

    def record(self) -> dict:
        """Read the record."""
        return json.loads((self.folder / "records/some.json").read_text())

    def test_ktap(self) -> None:
        """a run that prints KTAP: its output, exit status, record and file"""
        (self.folder / "text").write_text(nested() + "and a last line\n")
        file = self.folder / "ktap"
        status, out, _ = self.run_it(f"cat {self.folder}/text; exit 3", KTAP=str(file), SEED="3")
        self.assertEqual((status, out), (3, nested() + "and a last line\n"))
        self.assertEqual(file.read_text(), nested() + "# and a last line\n")
        record = self.record()
        self.assertEqual(record["status"], "failed")
        self.assertEqual(record["command"], "make some SEED=3")
        self.assertEqual(record["counts"], {"passed": 4, "failed": 3, "skipped": 2})
        self.assertEqual(record["last"], "and a last line")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["ktap", "records", "text"])

    def test_text(self) -> None:
        """a run that prints a table: it is in the record, and KTAP= is refused"""
        self.assertEqual(self.run_it("echo 3 cells")[:2], (0, "3 cells\n"))
        self.assertEqual((self.record()["status"], self.record()["text"]), ("passed", "3 cells\n"))
        status, _, err = self.run_it("echo 3 cells", KTAP=str(self.folder / "ktap"))
        self.assertEqual(status, 1)
        self.assertIn("make some prints no KTAP", err)
        self.assertFalse((self.folder / "ktap").exists())

    def test_bad_file(self) -> None:
        """a KTAP that cannot be written is refused before anything runs"""
        status, out, err = self.run_it("echo ran", KTAP=str(self.folder / "no/ktap"))
        self.assertEqual((status, out), (1, ""))
        self.assertIn("no file can be written there", err)

    def test_one_target(self) -> None:
        """one file is not for the results of many targets"""
        for targets in (["check-all"], ["check-bases"], ["check", "lint"]):
            command = ["make", "-C", str(tap.BED.parent), "KTAP=file", *targets]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("KTAP=FILE has the results of one target", done.stderr)

    def test_less(self) -> None:
        """a run of a part leaves no record, and the old one stays"""
        self.run_it("echo all")
        for part in ({"MACHINES": "nvhe"}, {"GUESTS": "edk2"}):
            self.run_it("echo part", **part)
            self.assertEqual(self.record()["text"], "all\n")

    def test_nothing(self) -> None:
        """a run for which there is nothing to do leaves neither record nor file"""
        for command, status in (("true", 0), ("false", 1)):
            file = self.folder / "ktap"
            found, _, _ = self.run_it(command, KTAP=str(file))
            self.assertEqual((found, file.exists()), (status, False))
            self.assertEqual((self.folder / "records/some.json").exists(), status == 1)

    def test_changes(self) -> None:
        """what is not committed in the tree is not the series"""
        tree = self.folder / "tree"
        git = ("git", "-C", str(tree), "-c", "user.name=n", "-c", "user.email=e@example.org")
        subprocess.run(["git", "init", "-q", str(tree)], check=True)
        (tree / "file").write_text("one\n")
        subprocess.run([*git, "add", "file"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "one"], check=True)
        committed = contents(self.folder, self.folder)["series"]
        (tree / "file").write_text("two\n")
        changed = contents(self.folder, self.folder)["series"]
        self.assertNotEqual(changed, committed)
        (tree / "file").write_text("one\n")
        self.assertEqual(contents(self.folder, self.folder)["series"], committed)

    def test_contents(self) -> None:
        """each thing that may be tested has a digest of what it is made of, and of no more"""
        root, work = self.folder / "repo", self.folder / "cache/7.3"
        for name in ("vgic_compat/diff.c", "vgic_compat/t/diff.t", "backports/6.1/series"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("one\n")
        other = work.parent / "6.1/tree"
        git = ("git", "-C", str(other), "-c", "user.name=n", "-c", "user.email=e@example.org")
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        subprocess.run(["git", "init", "-q", str(other)], check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "one"], check=True)
        for path, changes in (
            (root / "vgic_compat/diff.c", {"vgic_compat", "files"}),
            (root / "vgic_compat/t/diff.t", {"files"}),
            (root / "new", {"files"}),
            (other / "file", {"backports"}),
        ):
            before = contents(root, work)
            path.write_text("two\n")
            subprocess.run([*git, "add", "-A"], check=True)
            after = contents(root, work)
            self.assertEqual({what for what in after if after[what] != before[what]}, changes)

    def test_killed(self) -> None:
        """a run that is killed leaves a record that says so, and no file"""
        process = self.start("echo begun; exec sleep 9 2>&-", KTAP=str(self.folder / "ktap"))
        assert process.stdout
        process.stdout.readline()
        process.terminate()
        process.communicate()
        self.assertNotEqual(process.returncode, 0)
        self.assertEqual(self.record()["status"], "begun")
        self.assertFalse((self.folder / "ktap").exists())

    def test_tested(self) -> None:
        """a record says what was tested: the tree, this repo, versions, and when"""
        self.environment["WORK"] = os.environ["BASE_WORK"]
        self.addCleanup((Path(os.environ["BASE_WORK"]) / "records/some.json").unlink)
        self.run_it("echo all")
        record = json.loads((Path(os.environ["BASE_WORK"]) / "records/some.json").read_text())
        self.assertRegex(record["tested"]["description"][0], "patches of series")
        self.assertRegex(record["tested"]["series"], "^[0-9a-f]{40}$")
        self.assertRegex(record["tested"]["vgic_compat"], "^[0-9a-f]{64}$")
        self.assertRegex(record["began"], r"^\d{4}-\d\d-\d\dT")
        self.assertIn("emulator", record["versions"])


if __name__ == "__main__":
    tap.main()
