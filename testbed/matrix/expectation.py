# SPDX-License-Identifier: GPL-2.0-only
"""expectation.py - judge what came of a move, or of the step of a story

In:  the text of testbed/matrix/expected, which says what it has to look like
Out: the expectations; whether a code is the one that is expected
"""

from model import BadData

Expected = dict[tuple[str, ...], str]  # by the three words of a row and the column


def parse_expected(text: str) -> Expected:
    """Parse all expectations; a row that does not fit its header is an error."""
    expected: Expected = {}
    columns: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "to":
            columns = words[3:]
            continue
        row, codes = tuple(words[:3]), words[3:]
        if len(codes) != len(columns):
            raise BadData(f"expected, line {number}: {len(codes)} codes for {len(columns)} columns")
        if (*row, columns[0]) in expected:
            raise BadData(f"expected, line {number}: a second line for {' '.join(row)}")
        expected |= {(*row, column): code for column, code in zip(columns, codes, strict=True)}
    return expected


def judge(expected: Expected, row: tuple[str, ...], column: str, code: str) -> bool:
    """Tell whether a code is expected; one of which nothing is known is not."""
    return expected.get((*row, column)) == code
