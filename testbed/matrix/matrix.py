#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""matrix.py - the parts of `make matrix` that work on data

In:  KERNELS, MODELS and REVISIONS from the environment, and one of
       check              are they right?
       images FOLDER      put images of the user's own there; name the other kernels
       rounds             name them: save, restore, and one for each later step
       jobs ROUND FOLDER  make the jobs of a round
       show FOLDER        show what came of it
Out: for jobs the arguments of run-job.sh, a job a line; for show a table on standard
     output, and FOLDER/matrix.html. Exit status 1, with a sentence, if anything is
     wrong, or not as testbed/matrix/expected has it.
"""

import datetime
import os
import sys
from pathlib import Path

from collect import read_kernels, read_results
from expectation import parse_expected
from model import BadData, read_text
from page import make_page
from plan import Plan, parse_plan, rounds, write_jobs
from stories import parse_stories
from table import make_table, measure

HERE = Path(__file__).parent


def place_images(plan: Plan, folder: Path) -> list[str]:
    """Link the user's images, and note their paths; name the other kernels."""
    for name, path in plan.kernels.items():
        if path:
            (folder / f"image-{name}").symlink_to(Path(path).resolve())
            (folder / f"package-{name}").write_text(path, encoding="utf-8")
    return [name for name, path in plan.kernels.items() if not path]


def show(plan: Plan, folder: Path) -> None:
    """Show what came of all moves."""
    expected = parse_expected(read_text(HERE / "expected"))
    results = read_results(plan, folder, expected, datetime.date.today().isoformat())
    page = make_page(results, read_text(HERE / "page.html"), read_text(HERE / "page.css"))
    (folder / "matrix.html").write_text(page, encoding="utf-8")
    print("\n".join(make_table(results)), flush=True)
    print(f"the page: {folder}/matrix.html", file=sys.stderr)
    if results.surprises():
        raise BadData(f"results are not as testbed/matrix/expected has them; all is in {folder}")


def run(words: list[str]) -> None:
    """Do what the words of the command line say."""
    plan = parse_plan(os.environ, parse_stories(read_text(HERE / "stories")))
    measure(plan.kernels)
    match words:
        case ["check"]:
            pass
        case ["images", folder]:
            print(*place_images(plan, Path(folder)))
        case ["rounds"]:
            print(*rounds(plan))
        case ["jobs", what, folder]:
            if what == "restore":
                read_kernels(plan, Path(folder))
            print("".join(f"{line}\n" for line in write_jobs(plan, Path(folder), what)), end="")
        case ["show", folder]:
            show(plan, Path(folder))
        case _:
            raise BadData("there is no such command")


if __name__ == "__main__":
    try:
        run(sys.argv[1:])
    except (BadData, OSError) as error:
        sys.exit(f"matrix.py: {error}")
