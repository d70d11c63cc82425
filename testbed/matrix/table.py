# SPDX-License-Identifier: GPL-2.0-only
"""table.py - the matrix as a table for a terminal

In:  Results
Out: lines of plain text of at most 120 columns. A cell is one word; the codes after
     its colon are listed below the table.
"""

import textwrap
from collections.abc import Collection, Iterator

from model import MODELS, BadData
from results import LISTED, Judged, Legend, Move, Results

COLUMNS = 120
WORDS = {"kept": "kept", "changed": "changed", "refused": "refused", "absent": "-"}
SHORT = WORDS | {"changed": "chg", "refused": "ref"}
PROBE = "{:6} {:12} {:8} {:8} {:9}  {:8}  {:8}  {:8}  {:9}  {}"
PROBE_HEADS = (
    ("", "", "", "through", "through", "groups", "guest", "VMM", "", ""),
    ("kernel", "revision", "IIDR", "attribute", "at reset", "wrote", "wrote", "GICR_CTLR"),
)


def measure(names: Collection[str]) -> tuple[int, int]:
    """Measure the column of the sources and that of a target."""
    source = max(7, *map(len, names))
    width = min(18, (COLUMNS - 17 - source) // len(names))
    if width < 8:
        raise BadData(f"no room for these {len(names)} kernels in {COLUMNS} columns")
    return source, width


def wrap(indent: int, first: str, text: str) -> list[str]:
    """Put text behind the first words, and more lines below its start."""
    margin = " " * indent
    first = first.ljust(indent)
    return textwrap.wrap(
        text, COLUMNS, initial_indent=first, subsequent_indent=margin, break_on_hyphens=False
    )


class Cells:
    """The text of cells in a column of some width."""

    def __init__(self, results: Results, width: int) -> None:
        self.legend, self.width, self.cut, self.words = Legend(results), width, False, WORDS
        if any(len(self.text(cell)) > width - 2 for cell in results.cells.values()):
            self.words = SHORT

    def text(self, cell: Judged) -> str:
        """Make one word of a cell, whatever its length."""
        codes = ",".join(self.legend.codes(cell.outcome))
        return self.words[cell.outcome.result] + (f":{codes}" if codes else "")

    def fit(self, cell: Judged) -> str:
        """Make a cell with its mark, cut to its column."""
        text, width = self.text(cell), self.width
        if len(text) > width - 2:
            self.cut = True
            while len(text) > width - 3 and "," in text:
                text = text.rpartition(",")[0]
            text = f"{text[: width - 3]}+"
        return f"{'!' if cell.expected is False else ' '}{text}".ljust(width)


def lay_out_cells(results: Results) -> Iterator[str]:
    """Lay out all cells, and say what the words, the marks and the codes stand for."""
    names = [kernel.name for kernel in results.kernels]
    source_width, width = measure(names)
    cells = Cells(results, width)
    lead = f"{{:6}} {{:8}} {{:{source_width}}} "
    heads = (name if len(name) > width - 5 else f"to {name}" for name in names)
    line = "".join(f" {head[: width - 2]}".ljust(width) for head in heads)
    yield (lead.format("model", "revision", "from") + line).rstrip()
    for model, revision in results.squares():
        yield ""
        for source in names:
            row = (results.cells[Move(model, revision, source, target)] for target in names)
            line = lead.format(model, revision, source) + "".join(map(cells.fit, row))
            yield line.rstrip()
    yield ""
    text = (
        f"kept: the guest sees no change; {cells.words['changed']}: it does; "
        f"{cells.words['refused']}: the target cannot run the VM at that revision; "
        f"-: the source host cannot have such a VM"
    )
    text += "; !: not expected" if results.surprises() else ""
    yield from wrap(0, "", text + ("; +: and more, see the page" if cells.cut else ""))
    for heading, rows in cells.legend.lists.items():
        if rows:
            yield from ("", f"{heading}:")
        for code, detail, uses in rows:
            yield from wrap(6, f"  {code:3}", f"{detail} ({uses})")


def tell_stories(results: Results) -> Iterator[str]:
    """Tell the stories, two by two."""
    for place, (story, steps) in enumerate(results.stories):
        if place % 2 == 0:
            yield ""
        yield from wrap(11, f"{story.tag()}:", story.title)
        for number, (what, judged) in enumerate(steps, 1):
            details = "; ".join(judged.outcome.details)
            text = f"{what}: {judged.outcome.result}" + (f" ({details})" if details else "")
            yield from wrap(6, f"  {number:2}.", text)


def lay_out_probes(results: Results) -> Iterator[str]:
    """Lay out what each kernel does by itself."""
    for model in MODELS:
        probes = results.probes(model)
        if probes:
            yield ""
            yield PROBE.format(*PROBE_HEADS[0])
            yield PROBE.format(model, *PROBE_HEADS[1], "an SPI arrives as")
        for name, rows in probes.items():
            yield from (PROBE.format("", name, *row).rstrip(" -") for row in rows)


def make_table(results: Results) -> Iterator[str]:
    """Make all lines."""
    yield from lay_out_cells(results)
    yield from tell_stories(results)
    yield from lay_out_probes(results)
    surprises = results.surprises()
    if surprises:
        yield from ("", "Not expected:")
    for surprise in surprises[:LISTED]:
        yield from wrap(4, "  !", surprise)
    if len(surprises) > LISTED:
        yield f"  and {len(surprises) - LISTED} more"
    yield from ("", results.summary())
