#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""matrix.t - what the matrix runs, and its table and page, from results made up here

In:  nothing but the scripts of testbed/matrix
Out: TAP
"""

import gzip
import json
import os
import re
import shlex
import subprocess
import tempfile
import unittest
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

# isort: off
import tap
from collect import read_results
from expectation import judge, parse_expected
from model import MODELS, REVISIONS, BadData, Guest, Revision
from moves import Outcome
from page import make_page
from plan import KERNELS, Plan, image_fault, parse_kernels, parse_plan, rounds, write_jobs
from results import Judged, Kernel, Move, Results, letters
from stories import Step, Story, parse_stories
from table import make_table
# isort: on

ROOM = tap.BED / "matrix"
EXPECTED = parse_expected((ROOM / "expected").read_text())
STORIES = parse_stories((ROOM / "stories").read_text())
GUEST = ("ffffffff", "ffffffff", "ffffffff", "ffffffff", "IRQ group 1", "00000000")
# All moves of a guest, and of its probe, on a host that keeps everything
VGIC_COMPAT = """\
#!/bin/sh
printf '%s\\n' "$*" >>"$CALLS"
form='{"format": "vgic-moves", "version": 1, "result": '
kept='"vms": [], "registers": [], "arrivals": [], "lines": [], "held": []'
case $1 in
probe) cat "$PROBE" ;;
save)
	shift 3
	[ "${REFUSES:-}" != "$1" ] || {
		echo "$form"'"refused", "answer": "refused", "why": "No"}'
		exit 2
	}
	echo "a guest" >"$2"
	echo "$form"'"saved"}' ;;
*)
	while [ $# -gt 1 ]; do
		[ "$1" != --save ] || echo "a guest" >"$2"
		shift
	done
	[ -f "$1" ] || { echo "there is no $1" >&2; exit 3; }
	echo "$form"'"kept", '"$kept}" ;;
esac
"""
# As run-job.sh does
JOB = """\
out()
{
	name=$1
	shift
	status=0
	"$@" >"$OUT/$name" 2>"$OUT/$name.err" || status=$?
	echo $status >"$OUT/$name.status"
}
cd "$1"
. ./job
"""


def made_up() -> Results:
    """Make results of two kernels, of every kind; two are unexpected, and some would be HTML."""
    cells = {}
    for model, revision, source, target in product(MODELS, REVISIONS, *[("5.10", "patched")] * 2):
        move = Move(model, revision, source, target)
        outcome = Outcome("refused", "R", ("Invalid argument",))
        if revision == "default" and source != target:
            outcome = Outcome("changed", "Cix", ("GICD_IIDR differs", 'IGROUPR1 <i> & "b"'))
        elif revision == "2" or (source == target and (revision == "default" or source != "5.10")):
            outcome = Outcome("kept", "K")
        elif source == "5.10":
            outcome = Outcome("absent", "-")
        cells[move] = Judged(outcome, move != Move("GICv3", "default", "patched", "5.10"))
    taken = {("GICv3", "1"): Revision("taken", "taken", Guest(*GUEST))}
    kernels = [
        Kernel("5.10", "5.10.0-32-arm64", "5.10.223-1", {}),
        Kernel("patched", "7.3.4", "7.3.4-1~bpo13+1 with the series", taken),
    ]
    this, kept = Outcome("changed", "C", ("this & that", "GICR_CTLR")), Outcome("kept", "K")
    up = [("a guest on 5.10 is moved", Judged(this, True))]
    also = [("a guest starts", Judged(kept, True)), ("and is moved", Judged(kept, False))]
    stories = [
        (Story("up-unpatched", "5.10", "default", "Up, <unpatched>"), up),
        (Story("up-patched", "5.10", "default", "Up, patched"), also),
    ]
    return Results("2026-11-22", kernels, cells, stories)


def page_of(results: Results) -> str:
    """Make the page."""
    return make_page(results, (ROOM / "page.html").read_text(), (ROOM / "page.css").read_text())


def table_of(results: Results) -> str:
    """Make the table."""
    return "\n".join(make_table(results))


def in_table(table: str) -> list[tuple[Move, str]]:
    """Read the moves and their results back from a table."""
    lines = table.split("\n\nkept:")[0].splitlines()
    names = re.findall(r"(?:to )?(\S+)", lines[0].split("from", 1)[1])
    found = []
    for line in filter(None, lines[1:]):
        model, revision, source, *cells = line.replace("!", " ").split()
        for target, text in zip(names, cells, strict=True):
            word = text.split(":")[0]
            found.append((Move(model, revision, source, target), "absent" if word == "-" else word))
    return found


def parse_page(page: str) -> ElementTree.Element:
    """Parse a page as XML, which fails if it is not well-formed."""
    return ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))


def in_page(page: str) -> list[tuple[Move, str]]:
    """Read the moves and their results back from a page, where each is a class and a title."""
    found = []
    for cell in parse_page(page).iter("td"):
        title = re.match(
            r"(GICv.), revision (\S+), from (\S+) to (\S+): (\w+)", cell.get("title", "")
        )
        if title and title[5] == cell.get("class", "").split()[0]:
            found.append((Move(*title.groups()[:4]), title[5]))
    return found


class Folder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        """Make the folder, and in it an image."""
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name)
        self.image = self.write("Image", b"MZ".ljust(56, b"\0") + b"ARMd".ljust(64, b"\0"))

    def write(self, name: str, data: bytes) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.write_bytes(data)
        return path

    def matrix(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run matrix.py in the folder."""
        environment = {"PATH": os.environ["PATH"], **variables}
        command = [str(ROOM / "matrix.py"), *words]
        return subprocess.run(
            command, env=environment, cwd=self.folder, text=True, capture_output=True, check=False
        )


class Table(unittest.TestCase):
    """The table for a terminal."""

    def test_cells(self) -> None:
        """the table has every cell once, with its result"""
        results = made_up()
        want = [(move, cell.outcome.result) for move, cell in results.cells.items()]
        self.assertEqual(in_table(table_of(results)), want)

    def test_lines(self) -> None:
        """it has codes with a list, numbers, stories, probes, and what was not expected"""
        lines = table_of(made_up()).splitlines()
        for line in (
            "GICv2  default  patched  changed:1,2       kept",
            "GICv3  default  patched !changed:1,2       kept",
            '  2   IGROUPR1 <i> & "b" (4 cells)',
            "  a   Invalid argument (6 cells)",
            "40 cells: 18 kept, 4 changed, 6 refused, 12 absent; 2 unexpected",
            "unpatched: Up, <unpatched>",
            "   1. a guest on 5.10 is moved: changed (this & that; GICR_CTLR)",
            "   2. and is moved: kept",
            f"{'':7}patched      1        taken    taken      {'ffffffff  ' * 3}"
            "00000000   IRQ group 1",
            "Not expected:",
            "  ! and is moved: kept",
            "  ! GICv3, revision default, from patched to 5.10: changed: GICD_IIDR differs; "
            'IGROUPR1 <i> & "b"',
        ):
            self.assertIn(line, lines)

    def test_ascii(self) -> None:
        """it is plain ASCII"""
        self.assertRegex(table_of(made_up()), r"\A[ -~\n]+\Z")

    def test_long(self) -> None:
        """long details and long words stay within 120 columns"""
        results = made_up()
        details = (*[f"register {number} changed" for number in range(40)], "x" * 300)
        long = Judged(Outcome("changed", "C", details), False)
        results.cells[Move("GICv2", "default", "5.10", "patched")] = long
        lines = table_of(results).splitlines()
        self.assertLessEqual(max(map(len, lines)), 120)
        self.assertIn("GICv2  default  5.10     kept             !chg:1,2,3,4,5,6+", lines)
        self.assertIn("; +: and more, see the page", " ".join(lines))

    def test_surprises(self) -> None:
        """of many surprises the table and the page list twenty"""
        results = made_up()
        for move, cell in results.cells.items():
            results.cells[move] = replace(cell, expected=False)
        self.assertIn("  and 21 more", table_of(results).splitlines())
        self.assertIn("<li>and 21 more</li>", page_of(results))

    def test_room(self) -> None:
        """more kernels than 120 columns have room for are refused"""
        results = made_up()
        results.kernels.extend([results.kernels[0]] * 11)
        with self.assertRaisesRegex(BadData, "no room for these 13 kernels in 120 columns"):
            table_of(results)

    def test_letters(self) -> None:
        """the letter after z is aa"""
        self.assertEqual([letters(n) for n in (1, 26, 27, 52, 53)], ["a", "z", "aa", "az", "ba"])


class Page(unittest.TestCase):
    """The page."""

    def test_cells(self) -> None:
        """the page has every cell once, and its class is its result"""
        results = made_up()
        want = {move: cell.outcome.result for move, cell in results.cells.items()}
        found = in_page(page_of(results))
        self.assertEqual(len(found), len(want))
        self.assertEqual(dict(found), want)

    def test_links(self) -> None:
        """it is well-formed, no name is there twice, and each link has an end"""
        tree = parse_page(page_of(made_up()))
        names = Counter(element.get("id") for element in tree.iter() if element.get("id"))
        links = {element.get("href") for element in tree.iter("a")}
        self.assertEqual(max(names.values()), 1)
        self.assertEqual(links, {"#code-1", "#code-a"})
        self.assertLessEqual({link[1:] for link in links}, set(names))

    def test_escapes(self) -> None:
        """details and titles are escaped"""
        page = page_of(made_up())
        self.assertIn("<dd>IGROUPR1 &lt;i&gt; &amp; &quot;b&quot; <span", page)
        self.assertIn("<h3>Up, &lt;unpatched&gt;</h3>", page)
        self.assertIn("<li>this &amp; that</li>", page)

    def test_outside(self) -> None:
        """it needs nothing from outside"""
        self.assertNotRegex(page_of(made_up()), "(?i)<script|<link|<img|@import|url\\(|https?:")

    def test_unexpected(self) -> None:
        """what was not expected is marked once, and listed"""
        page = page_of(made_up())
        self.assertEqual(len(re.findall('<td class="[a-z]* unexpected"', page)), 1)
        self.assertIn("<h2>2 results were not expected</h2>", page)
        self.assertIn("<li>and is moved: kept</li>", page)

    def test_not_judged(self) -> None:
        """the table and the page say how many results were not judged"""
        results = replace(made_up(), stories=[])
        for move, cell in results.cells.items():
            own = "patched" in (move.source, move.target)
            results.cells[move] = replace(cell, expected=None if own else True)
        self.assertIn("12 absent; 0 unexpected; 30 not judged", table_of(results))
        page = page_of(results)
        self.assertIn("All other 10 results are what testbed/matrix/expected has", page)
        self.assertIn("30 of 40 results were not judged", page)
        self.assertEqual(page.count("(not judged)"), 30)


class Words(unittest.TestCase):
    """The expectations and the stories."""

    def test_expected(self) -> None:
        """each result has an expectation, and each expectation a result"""
        want = set(product(MODELS, REVISIONS, KERNELS, KERNELS))
        for story in STORIES:
            places = enumerate(product(story.steps, MODELS), 1)
            want |= {(story.name, model, str(place), "is") for place, (_, model) in places}
        self.assertEqual(set(EXPECTED), want)

    def test_judge(self) -> None:
        """a result is judged by its code, and what is not known is not expected"""
        row = ("GICv2", "default", "5.10")
        self.assertTrue(judge(EXPECTED, row, "6.1", "Ciga"))
        self.assertFalse(judge(EXPECTED, row, "6.1", "K"))
        self.assertFalse(judge(EXPECTED, row, "6.2", ""))

    def test_wrong_expected(self) -> None:
        """expectations that do not fit their columns, or are there twice, are refused"""
        for message, text in {
            "line 2: 1 codes for 2 columns": "to - - a b\nx y z K",
            "line 1: 1 codes for 0 columns": "x y z K",
            "line 4: a second line for x y z": "to - - a\nx y z K\n# no\nx y z R",
        }.items():
            with self.subTest(message), self.assertRaisesRegex(BadData, message):
                parse_expected(text)

    def test_stories(self) -> None:
        """a story has steps, and it is one of a pair"""
        found = parse_stories("# no\n\nup 5.10 2 To the top\n 7.3 - - up there\n\t6.1 0 1 on\n")
        steps = [Step("7.3", "-", 0, "up there"), Step("6.1", "0", 1, "on")]
        self.assertEqual(found, [Story("up", "5.10", "2", "To the top", steps)])
        names = [story.name for story in STORIES]
        pairs = zip(names[::2], names[1::2], strict=True)
        for without, with_series in pairs:
            self.assertEqual(without, with_series.replace("-patched", "-unpatched"))

    def test_wrong_stories(self) -> None:
        """a line that is neither a story nor a step of one is refused"""
        for text in ("up 5.10 2", " 7.3 - - up", "up 5.10 2 To\n 7.3 - x up"):
            with self.subTest(text), self.assertRaisesRegex(BadData, "line [12]: neither"):
                parse_stories(text)


class Arguments(Folder):
    """What to run."""

    def test_all(self) -> None:
        """without words it is all kernels, models, revisions and stories"""
        plan = parse_plan({"KERNELS": " ", "MODELS": ""}, STORIES)
        self.assertEqual(plan, Plan(dict.fromkeys(KERNELS, ""), MODELS, REVISIONS, STORIES))

    def test_part(self) -> None:
        """a part has no stories, and all with a user's own kernel has"""
        plan = parse_plan({"KERNELS": "patched 6.1", "REVISIONS": "2"}, STORIES)
        self.assertEqual(plan, Plan({"patched": "", "6.1": ""}, MODELS, ("2",), []))
        own = f"{' '.join(KERNELS)} mine={self.image}"
        self.assertEqual(parse_plan({"KERNELS": own}, STORIES).stories, STORIES)

    def test_own(self) -> None:
        """any number of images of the user's own are taken, with spaces in quotes"""
        (self.folder / "a b").mkdir()
        other = self.write("a b/Image", self.image.read_bytes())
        text = f"mine={self.image} 6.1 my-2.+_='{other}'"
        want = {"mine": str(self.image), "6.1": "", "my-2.+_": str(other)}
        self.assertEqual(parse_kernels(text), want)

    def test_wrong_kernels(self) -> None:
        """a wrong list of kernels is refused"""
        for message, text in {
            "there is no '6.2', only 5.10": "6.2",
            "'6.1' is there twice": "6.1 6.1",
            "'mine' is there twice": "mine={0} mine={0}",
            "'6.1' is the name of another kernel": "6.1={0}",
            "'my<b>' is not one plain word": "'my<b>={0}'",
            "'' is not one plain word": "={0}",
            "'' is not there": "mine=",
            "No closing quotation": "'mine={0}",
            "there is no 'b/Image', .*quotes": "mine={0} b/Image",
        }.items():
            with self.subTest(message), self.assertRaisesRegex(BadData, message):
                parse_kernels(text.format(self.image))

    def test_wrong_words(self) -> None:
        """a wrong list of models or revisions is refused"""
        for message, variables in {
            "MODELS: there is no 'GICv4', only GICv2 GICv3": {"MODELS": "GICv4"},
            "MODELS: a word is there twice": {"MODELS": "GICv2 GICv2"},
            "REVISIONS: there is no '4'": {"REVISIONS": "2 4"},
        }.items():
            with self.subTest(message), self.assertRaisesRegex(BadData, message):
                parse_plan(variables, [])

    def test_images(self) -> None:
        """an Image is taken, with gzip too; what QEMU does not boot is refused"""
        packed = gzip.compress(self.image.read_bytes())
        good = [self.image, self.write("Image.gz", packed)]
        self.assertEqual([image_fault(str(path)) for path in good], ["", ""])
        faults = {
            "is a folder": self.folder,
            "is not there": self.folder / "nothing",
            "is an EFI zboot image": self.write("zboot", b"MZ\0\0zimg".ljust(64, b"\0")),
            "cannot be read: ": self.write("cut.gz", packed[:20]),
            "is no arm64 kernel Image": self.write("text", b"no kernel"),
            "cannot be printed": self.write("new\nline", self.image.read_bytes()),
        }
        faults["no arm64 kernel"] = self.write("text.gz", gzip.compress(b"no kernel"))
        for message, path in faults.items():
            with self.subTest(message):
                self.assertIn(message, image_fault(str(path)))

    def test_command(self) -> None:
        """the command refuses wrong words in one line, and takes relative paths"""
        for variables in (
            {"MODELS": "GICv4"},
            {"KERNELS": " ".join(f"k{n}=Image" for n in range(13))},
        ):
            ran = self.matrix("check", **variables)
            self.assertEqual(ran.returncode, 1)
            self.assertRegex(ran.stderr, r"\Amatrix.py: .*\n\Z")
        self.assertEqual(self.matrix("check", KERNELS="6.1 mine=Image").stderr, "")
        self.assertEqual(self.matrix("images", ".", KERNELS="6.1 mine=Image").stdout, "6.1\n")
        self.assertEqual((self.folder / "image-mine").resolve(), self.image.resolve())
        self.assertEqual((self.folder / "package-mine").read_text(), "Image")
        self.assertEqual(self.matrix("picture").returncode, 1)

    def test_make(self) -> None:
        """matrix.sh refuses wrong words before it does anything"""
        ran = subprocess.run(
            [ROOM / "matrix.sh", "check"],
            env=os.environ | {"KERNELS": "6.2", "MODELS": "", "REVISIONS": ""},
            text=True,
            capture_output=True,
            check=False,
        )
        self.assertEqual(ran.returncode, 1)
        self.assertRegex(ran.stderr, r"\Amatrix.py: KERNELS: there is no '6.2'.*\n\Z")


class Run(Folder):
    """A whole run, in which a script stands in for vgic_compat and no machine is booted."""

    def setUp(self) -> None:
        """Make the stand-in, and its probe."""
        super().setUp()
        self.write("vgic_compat", VGIC_COMPAT.encode()).chmod(0o755)
        guest = dict(zip(Guest.__dataclass_fields__, GUEST, strict=True))
        models = [{"model": model, "guest": guest, "revisions": []} for model in MODELS]
        probe = {"format": "vgic-probe", "version": 1, "kernel": "7.7", "models": models}
        self.write("probe", json.dumps(probe).encode())
        self.variables = {"CALLS": str(self.folder / "calls"), "PROBE": str(self.folder / "probe")}

    def run_rounds(self, plan: Plan) -> None:
        """Do all jobs."""
        for name in plan.kernels:
            self.write(f"package-{name}", b"a package")
        for what in rounds(plan):
            for line in write_jobs(plan, self.folder, what):
                _, _, job, out = shlex.split(line)
                Path(out).mkdir()
                path = f"{self.folder}:{os.environ['PATH']}"
                variables = {"PATH": path, "OUT": out, **self.variables}
                subprocess.run(["sh", "-euc", JOB, "job", job], env=variables, check=True)

    def test_whole(self) -> None:
        """all moves and all steps are made, and collected"""
        self.run_rounds(parse_plan({}, STORIES))
        ran = self.matrix("show", str(self.folder))
        self.assertEqual(ran.returncode, 1)
        self.assertIn("results are not as testbed/matrix/expected has them", ran.stderr)
        self.assertIn("\n640 cells: 640 kept, 0 changed, 0 refused, 0 absent;", ran.stdout)
        self.assertIn("\n   3. GICv2: and back: kept (compared with before the", ran.stdout)
        self.assertEqual(len(in_page((self.folder / "matrix.html").read_text())), 640)
        calls = (self.folder / "calls").read_text()
        for call in (
            "restore --json --save rollback-patched.1-saved state,patched,0",
            "restore --json --revision 2 --save up-patched.2-saved up-patched.1-state",
            "diff --json state,5.10,default up-patched.2-saved",
        ):
            self.assertEqual(calls.count(f"{call}\n"), 2)

    def test_own(self) -> None:
        """moves from and to a user's own kernel are not judged, and its file is named"""
        plan = Plan({"6.1": "", "patched": "", "mine": "../my/Image"}, revisions=("2",))
        self.run_rounds(plan)
        self.write("package-mine", b"../my/Image")
        results = read_results(plan, self.folder, EXPECTED, "2026-11-22")
        self.assertTrue(results.summary().endswith("0 absent; 0 unexpected; 10 not judged"))
        self.assertIn("<dd>../my/Image<br/>", page_of(results))
        variables = {"KERNELS": f"6.1 patched mine={self.image}", "REVISIONS": "2"}
        self.assertEqual(self.matrix("show", ".", **variables).returncode, 0)

    def test_absent(self) -> None:
        """a guest that could not be saved is not restored, and the reason is said"""
        self.variables["REFUSES"] = "0"
        plan = Plan({"5.10": ""}, ("GICv3",), ("0", "2"))
        self.run_rounds(plan)
        results = read_results(plan, self.folder, EXPECTED, "2026-11-22")
        absent = Judged(Outcome("absent", "-", ("the kernel refuses it (No)",)), True)
        self.assertEqual(results.cells[Move("GICv3", "0", "5.10", "5.10")], absent)
        self.assertEqual(
            results.summary(), "2 cells: 1 kept, 0 changed, 0 refused, 1 absent; 0 unexpected"
        )

    def test_wrong(self) -> None:
        """a result that is missing or wrong is named in one line, without a traceback"""
        variables = {"KERNELS": "patched", "MODELS": "GICv3", "REVISIONS": "2"}
        self.run_rounds(parse_plan(variables, STORIES))
        self.assertEqual(self.matrix("show", ".", **variables).returncode, 0)
        for name, data, message in (
            ("restore-patched-GICv3/state,patched,2", b"{", "is no JSON"),
            ("restore-patched-GICv3/state,patched,2.err", b"Bad\nno KVM\n", None),
            ("restore-patched-GICv3/state,patched,2", b"", "ended with status 0: no KVM"),
            (
                "save-patched-GICv3/probe.json",
                b"[]",
                "kernel patched, .*/probe.json: has no 'format'",
            ),
            ("save-patched-GICv3/probe.json.err", b"no KVM", None),
            ("save-patched-GICv3/probe.json.status", b"2", "kernel patched, .*status 2: no KVM"),
        ):
            self.write(name, data)
            ran = self.matrix("show", ".", **variables)
            if message:
                self.assertEqual((ran.returncode, ran.stdout), (1, ""))
                self.assertRegex(ran.stderr, rf"\Amatrix.py: .*{message}.*\n\Z")
        (self.folder / "save-patched-GICv3/probe.json").unlink()
        ran = self.matrix("show", ".", **variables)
        self.assertRegex(
            ran.stderr, r"\Amatrix.py: .*cannot read probe.json: No such file or directory\n\Z"
        )


tap.main()
