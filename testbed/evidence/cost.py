#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""cost.py - show and judge what cost.c measured, with and without the series

In:  FOLDER, with what cost.c printed in KERNEL-MACHINE/cost, KERNEL patched or base, and its exit
     status in cost.status
Out: tables on standard output; FOLDER/vcpus.dat and spis.dat for cost.gnuplot. Exit status 1 if
     anything costs more than it may, or was not measured.

An access may cost eight instructions more than without the series; below revision 2, which
that kernel has not, than at revision 3. A write below 2 changes nothing: it may cost 1% more
than a read of GICD_IIDR, which is what any trap costs. To choose 2 or 3, to save and to
restore may cost 2% more than without the series. A choice of 0 or 1 goes over all
interrupts: it may cost PER_INTERRUPT for each more than the choice of 3.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

KERNELS = ("patched", "base")
MACHINES = ("nvhe", "gicv2")
MODELS = ("GICv2", "GICv3")
REVISIONS = range(4)
PER_INTERRUPT = 200
PRIVATE = 32
FORMAT = "{:<6} {:<29}" + " {:>8}" * 6 + "  {}"

# A kind, a model, a revision, and what of it
Key = tuple[str, str, int, str]
Costs = dict[Key, int]


@dataclass
class Cost:
    """Instructions for one thing at one revision; limit is the most that they may be."""

    key: Key
    patched: int | None
    base: int | None
    limit: float | None

    @property
    def wrong(self) -> str:
        """Say what is wrong with it, if anything is."""
        if self.patched is None or self.limit is None:
            return f"{self.key[2]} was not measured"
        if self.patched > self.limit:
            return f"{self.key[2]} may cost {int(self.limit)}"
        return ""


def parse(lines: Iterable[str]) -> Costs:
    """Read what cost.c prints."""
    costs = {}
    for line in lines:
        kind, model, revision, *what, cost = line.split()
        costs[kind, model, int(revision), " ".join(what)] = int(cost)
    return costs


def most(patched: Costs, base: Costs, key: Key) -> float | None:
    """Say how much this may cost on the patched kernel, if what it is compared with is there."""
    kind, model, revision, what = key
    known = revision if revision >= 2 else 3
    if kind == "access" and revision < 2 and what.startswith("write"):
        floor = patched.get((kind, model, revision, "read_IIDR"))
        return floor and floor * 1.01
    cost = base.get((kind, model, known, what))
    if cost is None:
        return None
    if kind == "access":
        return cost + 8
    if kind == "choice" and revision < 2:
        vcpus, spis = map(int, what.split())
        return cost * 1.02 + PER_INTERRUPT * (vcpus * PRIVATE + spis)
    return cost * 1.02


def compare(patched: Costs, base: Costs) -> list[list[Cost]]:
    """Compare all that either kernel can do, each at all revisions."""
    kinds = ("access", "choice", "save", "restore")

    def order(subject: tuple[str, str, str]) -> tuple:
        kind, model, what = subject
        numbers = [int(word) for word in what.split()] if kind != "access" else what
        return model, kinds.index(kind), numbers

    subjects = {(kind, model, what) for kind, model, _, what in patched.keys() | base.keys()}
    rows = []
    for kind, model, what in sorted(subjects, key=order):
        keys = [(kind, model, revision, what) for revision in REVISIONS]
        rows.append([Cost(k, patched.get(k), base.get(k), most(patched, base, k)) for k in keys])
    return rows


def line(row: list[Cost]) -> str:
    """Make a line of the table."""
    kind, model, _, what = row[0].key
    if kind == "access":
        text = what.replace("_", " GICD_")
    else:
        vcpus, spis = what.split()
        text = f"{kind}, {vcpus} vCPU{'s' * (vcpus != '1')}, {spis} SPIs"
    costs = [cost.patched for cost in row] + [cost.base for cost in row[2:]]
    numbers = ["-" if cost is None else cost for cost in costs]
    wrong = "; ".join(cost.wrong for cost in row if cost.wrong)
    return FORMAT.format(model, text, *numbers, wrong).rstrip()


def growth(patched: Costs, base: Costs, axis: int) -> str:
    """Make gnuplot's data of a GICv3: lines "NUMBER PATCHED-0 -1 -3 BASE-3".

    The number is that of vCPUs (axis 0), with the fewest SPIs, or of SPIs, with one vCPU.
    """
    shapes = {tuple(map(int, what.split())) for kind, _, _, what in patched if kind == "choice"}
    least = min((shape[1 - axis] for shape in shapes), default=0)
    lines = []
    for shape in sorted(shape for shape in shapes if shape[1 - axis] == least):
        what = f"{shape[0]} {shape[1]}"
        costs = [patched.get(("choice", "GICv3", revision, what)) for revision in (0, 1, 3)]
        costs.append(base.get(("choice", "GICv3", 3, what)))
        if None not in costs:
            lines.append(" ".join(map(str, [shape[axis], *costs])) + "\n")
    return "".join(lines)


def read(folder: Path, kernel: str) -> Costs:
    """Read what one kernel printed on both machines."""
    costs: Costs = {}
    for machine in MACHINES:
        costs |= parse((folder / f"{kernel}-{machine}/cost").read_text().splitlines())
    return costs


def unfinished(folder: Path) -> Iterator[str]:
    """Say where cost.c ended early, and may not have measured all."""
    for kernel in KERNELS:
        for machine in MACHINES:
            status = (folder / f"{kernel}-{machine}/cost.status").read_text().strip()
            if status != "0":
                yield f"on the {kernel} kernel, {machine}, cost ended with status {status}"


def main(folder: Path) -> int:
    """Show all of it."""
    patched, base = (read(folder, kernel) for kernel in KERNELS)
    for axis, name in enumerate(("vcpus", "spis")):
        (folder / f"{name}.dat").write_text(growth(patched, base, axis))
    print(FORMAT.format("", "", "with", "the", "series", "", "without", "", "").rstrip())
    print(FORMAT.format("model", "instructions, at revision", *REVISIONS, 2, 3, "").rstrip())
    table = compare(patched, base)
    for row in table:
        print(line(row))
    missing = set(MODELS) - {row[0].key[1] for row in table}
    wrong = [f"{model} was not measured" for model in sorted(missing)] + [*unfinished(folder)]
    for text in wrong:
        print(text)
    return int(bool(wrong) or any(cost.wrong for row in table for cost in row))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
