# SPDX-License-Identifier: GPL-2.0-only
"""collect.py - collect and judge what came of the moves

In:  a Plan, the folder in which the machines left their results, and expectations
Out: Results; or BadData if a result is missing or is not what vgic_compat writes
"""

from itertools import product
from pathlib import Path

from expectation import Expected, judge
from model import BadData, Revision, parse_probe, read_text
from moves import Outcome, parse_outcome
from plan import Plan, saved_file, step_file
from results import Judged, Kernel, Move, Results, Steps
from stories import Story


def read_output(path: Path, good: tuple[str, ...]) -> tuple[str, int]:
    """Read what a command wrote, and its exit status, which has to be a good one."""
    text, status = read_text(path), read_text(path.with_name(f"{path.name}.status")).strip()
    if not text.strip() or status not in good:
        errors = read_text(path.with_name(f"{path.name}.err")).strip().splitlines()
        raise BadData(f"ended with status {status}: {' '.join(errors[-1:])}")
    return text, int(status)


def read_outcome(path: Path) -> Outcome:
    """Read what vgic_compat wrote of a save, a restore or a diff."""
    try:
        return parse_outcome(*read_output(path, ("0", "1", "2")))
    except BadData as error:
        raise BadData(f"{path}: {error}") from error


def read_kernel(plan: Plan, folder: Path, name: str) -> Kernel:
    """Read what a kernel is, and what it offers."""
    revisions: dict[tuple[str, str], Revision] = {}
    for model in plan.models:
        path = folder / f"save-{name}-{model}" / "probe.json"
        try:
            probe = parse_probe(read_output(path, ("0",))[0])
            revisions |= probe.revisions
            if (model, "default") not in revisions:
                raise BadData(f"offers no {model}")
        except BadData as error:
            raise BadData(f"the kernel {name}, {path}: {error}") from error
    return Kernel(name, probe.release, read_text(folder / f"package-{name}").strip(), revisions)


def read_kernels(plan: Plan, folder: Path) -> list[Kernel]:
    """Read what all kernels are, and what they offer."""
    return [read_kernel(plan, folder, name) for name in plan.kernels]


def read_cell(folder: Path, move: Move) -> Outcome:
    """Read what came of a move; if its guest could not be saved, why."""
    saved = saved_file(folder, move.source, move.model, move.revision)
    if saved.is_file():
        target = folder / f"restore-{move.target}-{move.model}"
        return read_outcome(target / f"state,{move.source},{move.revision}")
    outcome = read_outcome(saved.with_name(f"save-{move.revision}"))
    if outcome.result != "refused":
        raise BadData(f"{saved} is not there, and the guest was {outcome.result}")
    return Outcome("absent", "-", outcome.details)


def read_step(path: Path) -> Outcome:
    """Read what came of a step, and of the comparison with the start if there is one."""
    outcome, since_path = read_outcome(path), path.with_name(f"{path.name}-since")
    if not since_path.exists():
        return outcome
    since = read_outcome(since_path)
    words = f"compared with before the first move: {' and '.join(since.details) or 'the same'}"
    return Outcome(outcome.result, f"{outcome.code}/{since.code}", (*outcome.details, words))


def read_steps(plan: Plan, folder: Path, expected: Expected, story: Story) -> Steps:
    """Read and judge all steps of a story, with each model."""
    told: Steps = []
    for (number, step), model in product(enumerate(story.steps, 1), plan.models):
        outcome = read_step(step_file(folder, story, number, model))
        row = (story.name, model, str(len(told) + 1))
        good = judge(expected, row, "is", outcome.code)
        told.append((f"{model}: {step.what}", Judged(outcome, good)))
    return told


def read_results(plan: Plan, folder: Path, expected: Expected, date: str) -> Results:
    """Read and judge all that the machines left; of a user's own kernel nothing is expected."""
    kernels, cells = read_kernels(plan, folder), {}
    places = product(plan.models, plan.revisions, plan.kernels, plan.kernels)
    for move in (Move(*place) for place in places):
        outcome = read_cell(folder, move)
        row = (move.model, move.revision, move.source)
        own = plan.kernels[move.source] or plan.kernels[move.target]
        good = None if own else judge(expected, row, move.target, outcome.code)
        cells[move] = Judged(outcome, good)
    stories = [(story, read_steps(plan, folder, expected, story)) for story in plan.stories]
    return Results(date, kernels, cells, stories)
