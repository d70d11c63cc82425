# SPDX-License-Identifier: GPL-2.0-only
"""results.py - the results of the moves, as the table and the page show them

In:  the results, one by one
Out: what they come to as a whole: numbers, surprises, and short codes for details
"""

from collections import Counter
from dataclasses import dataclass, field

from model import REVISIONS, Revision, count
from moves import Outcome
from stories import Story

# More surprises are only marked, lest they bury the rest
LISTED = 20
RESULTS = ("kept", "changed", "refused", "absent")


@dataclass(frozen=True)
class Kernel:
    """A kernel of the matrix, where it is from, and what it does by itself."""

    name: str
    release: str
    package: str
    revisions: dict[tuple[str, str], Revision]  # by model and revision


@dataclass(frozen=True)
class Move:
    """A cell's place in the matrix."""

    model: str
    revision: str
    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.model}, revision {self.revision}, from {self.source} to {self.target}"


@dataclass(frozen=True)
class Judged:
    """What came of a move or a step, and whether that was expected."""

    outcome: Outcome
    expected: bool | None  # None: it cannot be judged

    def __str__(self) -> str:
        details = "; ".join(self.outcome.details)
        return f"{self.outcome.result}: {details}" if details else self.outcome.result


Steps = list[tuple[str, Judged]]


@dataclass(frozen=True)
class Results:
    """All that the table and the page show."""

    date: str
    kernels: list[Kernel]
    cells: dict[Move, Judged]
    stories: list[tuple[Story, Steps]] = field(default_factory=list)

    def squares(self) -> list[tuple[str, str]]:
        """Name the models and revisions that were run, in order."""
        return list(dict.fromkeys((move.model, move.revision) for move in self.cells))

    def count(self, *square: str) -> Counter[str]:
        """Count the results, of all cells or of a square's."""
        of_square = (
            cell.outcome.result
            for move, cell in self.cells.items()
            if square in ((), (move.model, move.revision))
        )
        return Counter(of_square)

    def probes(self, model: str) -> dict[str, list[list[str]]]:
        """List the rows of each kernel's probe: a revision, and what is shown of it."""
        found = {
            kernel.name: [
                [revision, *kernel.revisions[model, revision].cells()]
                for revision in REVISIONS
                if (model, revision) in kernel.revisions
            ]
            for kernel in self.kernels
        }
        return {name: rows for name, rows in found.items() if rows}

    def not_judged(self) -> int:
        """Count the cells of which nothing is expected."""
        return sum(cell.expected is None for cell in self.cells.values())

    def surprises(self) -> list[str]:
        """Say which results were not expected."""
        named: list[tuple[object, Judged]] = [told for _, steps in self.stories for told in steps]
        named += self.cells.items()
        return [f"{name}: {judged}" for name, judged in named if judged.expected is False]

    def summary(self) -> str:
        """Say what all comes to, in one line."""
        counts, not_judged = self.count(), self.not_judged()
        text = ", ".join(f"{counts[result]} {result}" for result in RESULTS)
        text = f"{len(self.cells)} cells: {text}; {len(self.surprises())} unexpected"
        return f"{text}; {not_judged} not judged" if not_judged else text


def letters(number: int) -> str:
    """Number with a, b, ... z, aa, ab, ..."""
    before = letters((number - 1) // 26) if number > 26 else ""
    return before + "abcdefghijklmnopqrstuvwxyz"[(number - 1) % 26]


class Legend:
    """The codes of the details: numbers for what changed, letters for reasons."""

    def __init__(self, results: Results) -> None:
        self.code: dict[tuple[bool, str], str] = {}
        self.lists: dict[str, list[tuple[str, str, str]]] = {}  # code, detail, how often
        outcomes = [cell.outcome for cell in results.cells.values()]
        for heading, changed in ("What changed", True), ("Reasons", False):
            some = [o.details for o in outcomes if (o.result == "changed") == changed]
            uses = Counter(detail for details in some for detail in details)
            rows = self.lists[heading] = []
            for number, (detail, used) in enumerate(uses.items(), 1):
                code = self.code[changed, detail] = str(number) if changed else letters(number)
                rows.append((code, detail, count(used, "cell")))

    def codes(self, outcome: Outcome) -> list[str]:
        """Give the codes of an outcome, in order."""
        changed = outcome.result == "changed"
        codes = [self.code[changed, detail] for detail in outcome.details]
        return sorted(codes, key=lambda code: (len(code), code))
