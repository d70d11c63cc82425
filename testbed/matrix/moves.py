# SPDX-License-Identifier: GPL-2.0-only
"""moves.py - say in words, and as a code, what came of a move

In:  the text of `vgic_compat save|restore|diff --json`, and its exit status
Out: an Outcome; or BadData, with a sentence, if the text is something else
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from model import BadData, count, load, one_of, value

STATUS = {"saved": 0, "kept": 0, "changed": 1, "refused": 2}
# What is said of a register, and its letter in testbed/matrix/expected
REGISTERS = {
    "GICD_IIDR": ("i", "GICD_IIDR, the revision"),
    "GICR_CTLR": ("c", "GICR_CTLR.{IR,CES}"),
    "IGROUPR": ("g", "the group"),
}
VMS = {"model": "model", "vcpus": "number of vCPUs", "irqs": "number of interrupts"}
# What became of interrupts
FATES = {
    "other": ("a", "arrive{s} in another group"),
    "lost": ("x", "no longer arrive{s}"),
    "new": ("x", "arrive{s} that did not"),
    "often": ("x", "arrive{s} another number of times"),
}
Change = tuple[str, str]  # a letter and words


@dataclass(frozen=True)
class Outcome:
    """What came of a save, a restore or a diff; a detail is one change or one reason."""

    result: str
    code: str = ""
    details: tuple[str, ...] = ()


def changed_registers(registers: list[object]) -> Iterator[Change]:
    """Say which registers changed; those of one name, for all vCPUs, are one change."""
    seen: Counter[tuple[str, str, bool]] = Counter()
    for entry in registers:
        name, interrupts = value(entry, "register", str), value(entry, "interrupts", list)
        # Those of SGIs and PPIs are GICR_, those of SPIs GICD_: neither
        name = name[5:].rstrip("0123456789") if interrupts else name
        by = one_of(entry, "seen_by", ("guest", "userspace"))
        seen[by, name, bool(interrupts)] += len(interrupts)
    for (by, name, counted), number in seen.items():
        letter, words = REGISTERS.get(name, ("x", name))
        if counted:
            words = f"{words} of {count(number, 'interrupt')}"
        if by == "guest":
            yield letter, words
        elif ("guest", name, counted) not in seen:
            yield "x", f"saved {words}"


def fate(arrival: object) -> str:
    """Tell what became of an interrupt that arrived, or arrives now."""
    ways = []
    for when in ("was", "is"):
        entries = value(arrival, when, list)
        ways.append([(value(e, "signal", str), value(e, "group", int)) for e in entries])
    was, now = ways
    if not was:
        return "new"
    if not now:
        return "lost"
    return "often" if was == now else "other"


def changes(data: object) -> Iterator[Change]:
    """Say all that changed, in order; a guest that failed after the move can say no more."""
    if isinstance(data, dict) and "failed" in data:
        yield "x", value(data, "failed", str)
    for entry in value(data, "vms", list):
        yield "x", f"the VM's {VMS[one_of(entry, 'what', VMS)]}"
    yield from changed_registers(value(data, "registers", list))
    if lines := len(value(data, "lines", list)):
        yield "x", count(lines, "line")
    if held := len(value(data, "held", list)):
        yield "x", f"what {count(held, 'vCPU')} hold{'s' if held == 1 else ''}"
    fates = Counter(map(fate, value(data, "arrivals", list)))
    for name, (letter, words) in FATES.items():
        if number := fates[name]:
            words = words.format(s="s" if number == 1 else "")
            yield letter, f"{count(number, 'interrupt')} {words}"


def parse_outcome(text: str, status: int) -> Outcome:
    """Parse what vgic_compat wrote."""
    data = load(text, "vgic-moves")
    result = one_of(data, "result", STATUS)
    if status != STATUS[result]:
        raise BadData(f"says {result}, and the exit status is {status}")
    if result == "saved":
        return Outcome(result)
    if result == "refused":
        if one_of(data, "answer", ("refused", "ignored")) == "refused":
            words = f"the kernel refuses it ({value(data, 'why', str)})"
        else:
            words = (
                "the kernel takes the write without an error and stays at revision "
                f"{value(data, 'revision_is', int)}: a VMM that does not read it back runs a "
                "changed guest"
            )
        return Outcome(result, "R", (words,))
    found = list(changes(data))
    if bool(found) != (result == "changed"):
        raise BadData(f"says {result}, and names {count(len(found), 'change')}")
    code = "".join(letter for letter, _ in found)
    return Outcome(result, f"C{code}" if found else "K", tuple(words for _, words in found))
