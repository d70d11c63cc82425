#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""report.py - the last run of all evidence, as one HTML page

In:  work folders, first that of the series, then those of other bases: in each the composed
     tree and the records that evidence/record.py left
Out: report.html in the first one, which needs no other file, and its path on standard output.
     What has no record is shown as missing, and what was tested in another state as stale.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "evidence"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "matrix"))

# isort: off
import page
from collect import read_results
from expectation import parse_expected
from model import BadData, read_text
from page import esc
from plan import parse_plan
from record import contents, series
from stories import parse_stories
# isort: on

BED = Path(__file__).resolve().parent.parent
# What a run depends on, if not on the series alone
USES = {
    "check": ("series", "files"),
    "check-bed": ("series", "files"),
    "lint": ("series", "files"),
    "matrix": ("series", "backports", "vgic_compat"),
    "check-compat": ("series", "vgic_compat"),
    "check-bundle": ("series", "vgic_compat"),
    "check-remote": ("series", "vgic_compat"),
    "cost": ("series", "vgic_compat"),
    "qemu-steps": ("qemu",),
    "vmm": ("series", "vgic_compat", "qemu"),
    "vmm-guests": ("series", "qemu"),
}
# What check-bases makes of each base, and keeps a record of
OF_BASES = {"check", "lint", "bisect-test", "mutants"}
WORDS = {
    "series": "the series",
    "backports": "a backport",
    "vgic_compat": "vgic_compat",
    "qemu": "the patches to QEMU",
    "files": "this repo",
}
# A state, its colour, which is one of the matrix's, and what it means
STATES = {
    "passed": ("kept", "It ended well, on what is in this repo now."),
    "failed": ("changed", "It ended with a failure."),
    "stale": ("refused", "It ended well, on what has changed since."),
    "missing": ("absent", "It was not run to its end."),
}
TARGET = re.compile(r"([a-z-]+):.*?## (.*)")
RECORD = re.compile(r"\t.*?\$\(record\) ([a-z-]+) ")
COUNTS = re.compile(r"\d+ [a-z]+[:,] ")
CHECK_ALL = re.compile(r"^check-all: (.*?) ##", re.MULTILINE)


@dataclass
class Run:
    """The last run of some evidence, if there is one."""

    name: str
    target: str
    does: str
    base: str  # the name of the base, if it is not that of the series
    folder: Path
    record: dict
    changed: list[str]  # what is no longer as it was tested

    @property
    def title(self) -> str:
        """Name it."""
        return f"{self.name} on {self.base}" if self.base else self.name

    @property
    def state(self) -> str:
        """Say in one word what it is worth."""
        status = self.record.get("status")
        if status == "passed":
            return "stale" if self.changed else "passed"
        return "failed" if status == "failed" else "missing"

    @property
    def why(self) -> str:
        """Say why it is no fresh run, if it is none."""
        if not self.record:
            return "it was not run"
        if self.state == "missing":
            return "it did not end"
        changed = " and ".join(WORDS[what] for what in self.changed)
        return f"{changed} changed since" if changed else ""

    @property
    def counts(self) -> str:
        """Say how much passed: the last line of KTAP, or what it has in its place."""
        if counts := self.record.get("counts"):
            return ", ".join(f"{number} {what}" for what, number in counts.items())
        last = self.record.get("last", "")
        return last if COUNTS.match(last) else ""


def uses(name: str, base: str = "") -> tuple[str, ...]:
    """Say what evidence depends on; the repo itself is looked at on the base of the series."""
    found = USES.get(name, ("series",))
    return tuple(what for what in found if not base or what != "files")


def find_targets(makefile: str) -> Iterator[tuple[str, str, str]]:
    """Find what leaves a record: its name, the target, and what that does."""
    target = does = ""
    for line in makefile.splitlines():
        if found := TARGET.match(line):
            target, does = found[1], found[2]
        elif found := RECORD.match(line):
            yield found[1], target, does


def read_record(path: Path) -> dict:
    """Read a record; one that cannot be read is none."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if record.get("format") == "vgic-record" and record.get("version") == 1 else {}


def find_runs(makefile: str, folders: list[Path]) -> list[Run]:
    """Find all runs: what check-all makes has to be there, and OF_BASES of other bases."""
    found = CHECK_ALL.search(makefile)
    required = set(found[1].split()) if found else set()
    runs = []
    here = contents(BED.parent, folders[0])
    for folder in folders:
        base = "" if folder == folders[0] else folder.name
        now = here | {"series": series(folder)} if base else here
        for name, target, does in find_targets(makefile):
            record = read_record(folder / "records" / f"{name}.json")
            then = record.get("tested", {})
            changed = [what for what in uses(name, base) if then and then.get(what) != now[what]]
            if record or (name in OF_BASES if base else target in required):
                runs.append(Run(name, target, does, base, folder, record, changed))
    return runs


def anchor(run: Run) -> str:
    """Make the name of a section."""
    return f"run-{run.name}-{run.base}".rstrip("-").replace(".", "-")


def badge(run: Run) -> str:
    """Make the badge of a state."""
    return f'<span class="badge {STATES[run.state][0]}">{run.state}</span>'


def when(run: Run) -> str:
    """Say when it began, to the minute."""
    return run.record["began"][:16].replace("T", " ") if run.record else ""


def commit(run: Run) -> str:
    """Name the commit of this repo that it was run from."""
    about = run.record.get("tested", {})
    return about.get("repo", "") + (" and changes" if about.get("repo_changed") else "")


def numbers(runs: list[Run]) -> Iterator[str]:
    """Count the states."""
    yield '<ul class="numbers">'
    for state, (colour, means) in STATES.items():
        count = sum(run.state == state for run in runs)
        yield f'<li><span class="swatch {colour}"></span><b>{count}</b>'
        yield f'<span class="name">{state}</span> <small>{means}</small></li>'
    yield "</ul>"


def summary(runs: list[Run]) -> Iterator[str]:
    """Make a row for each run."""
    yield '<div class="scroll" tabindex="0"><table class="runs">'
    yield "<thead><tr>"
    heads = ("Run", "State", "Results", "Began", "Took", "Commit")
    yield from (f'<th scope="col">{head}</th>' for head in heads)
    yield "</tr></thead><tbody>"
    for run in runs:
        why = f' <span class="dim">{esc(run.why)}</span>' if run.why else ""
        cells = (f"{badge(run)}{why}", esc(run.counts), when(run), took(run), esc(commit(run)))
        yield f'<tr><th scope="row"><a href="#{anchor(run)}">{esc(run.title)}</a></th>'
        yield from (f"<td>{cell}</td>" for cell in cells)
        yield "</tr>"
    yield "</tbody></table></div>"


def took(run: Run) -> str:
    """Say how long it took."""
    if "seconds" not in run.record:
        return ""
    minutes, seconds = divmod(run.record["seconds"], 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def about(run: Run) -> Iterator[str]:
    """Say what was run, when, and on what."""
    if not run.record:
        yield f"<p>There is no record of <code>make {esc(run.target)}</code>.</p>"
        return
    record = run.record
    versions = record.get("versions", {})
    description = record["tested"]["description"] if "series" in uses(run.name) else []
    rows = {
        "Command": f"<code>{esc(record['command'])}</code>",
        "Began": " ".join(filter(None, (when(run), took(run) and f"and took {took(run)}"))),
        "Commit of this repo": esc(commit(run)),
        "Tested": "<br/>".join(esc(line) for line in description),
        "With": "<br/>".join(esc(text) for text in versions.values() if text),
    }
    yield '<dl class="kernels">'
    yield from (f"<div><dt>{key}</dt><dd>{text}</dd></div>" for key, text in rows.items() if text)
    yield "</dl>"


def count_cell(group: dict | None) -> str:
    """Make a cell with the counts of a group."""
    if not group:
        return "<td></td>"
    colour = "changed" if group["failed"] else "kept" if group["passed"] else "absent"
    texts = [f"{group[what]} {what}" for what in ("passed", "failed", "skipped") if group[what]]
    return f'<td class="{colour}">{", ".join(texts)}</td>'


def group_tables(groups: list[dict]) -> Iterator[str]:
    """Make a table of selftests by machine, and one of what has no selftests in it."""
    cells = {tuple(group["path"]): group for group in groups}
    machines = list(dict.fromkeys(path[0] for path in cells if len(path) == 2))
    tests = list(dict.fromkeys(path[1] for path in cells if len(path) == 2))
    head = '<div class="scroll" tabindex="0"><table class="runs"><thead><tr><th></th>'
    if tests:
        yield head + "".join(f'<th scope="col">{esc(machine)}</th>' for machine in machines)
        yield "</tr></thead><tbody>"
        rows = [(test, [cells.get((machine, test)) for machine in machines]) for test in tests]
        rows.append(("others", [cells.get((machine,)) for machine in machines]))
        for name, row in rows:
            yield f'<tr><th scope="row">{esc(name)}</th>{"".join(map(count_cell, row))}</tr>'
        yield "</tbody></table></div>"
    rest = [path[0] for path in cells if len(path) == 1 and path[0] not in machines]
    if rest:
        yield f"{head}<th>results</th></tr></thead><tbody>"
        for name in rest:
            yield f'<tr><th scope="row">{esc(name)}</th>{count_cell(cells[(name,)])}</tr>'
        yield "</tbody></table></div>"


def fold(title: str, lines: list[str]) -> Iterator[str]:
    """Make a list that is shown when it is asked for."""
    if lines:
        yield f"<details><summary>{title}</summary>"
        yield from page.items(lines)
        yield "</details>"


def ktap(record: dict) -> Iterator[str]:
    """Show what KTAP said."""
    if failures := record["failures"]:
        yield '<section class="alarm"><h3>Failed</h3>'
        yield from page.items(failures)
        yield "</section>"
    yield from group_tables(record["groups"])
    if any(not group["path"] for group in record["groups"]):
        results = [
            " - ".join([f"{one['result']}: {one['name']}", *one["notes"]]) for one in record["top"]
        ]
        yield from fold(f"All {len(results)} results", results)
    skips = [f"{count} times: {why or 'no reason'}" for why, count in record["skips"].items()]
    yield from fold("Why results were skipped", skips)


def matrix(run: Run) -> Iterator[str]:
    """Show the squares of make matrix, as its own page does."""
    here = BED / "matrix"
    plan = parse_plan({}, parse_stories(read_text(here / "stories")))
    expected = parse_expected(read_text(here / "expected"))
    results = read_results(plan, run.folder / "matrix", expected, "")
    yield from page.numbers(results)
    yield from page.matrix(results)


def results(run: Run) -> Iterator[str]:
    """Show the results of a run."""
    if "groups" in run.record:
        yield from ktap(run.record)
        return
    if run.name == "matrix" and run.state != "missing":
        try:
            yield "\n".join(matrix(run))
            return
        except BadData as error:
            yield f"<p>{esc(str(error))}</p>"
    if text := run.record.get("text"):
        yield f'<pre class="scroll" tabindex="0">{esc(text)}</pre>'


def figures(run: Run) -> Iterator[str]:
    """Put in the drawings that the run has made."""
    for path in sorted((run.folder / run.name).glob("*.svg")) if run.record else []:
        data = base64.b64encode(path.read_bytes()).decode()
        yield f'<img alt="{esc(path.stem)}" src="data:image/svg+xml;base64,{data}"/>'


def section(run: Run) -> Iterator[str]:
    """Make the section of a run."""
    why = f' <span class="dim">{esc(run.why)}</span>' if run.why else ""
    yield f'<section class="wide" id="{anchor(run)}">'
    yield f"<h2>{esc(run.title)} {badge(run)}{why}</h2>"
    yield f"<p>{esc(run.does)}</p>"
    for part in (about, results, figures):
        yield from part(run)
    yield "</section>"


def make_page(runs: list[Run], made: str, template: str, css: str) -> str:
    """Make the page."""
    parts = {
        "numbers": numbers(runs),
        "summary": summary(runs),
        "sections": (line for run in runs for line in section(run)),
    }
    return page.fill("what was tested", template, css, parts, made=made)


def main(folders: list[Path]) -> None:
    """Make the page, and say where it is."""
    runs = find_runs(read_text(BED.parent / "Makefile"), folders)
    css = read_text(BED / "matrix/page.css") + read_text(BED / "report/report.css")
    made = datetime.now().astimezone().isoformat(sep=" ", timespec="minutes")
    path = folders[0] / "report.html"
    new = path.with_suffix(".new")
    new.write_text(make_page(runs, made, read_text(BED / "report/report.html"), css), "utf-8")
    new.replace(path)
    print(path)


if __name__ == "__main__":
    try:
        main([Path(argument) for argument in sys.argv[1:]])
    except (BadData, OSError) as error:
        sys.exit(f"report.py: {error}")
