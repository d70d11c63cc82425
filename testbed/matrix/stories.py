# SPDX-License-Identifier: GPL-2.0-only
"""stories.py - moves of more than one step, without and with the series

In:  the text of testbed/matrix/stories, which says what it has to look like
Out: the stories
"""

from dataclasses import dataclass, field

from model import BadData


@dataclass(frozen=True)
class Step:
    """One move, to a kernel."""

    to: str
    asks: str  # for this revision; "-" for the one at which the guest was saved
    after: int  # the step that it follows; 0 if the guest is as it was at the start
    what: str


@dataclass(frozen=True)
class Story:
    """Steps of one guest, which was saved on a kernel at a revision."""

    name: str
    kernel: str
    revision: str
    title: str
    steps: list[Step] = field(default_factory=list)

    def tag(self) -> str:
        """Say on which side of the pair the story is."""
        return "patched" if self.name.endswith("-patched") else "unpatched"


def parse_stories(text: str) -> list[Story]:
    """Parse all stories with their steps."""
    stories: list[Story] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split(maxsplit=3)
        if not words or words[0].startswith("#"):
            continue
        try:
            to, asks, after, what = words
            if line[0].isspace():
                step = Step(to, asks, 0 if after == "-" else int(after), what)
                stories[-1].steps.append(step)
            else:
                stories.append(Story(*words))
        except (IndexError, ValueError) as error:
            raise BadData(f"stories, line {number}: neither a story nor a step of one") from error
    return stories
