#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""table.py - lay what each revision does on two kernels side by side

In:  --patched and --unpatched, each with the files that `vgic_compat probe --json`
     wrote on that kernel, one for each vGIC model
Out: a table for each model on standard output, and a line that counts its rows.
     Exit status 1 if a file is not what probe writes, or has no model.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass

MODELS = ("GICv2", "GICv3")
REVISIONS = ("none", "0", "1", "2", "3")
CTLR = {"00000000": "0", "00000006": "IR,CES"}
HEADINGS = {
    "GICv2": ("asked by", "reset", "guest wr", "user wr", "SPI"),
    "GICv3": ("asked by", "reset", "guest wr", "user wr", "CTLR", "SPI"),
}


class BadProbe(Exception):
    """A file that is not what `vgic_compat probe --json` writes."""


@dataclass(frozen=True)
class Row:
    """One revision on one kernel: how it can be asked for, and what a guest sees."""

    asked_by: str
    sees: tuple[str, ...] = ()  # nothing if the kernel refuses the revision


Rows = dict[tuple[str, str], Row]  # by model and revision


def guest_sees(model: str, guest: dict[str, str]) -> tuple[str, ...]:
    """Make the cells of what a guest sees; both resets are one cell."""
    private, spis = guest["private_groups_at_reset"], guest["groups_at_reset"]
    cells = [spis if private == spis else f"{private}/{spis}"]
    cells += [guest["groups_guest_wrote"], guest["groups_userspace_wrote"]]
    if model == "GICv3":
        cells.append(CTLR.get(guest["gicr_ctlr"], guest["gicr_ctlr"]))
    cells.append(guest["spi_arrives"].replace("group ", ""))
    return tuple(cells)


def parse_probe(text: str) -> Rows:
    """Parse one probe, with all its models."""
    rows: Rows = {}
    try:
        probe = json.loads(text)
        if (probe["format"], probe["version"]) != ("vgic-probe", 1):
            raise BadProbe(f"is a {probe['format']} {probe['version']}")
        for entry in probe["models"]:
            model = entry["model"]
            rows[model, "none"] = Row("-", guest_sees(model, entry["guest"]))
            for rev in entry["revisions"]:
                ways = {"IIDR": rev["iidr"], "attr": rev["attribute"]}
                taken = [way for way, came in ways.items() if came == "taken"]
                row = Row(rev["iidr"])
                if rev["can"]:
                    row = Row(",".join(taken), guest_sees(model, rev["guest"]))
                rows[model, str(rev["revision"])] = row
    except (KeyError, TypeError, ValueError) as error:
        raise BadProbe(f"is no probe: {error!r}") from error
    return rows


def read_probes(paths: Iterable[str]) -> Rows:
    """Read and parse files."""
    rows: Rows = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            try:
                rows |= parse_probe(file.read())
            except BadProbe as error:
                raise BadProbe(f"{path} {error}") from error
    return rows


def align(rows: list[tuple[str, ...]]) -> list[str]:
    """Make lines of rows of cells; each column has one width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)) for row in rows]


def side(name: str, model: str, rows: Rows) -> list[str]:
    """Make the lines of one kernel, which all have the same length."""
    headings = HEADINGS[model]
    blank = ("",) * (len(headings) - 1)
    cells = [headings]
    for revision in REVISIONS:
        row = rows.get((model, revision), Row("not probed"))
        cells.append((row.asked_by, *(row.sees or blank)))
    lines = align(cells)
    return [name.ljust(len(lines[0])), *lines]


def model_table(model: str, patched: Rows, unpatched: Rows) -> list[str]:
    """Make the lines of one model."""
    labels = align([(label,) for label in ("", model, *REVISIONS)])
    sides = side("patched", model, patched), side("unpatched", model, unpatched)
    lines = [" | ".join(line).rstrip() for line in zip(labels, *sides, strict=True)]
    lines.insert(2, "-" * max(map(len, lines)))
    return lines


def count(patched: Rows, unpatched: Rows) -> str:
    """Count the rows in which a guest sees the same, and those that one kernel has."""
    none = Row("")
    pairs = [(patched.get(k, none).sees, unpatched.get(k, none).sees) for k in patched | unpatched]
    same = sum(with_series == without for with_series, without in pairs)
    added = sum(bool(with_series) and not without for with_series, without in pairs)
    text = f"{len(pairs)} rows: {same} the same on both kernels, {added} only the patched one has"
    differ = len(pairs) - same - added
    return f"{text}, {differ} differ" if differ else text


def table(patched: Rows, unpatched: Rows) -> str:
    """Make all that is printed."""
    lines = []
    for model in MODELS:
        if (model, "none") in patched | unpatched:
            lines += [*model_table(model, patched, unpatched), ""]
    return "\n".join([*lines, count(patched, unpatched)])


def main() -> int:
    """Read the arguments, and print the table."""
    parser = argparse.ArgumentParser(description="lay two kernels' probes side by side")
    for kernel in ("--patched", "--unpatched"):
        parser.add_argument(kernel, nargs="+", required=True, metavar="PROBE")
    args = parser.parse_args()
    try:
        patched, unpatched = read_probes(args.patched), read_probes(args.unpatched)
        if not patched or not unpatched:
            raise BadProbe("a kernel offers no vGIC")
    except (BadProbe, OSError) as error:
        print(f"table.py: {error}", file=sys.stderr)
        return 1
    print(table(patched, unpatched))
    return 0


if __name__ == "__main__":
    sys.exit(main())
