#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""probes.py - lay what each revision does on two kernels side by side

In:  --patched and --unpatched, each with the files that `vgic_compat probe --json`
     wrote on that kernel, one for each vGIC model
Out: a table for each model on standard output, and a line that counts its rows.
     Exit status 1 if a file is not what probe writes, or has no model.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from model import MODELS, REVISIONS, BadData, Guest, Revision, parse_probe, read_text

CTLR = {"00000000": "0", "00000006": "IR,CES"}
HEADINGS = {
    "GICv2": ("asked by", "reset", "guest wr", "user wr", "SPI"),
    "GICv3": ("asked by", "reset", "guest wr", "user wr", "CTLR", "SPI"),
}
Rows = dict[tuple[str, str], Revision]  # by model and revision


def read_rows(paths: Iterable[str]) -> Rows:
    """Read the probes of one kernel."""
    rows: Rows = {}
    for path in paths:
        try:
            rows |= parse_probe(read_text(Path(path))).revisions
        except BadData as error:
            raise BadData(f"{path}: {error}") from error
    if not rows:
        raise BadData("a kernel offers no vGIC")
    return rows


def guest_sees(guest: Guest) -> list[str]:
    """Make the cells of what a guest sees; both resets are one cell."""
    private, spis = guest.private_groups_at_reset, guest.groups_at_reset
    cells = [spis if private == spis else f"{private}/{spis}"]
    cells += [guest.groups_guest_wrote, guest.groups_userspace_wrote]
    if guest.gicr_ctlr:
        cells.append(CTLR.get(guest.gicr_ctlr, guest.gicr_ctlr))
    return [*cells, guest.spi_arrives.replace("group ", "")]


def asked_by(row: Revision) -> str:
    """Say how a revision can be asked for, or why not."""
    ways = {"IIDR": row.iidr, "attr": row.attribute}
    return ",".join(way for way, answer in ways.items() if answer == "taken") or row.iidr


def align(rows: list[list[str]]) -> list[str]:
    """Make lines of rows of cells; each column has one width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)) for row in rows]


def side(name: str, model: str, rows: Rows) -> list[str]:
    """Make the lines of one kernel, which all have the same length."""
    cells = [list(HEADINGS[model])]
    for revision in REVISIONS:
        row = rows.get((model, revision), Revision("not probed"))
        blank = [""] * (len(cells[0]) - 1)
        cells.append([asked_by(row), *(guest_sees(row.guest) if row.guest else blank)])
    lines = align(cells)
    return [name.ljust(len(lines[0])), *lines]


def model_table(model: str, patched: Rows, unpatched: Rows) -> list[str]:
    """Make the lines of one model."""
    labels = align([[label] for label in ("", model, "none", *REVISIONS[1:])])
    sides = side("patched", model, patched), side("unpatched", model, unpatched)
    lines = [" | ".join(line).rstrip() for line in zip(labels, *sides, strict=True)]
    lines.insert(2, "-" * max(map(len, lines)))
    return lines


def count(patched: Rows, unpatched: Rows) -> str:
    """Count the rows in which a guest sees the same, and those that one kernel has."""
    none = Revision()
    pairs = [
        (patched.get(k, none).guest, unpatched.get(k, none).guest) for k in patched | unpatched
    ]
    same = sum(with_series == without for with_series, without in pairs)
    added = sum(bool(with_series) and not without for with_series, without in pairs)
    text = f"{len(pairs)} rows: {same} the same on both kernels, {added} only the patched one has"
    differ = len(pairs) - same - added
    return f"{text}, {differ} differ" if differ else text


def table(patched: Rows, unpatched: Rows) -> str:
    """Make all that is printed."""
    lines = []
    for model in MODELS:
        if (model, "default") in patched | unpatched:
            lines += [*model_table(model, patched, unpatched), ""]
    return "\n".join([*lines, count(patched, unpatched)])


def main() -> int:
    """Read the arguments, and print the table."""
    parser = argparse.ArgumentParser(description="lay two kernels' probes side by side")
    for kernel in ("--patched", "--unpatched"):
        parser.add_argument(kernel, nargs="+", required=True, metavar="PROBE")
    args = parser.parse_args()
    try:
        print(table(read_rows(args.patched), read_rows(args.unpatched)))
    except BadData as error:
        print(f"probes.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
