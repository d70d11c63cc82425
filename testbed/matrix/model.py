# SPDX-License-Identifier: GPL-2.0-only
"""model.py - kernels, and what vgic_compat finds on each

In:  the text of `vgic_compat probe --json`
Out: a Probe, or BadData if the text is something else; and what reads all its JSON
"""

import json
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

MODELS = ("GICv2", "GICv3")
REVISIONS = ("default", "0", "1", "2", "3")
ANSWERS = {"iidr": ("taken", "refused", "ignored"), "attribute": ("taken", "refused", "absent")}
T = TypeVar("T")


class BadData(Exception):
    """What went in is not what it has to be; the text says what is wrong."""


@dataclass(frozen=True)
class Guest:
    """What a guest sees: its group registers, GICR_CTLR, and how an SPI arrives."""

    private_groups_at_reset: str
    groups_at_reset: str
    groups_guest_wrote: str
    groups_userspace_wrote: str
    spi_arrives: str
    gicr_ctlr: str = ""  # a GICv2 has none


@dataclass(frozen=True)
class Revision:
    """How a kernel answers who asks for a revision; no guest if a VM cannot have it."""

    iidr: str = "-"
    attribute: str = "-"
    guest: Guest | None = None

    def cells(self) -> list[str]:
        """List what is shown of a revision; "-" for nothing."""
        guest = self.guest or Guest("-", "-", "-", "-", "-")
        groups = [guest.groups_at_reset, guest.groups_guest_wrote, guest.groups_userspace_wrote]
        return [self.iidr, self.attribute, *groups, guest.gicr_ctlr or "-", guest.spi_arrives]


@dataclass(frozen=True)
class Probe:
    """What one kernel offers."""

    release: str
    revisions: dict[tuple[str, str], Revision]  # by model and revision


def count(number: int, thing: str) -> str:
    """Say how many there are."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def read_text(path: Path) -> str:
    """Read a file that has to be there."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise BadData(f"cannot read {path.name}: {error.strerror}") from error


def value(thing: object, key: str, kind: type[T]) -> T:
    """Take a value out of a JSON object, and see that it is of the right kind."""
    found = thing.get(key) if isinstance(thing, dict) else None
    if not isinstance(found, kind) or isinstance(found, bool) != (kind is bool):
        raise BadData(f"has no '{key}' of type {kind.__name__}")
    if isinstance(found, str) and not (found.isascii() and found.isprintable()):
        raise BadData(f"has a '{key}' that is not printable ASCII")
    return found


def one_of(thing: object, key: str, words: Container[str]) -> str:
    """Take a word out of a JSON object, and see that it is one of these."""
    word = value(thing, key, str)
    if word not in words:
        raise BadData(f"has an unknown '{key}': {word}")
    return word


def load(text: str, form: str) -> object:
    """Read a JSON text in one of the formats of vgic_compat."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadData(f"is no JSON: {error}") from error
    named = f"{value(data, 'format', str)} {value(data, 'version', int)}"
    if named != f"{form} 1":
        raise BadData(f"is a {named}, no {form} 1")
    return data


def parse_guest(model: str, entry: object) -> Guest:
    """Parse what a guest sees."""
    guest = value(entry, "guest", dict)
    keys = [key for key in Guest.__dataclass_fields__ if key != "gicr_ctlr" or model == "GICv3"]
    return Guest(**{key: value(guest, key, str) for key in keys})


def parse_probe(text: str) -> Probe:
    """Parse what vgic_compat found on one kernel, with all models."""
    data = load(text, "vgic-probe")
    revisions = {}
    for entry in value(data, "models", list):
        model = one_of(entry, "model", MODELS)
        if entry.get("userspace_access", True) is False:
            raise BadData(f"lets userspace read and write no register of a {model}")
        revisions[model, "default"] = Revision(guest=parse_guest(model, entry))
        for answer in value(entry, "revisions", list):
            words = [one_of(answer, key, ANSWERS[key]) for key in ("iidr", "attribute")]
            guest = parse_guest(model, answer) if value(answer, "can", bool) else None
            revisions[model, str(value(answer, "revision", int))] = Revision(*words, guest)
    return Probe(value(data, "kernel", str), revisions)
