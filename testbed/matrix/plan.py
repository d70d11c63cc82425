# SPDX-License-Identifier: GPL-2.0-only
"""plan.py - what to run, and the jobs of the machines that run it

In:  the values of KERNELS, MODELS and REVISIONS; for later rounds the folder with
     what came of those before
Out: a Plan, or BadData with what is wrong; the jobs of a round, as run-job.sh takes
     them, in the folder
"""

import gzip
import re
import shlex
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from model import MODELS, REVISIONS, BadData
from stories import Story

KERNELS = ("5.10", "6.1", "6.12.43", "6.12", "7.3", "6.1-patched", "6.12-patched", "patched")
MACHINES = {"GICv2": "gicv2", "GICv3": "nvhe"}
SAVE = """\
out probe.json vgic_compat probe --json
out probe.prom vgic_compat probe --prometheus
for revision in {revisions}; do
	out save-$revision vgic_compat save --json --revision $revision file
	[ ! -f file ] || out state-$revision cat file
	rm -f file
done
"""
RESTORE = """\
for file in state,*; do
	[ ! -f $file ] || out $file vgic_compat restore --json $file
done
"""
STEP = """\
out {name} vgic_compat restore --json {asks} --save {name}-saved {source}
[ ! -f {name}-saved ] || out {name}-state cat {name}-saved
"""
SINCE = "[ ! -f {name}-saved ] || out {name}-since vgic_compat diff --json {start} {name}-saved\n"


@dataclass(frozen=True)
class Plan:
    """Which guests are moved between which kernels."""

    kernels: dict[str, str]  # with the path of each image that is the user's own
    models: tuple[str, ...] = MODELS
    revisions: tuple[str, ...] = REVISIONS
    stories: list[Story] = field(default_factory=list)


def image_fault(path: str) -> str:
    """Say why QEMU cannot boot a file as a kernel; nothing if it can."""
    if not path.isprintable():
        return "has a character in its name that cannot be printed"
    if path and Path(path).is_dir():
        return "is a folder"
    if not Path(path).is_file():
        return "is not there; quote what has spaces"
    try:
        with open(path, "rb") as file:
            start = file.read(64)
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(path) as file:
                start = file.read(64)
    except (OSError, EOFError, zlib.error) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if start[4:8] == b"zimg":
        return "is an EFI zboot image, which QEMU may not boot; take the Image that is in it"
    return "" if start[56:60] == b"ARMd" else "is no arm64 kernel Image"


def parse_words(name: str, text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Parse a list of known words; without any, it is all of them."""
    words = tuple(text.split()) or known
    for word in words:
        if word not in known:
            raise BadData(f"{name}: there is no '{word}', only {' '.join(known)}")
    if len(set(words)) < len(words):
        raise BadData(f"{name}: a word is there twice")
    return words


def parse_kernels(text: str) -> dict[str, str]:
    """Parse the list of kernels, with images of the user's own among them."""
    try:
        words = shlex.split(text) or KERNELS
    except ValueError as error:
        raise BadData(f"KERNELS: {error}") from error
    kernels: dict[str, str] = {}
    for word in words:
        name, own, path = word.partition("=")
        fault = ""
        if not own and name not in KERNELS:
            fault = f"there is no '{word}', only {' '.join(KERNELS)}, and images of your own as "
            fault += "NAME=PATH, with quotes around what has spaces"
        elif name in kernels:
            fault = f"'{name}' is there twice"
        elif own and name in KERNELS:
            fault = f"'{name}' is the name of another kernel than '{path}'"
        elif not re.fullmatch("[0-9A-Za-z._+-]+", name):
            fault = f"'{name}' is not one plain word of 0-9A-Za-z._+-"
        elif own and (wrong := image_fault(path)):
            fault = f"'{path}' {wrong}"
        if fault:
            raise BadData(f"KERNELS: {fault}")
        kernels[name] = path
    return kernels


def parse_plan(variables: Mapping[str, str], stories: list[Story]) -> Plan:
    """Parse what to run; the stories are told if all that they could need is there."""
    kernels = parse_kernels(variables.get("KERNELS", ""))
    models = parse_words("MODELS", variables.get("MODELS", ""), MODELS)
    revisions = parse_words("REVISIONS", variables.get("REVISIONS", ""), REVISIONS)
    everything = {*KERNELS, *MODELS, *REVISIONS} <= {*kernels, *models, *revisions}
    return Plan(kernels, models, revisions, stories if everything else [])


def saved_file(folder: Path, kernel: str, model: str, revision: str) -> Path:
    """Name the file with the state of a guest that a kernel saved."""
    return folder / f"save-{kernel}-{model}" / f"state-{revision}"


def round_of(story: Story, number: int) -> str:
    """Name the round of a step: after all those that it follows."""
    depth, after = 1, story.steps[number - 1].after
    while after:
        depth, after = depth + 1, story.steps[after - 1].after
    return "restore" if depth == 1 else f"step{depth}"


def rounds(plan: Plan) -> list[str]:
    """Name all rounds, in their order."""
    names = {round_of(s, n) for s in plan.stories for n in range(1, len(s.steps) + 1)}
    return ["save", "restore", *sorted(names - {"restore"})]


def step_file(folder: Path, story: Story, number: int, model: str) -> Path:
    """Name the file with what came of a step."""
    machine = f"{round_of(story, number)}-{story.steps[number - 1].to}-{model}"
    return folder / machine / f"{story.name}.{number}"


def make_job(
    plan: Plan, folder: Path, what: str, kernel: str, model: str
) -> tuple[str, dict[str, Path]]:
    """Make the script of one kernel in a round, and name its files."""
    files: dict[str, Path] = {}
    if what == "save":
        return SAVE.format(revisions=" ".join(plan.revisions)), files
    script = RESTORE if what == "restore" else ""
    if what == "restore":
        for source, revision in product(plan.kernels, plan.revisions):
            files[f"state,{source},{revision}"] = saved_file(folder, source, model, revision)
    for story in plan.stories:
        start = f"state,{story.kernel},{story.revision}"
        for number, step in enumerate(story.steps, 1):
            path = step_file(folder, story, number, model)
            if path.parent.name != f"{what}-{kernel}-{model}":
                continue
            source, text = start, STEP
            if step.after:
                before = step_file(folder, story, step.after, model)
                source, text = f"{before.name}-state", STEP + SINCE
                files[source] = before.with_name(source)
                files[start] = saved_file(folder, story.kernel, model, story.revision)
            asks = "" if step.asks == "-" else f"--revision {step.asks}"
            script += text.format(name=path.name, asks=asks, source=source, start=start)
    return script, files


def write_jobs(plan: Plan, folder: Path, what: str) -> Iterator[str]:
    """Write the jobs of a round; yield the arguments of run-job.sh for each."""
    for kernel, model in product(plan.kernels, plan.models):
        script, files = make_job(plan, folder, what, kernel, model)
        if not script:
            continue
        job = folder / f"job-{what}-{kernel}-{model}"
        job.mkdir()
        (job / "job").write_text(script)
        for name, source in files.items():
            if source.is_file():
                (job / name).write_bytes(source.read_bytes())
        out = folder / f"{what}-{kernel}-{model}"
        words = (MACHINES[model], folder / f"image-{kernel}", job, out)
        yield " ".join(shlex.quote(str(word)) for word in words)
