#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""record.py - run a command, and keep what came of it as JSON

In:  a name and the command; from record.sh ROOT, BED, W, TARGET, GIVEN and those
Out: what the command prints, and its exit status. $W/records/NAME.json: what was tested,
     when, with which versions, and the results; until the command has ended, its status is
     "begun". A run that does less than its target, by a variable of LESS, leaves no record,
     nor does one that prints nothing.
     KTAP, a file: what was printed, with all that is not KTAP made a comment.
"""

import hashlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

RESULT = re.compile(r"( *)(not )?ok \d+ ?(?:- )?(.*?)(?: # SKIP ?(.*))?$")
SUBTEST = re.compile(r"( *)# Subtest: (.*)$")
IS_KTAP = re.compile(r" *(KTAP version 1$|1\.\.\d+$|#|(not )?ok )")
LESS = set(
    "TESTS MACHINES SELFTESTS MUTANTS KERNELS MODELS MODEL REVISIONS LINT GUEST GUESTS "
    "KILLS".split()
)
FIRST_LINE = "KTAP version 1"
NO_PROGRAM = ("t/", "vgic_compat.1", "completion.bash", "cover-letter", "README")
# A record is read as a whole: no more of a long text, and of many failures
MOST_CHARACTERS, MOST_FAILURES = 1 << 16, 50


def parse_ktap(lines: Iterable[str]) -> dict:
    """Count KTAP's results, by the subtest that they are in; name what failed or was skipped."""
    groups: dict[tuple[str, ...], dict[str, int]] = {}
    failures: list[str] = []
    skips: dict[str, int] = {}
    top: list[dict] = []
    path: list[str] = []
    for line in lines:
        if found := SUBTEST.match(line):
            path[len(found[1]) // 4 - 1 :] = [found[2]]
            continue
        if not (found := RESULT.match(line)):
            if line.startswith("# ") and top:
                top[-1]["notes"].append(line[2:])
            continue
        depth, ok, name, reason = len(found[1]) // 4, not found[2], found[3], found[4]
        what = "failed" if not ok else "passed" if reason is None else "skipped"
        if depth == 0:
            top.append({"name": name, "result": what, "notes": []})
        # The result of a subtest sums up those in it
        if depth < len(path):
            del path[depth:]
            continue
        group = groups.setdefault(tuple(path), {"passed": 0, "failed": 0, "skipped": 0})
        group[what] += 1
        if not ok:
            failures.append(": ".join([*path, name]))
        elif reason is not None:
            skips[reason] = skips.get(reason, 0) + 1
    counts = {
        what: sum(group[what] for group in groups.values())
        for what in ("passed", "failed", "skipped")
    }
    return {
        "counts": counts,
        "groups": [{"path": list(path), **group} for path, group in groups.items()],
        "failures": failures[:MOST_FAILURES],
        "skips": skips,
        "top": top,
    }


def ktap_file(text: str) -> str:
    """Make a comment of all that is not KTAP."""
    lines = text.splitlines()
    return "".join(f"{line}\n" if IS_KTAP.match(line) else f"# {line}\n" for line in lines)


def output(*command: str) -> str:
    """Say what a command prints, or nothing if it fails or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def digest(folder: Path, leave_out: tuple[str, ...] = ()) -> str:
    """Make a digest of the files in a folder of this repo, committed or not."""
    total = hashlib.sha256()
    files = output("git", "-C", str(folder), "ls-files", "-co", "--exclude-standard")
    for name in files.splitlines():
        if (folder / name).is_file() and not (leave_out and name.startswith(leave_out)):
            total.update(name.encode() + b"\0" + (folder / name).read_bytes())
    return total.hexdigest()


def series(work: Path) -> str:
    """Make a digest of a series: of what its tree has."""
    git = ("git", "-C", str(work / "tree"))
    changes = output(*git, "diff", "HEAD")
    mark = f"+{hashlib.sha256(changes.encode()).hexdigest()}" if changes else ""
    return output(*git, "rev-parse", "HEAD^{tree}") + mark


def contents(root: Path, work: Path) -> dict[str, str]:
    """Make a digest of each thing that may be tested."""
    bases = sorted(path.parent.name for path in root.glob("backports/*/series"))
    return {
        "series": series(work),
        "backports": " ".join(series(work.parent / base) for base in bases),
        "vgic_compat": digest(root / "vgic_compat", NO_PROGRAM),
        "qemu": digest(root / "qemu", NO_PROGRAM),
        "files": digest(root),
    }


def tested(root: Path, bed: Path, work: Path) -> dict:
    """Say what is tested."""
    os.environ["TREE"], tree = "own", os.environ.get("TREE", "")
    description = output(str(bed / "queue/describe.sh")).splitlines()
    os.environ["TREE"] = tree
    changed = bool(output("git", "-C", str(root), "status", "--porcelain"))
    return {
        "description": description,
        "repo": output("git", "-C", str(root), "rev-parse", "--short", "HEAD"),
        "repo_changed": changed,
        **contents(root, work),
    }


def versions() -> dict[str, str]:
    """Say which versions of what the results may depend on."""
    release = output("sh", "-c", '. /etc/os-release && echo "$PRETTY_NAME"')
    compiler = output(f"{os.environ.get('CROSS_COMPILE', '')}gcc", "--version").partition("\n")[0]
    emulator = output("qemu-system-aarch64", "--version").partition("\n")[0]
    return {"system": release, "compiler": compiler, "emulator": emulator}


def write(path: Path, text: str) -> None:
    """Write a file, or nothing of it."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def run(command: list[str]) -> tuple[str, int]:
    """Run a command, pass on what it prints, and keep it."""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        lines = []
        for line in process.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            lines.append(line)
    status = process.returncode
    return b"".join(lines).decode(errors="replace"), 128 - status if status < 0 else status


def variables() -> dict[str, str]:
    """Find what a user has set, but for what changes no result."""
    names = set(os.environ.get("GIVEN", "").split()) - {"VGIC_CACHE", "JOBS", "KTAP"}
    return {name: os.environ[name] for name in sorted(names)}


def main(name: str, *command: str) -> int:
    """Run a command, and write its record."""
    # As a shell does: a reader that went away, or a stop, ends this without a word
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    root, bed, work = (Path(os.environ[name]) for name in ("ROOT", "BED", "W"))
    own = variables()
    record = None if LESS & own.keys() else work / f"records/{name}.json"
    # What is run inside makes no file of its own
    ktap = Path(os.environ.pop("KTAP")).absolute() if os.environ.get("KTAP") else None
    if ktap and (ktap.is_dir() or not os.access(ktap.parent, os.W_OK)):
        raise OSError(f"KTAP={ktap}: no file can be written there")
    words = ["make", os.environ.get("TARGET", name)] + [f"{k}={v}" for k, v in own.items()]
    start = time.monotonic()
    about = {
        "format": "vgic-record",
        "version": 1,
        "command": shlex.join(words),
        "status": "begun",
        "began": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    if record:
        about |= {"tested": tested(root, bed, work), "versions": versions()}
        record.parent.mkdir(exist_ok=True)
        write(record, json.dumps(about))

    text, status = run(list(command))
    # Nothing of what was asked for is of this kind: there was no run
    if not text and status == 0:
        if record:
            record.unlink()
        return status
    is_ktap = text.startswith(f"{FIRST_LINE}\n")
    if record:
        about["seconds"] = round(time.monotonic() - start)
        about["last"] = (text.rstrip().splitlines() or [""])[-1]
        about |= parse_ktap(text.splitlines()) if is_ktap else {"text": text[:MOST_CHARACTERS]}
        failed = status or about.get("counts", {}).get("failed")
        about["status"] = "failed" if failed else "passed"
        write(record, json.dumps(about, indent=1))
    if ktap and is_ktap:
        write(ktap, ktap_file(text))
    elif ktap:
        raise OSError(f"KTAP={ktap}: {about['command']} prints no KTAP")
    return status


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except OSError as error:
        sys.exit(f"record.py: {error}")
