#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""matrix-moves.t - what vgic_compat's JSON becomes in the matrix: words, codes and errors

In:  nothing but the modules of testbed/matrix
Out: TAP
"""

import json
import unittest

# isort: off
import tap
from model import BadData, Guest, Revision, parse_probe
from moves import Outcome, parse_outcome
# isort: on

FORM = {"format": "vgic-moves", "version": 1}
NOTHING = {"vms": [], "registers": [], "arrivals": [], "lines": [], "held": []}
IRQ, FIQ = {"signal": "IRQ", "group": 1, "count": 1}, {"signal": "FIQ", "group": 0, "count": 1}
GUEST = {
    "private_groups_at_reset": "0000ffff",
    "groups_at_reset": "ffffffff",
    "groups_guest_wrote": "a5a5a5a5",
    "groups_userspace_wrote": "3c3c3c3c",
    "spi_arrives": "IRQ group 1",
    "gicr_ctlr": "00000006",
}


def register(name: str, interrupts: list[int], seen_by: str = "guest", vcpu: int = 0) -> dict:
    """Make one register that changed."""
    return {"seen_by": seen_by, "register": name, "vcpu": vcpu, "interrupts": interrupts}


def arrival(was: list[dict], now: list[dict]) -> dict:
    """Make one interrupt that arrives in another way."""
    return {"interrupt": 33, "vcpu": 0, "phase": 1, "was": was, "is": now}


def changed(**parts: list[dict]) -> Outcome:
    """Parse a change of these parts."""
    text = json.dumps(FORM | {"result": "changed"} | NOTHING | parts)
    return parse_outcome(text, 1)


def refused(**parts: object) -> Outcome:
    """Parse a refusal."""
    return parse_outcome(json.dumps(FORM | {"result": "refused", "revision": 0} | parts), 2)


def probe(**parts: object) -> str:
    """Make a probe with one model, of which parts may be different."""
    entry = {"model": "GICv3", "default": 3, "guest": GUEST, "revisions": []} | parts
    return json.dumps({"format": "vgic-probe", "version": 1, "kernel": "7.3", "models": [entry]})


class Words(unittest.TestCase):
    """What is said of a move."""

    def test_kept(self) -> None:
        """a move that keeps all is K, and has no details"""
        text = json.dumps(FORM | {"result": "kept"} | NOTHING)
        self.assertEqual(parse_outcome(text, 0), Outcome("kept", "K"))

    def test_failed(self) -> None:
        """a guest that fails after the move is a change, in vgic_compat's words"""
        text = "the guest does not answer any more on vCPU 0"
        data = FORM | {"result": "changed", "failed": text} | NOTHING
        self.assertEqual(parse_outcome(json.dumps(data), 1), Outcome("changed", "Cx", (text,)))

    def test_saved(self) -> None:
        """a save has no code"""
        text = json.dumps(FORM | {"result": "saved"})
        self.assertEqual(parse_outcome(text, 0), Outcome("saved"))

    def test_registers(self) -> None:
        """registers of one name are one change, in order, with a letter each"""
        outcome = changed(
            registers=[
                register("GICD_IIDR", []),
                register("GICR_CTLR", []),
                register("GICR_CTLR", [], vcpu=1),
                register("GICR_IGROUPR0", [0, 1]),
                register("GICR_IGROUPR0", [3], vcpu=1),
                register("GICD_IGROUPR1", [33]),
                register("GICD_IPRIORITYR9", [36]),
                register("ICC_PMR_EL1", []),
            ]
        )
        details = (
            "GICD_IIDR, the revision",
            "GICR_CTLR.{IR,CES}",
            "the group of 4 interrupts",
            "IPRIORITYR of 1 interrupt",
            "ICC_PMR_EL1",
        )
        self.assertEqual(outcome, Outcome("changed", "Cicgxx", details))

    def test_userspace(self) -> None:
        """what only userspace reads is said, unless the guest reads the same change"""
        both = [register("GICD_IGROUPR1", [33]), register("GICD_IGROUPR1", [33], "userspace")]
        self.assertEqual(changed(registers=both).details, ("the group of 1 interrupt",))
        saved = Outcome("changed", "Cx", ("saved the group of 1 interrupt",))
        self.assertEqual(changed(registers=both[1:]), saved)

    def test_arrivals(self) -> None:
        """interrupts are counted by what became of them"""
        outcome = changed(
            arrivals=[
                arrival([], [IRQ]),
                arrival([IRQ], [FIQ]),
                arrival([IRQ], []),
                arrival([IRQ], [FIQ]),
                arrival([IRQ], [IRQ | {"count": 2}]),
            ]
        )
        self.assertEqual(outcome.code, "Caxxx")
        text = "; ".join(outcome.details)
        self.assertEqual(
            text,
            "2 interrupts arrive in another group; 1 interrupt no longer arrives; "
            "1 interrupt arrives that did not; 1 interrupt arrives another number of times",
        )

    def test_rest(self) -> None:
        """another VM, lines and held interrupts are said too"""
        outcome = changed(vms=[{"what": "vcpus"}], lines=[{}, {}], held=[{}])
        details = ("the VM's number of vCPUs", "2 lines", "what 1 vCPU holds")
        self.assertEqual(outcome, Outcome("changed", "Cxxx", details))

    def test_refused(self) -> None:
        """a refusal says why, and a write that is ignored what that means"""
        why = ("the kernel refuses it (Invalid argument)",)
        outcome = refused(answer="refused", why="Invalid argument")
        self.assertEqual(outcome, Outcome("refused", "R", why))
        self.assertEqual(
            refused(answer="ignored", revision_is=3).details,
            (
                "the kernel takes the write without an error and stays at revision 3: a VMM that "
                "does not read it back runs a changed guest",
            ),
        )

    def test_wrong(self) -> None:
        """anything else is an error that says what is wrong"""
        kept = FORM | {"result": "kept"} | NOTHING
        wrong = {
            "is no JSON": "{",
            "has no 'format'": "[]",
            "is a vgic-probe 1, no vgic-moves 1": '{"format": "vgic-probe", "version": 1}',
            "is a vgic-moves 2": '{"format": "vgic-moves", "version": 2}',
            "no 'version' of type int": '{"format": "vgic-moves", "version": true}',
            "unknown 'result': lost": json.dumps(FORM | {"result": "lost"}),
            "no 'registers' of type list": json.dumps(kept | {"registers": {}}),
            "no 'held'": json.dumps({key: kept[key] for key in kept if key != "held"}),
            "no 'register' of type str": json.dumps(kept | {"registers": [{"register": 1}]}),
            "no 'was'": json.dumps(kept | {"arrivals": [1]}),
            "says kept, and names 1 change": json.dumps(kept | {"lines": [1]}),
            "exit status is 0": json.dumps(kept | {"result": "changed", "lines": [1]}),
            "not printable ASCII": json.dumps(kept | {"result": "kept\r"}),
        }
        for message, text in wrong.items():
            with self.subTest(message), self.assertRaisesRegex(BadData, message):
                parse_outcome(text, 0)
        with self.assertRaisesRegex(BadData, "says changed, and names 0 changes"):
            changed()
        with self.assertRaisesRegex(BadData, "unknown 'answer': maybe"):
            refused(answer="maybe")


class Probes(unittest.TestCase):
    """What a kernel offers."""

    def test_probe(self) -> None:
        """a probe has a row for each revision, and one without a choice"""
        can = {"revision": 1, "can": True, "iidr": "ignored", "attribute": "taken", "guest": GUEST}
        cannot = {"revision": 2, "can": False, "iidr": "refused", "attribute": "absent"}
        found = parse_probe(probe(revisions=[can, cannot]))
        self.assertEqual(found.release, "7.3")
        self.assertEqual(
            found.revisions,
            {
                ("GICv3", "default"): Revision(guest=Guest(**GUEST)),
                ("GICv3", "1"): Revision("ignored", "taken", Guest(**GUEST)),
                ("GICv3", "2"): Revision("refused", "absent"),
            },
        )
        shown = ["refused", "absent", "-", "-", "-", "-", "-"]
        self.assertEqual(found.revisions["GICv3", "2"].cells(), shown)

    def test_files(self) -> None:
        """probes of Linux 4.14.5 can be read"""
        for path in sorted((tap.BED.parent / "vgic_compat/t/probes").glob("*.json")):
            self.assertEqual(parse_probe(path.read_text()).release, "4.14.5")

    def test_wrong(self) -> None:
        """anything else is an error that says what is wrong"""
        row = {"revision": 1, "can": False, "iidr": "refused", "attribute": "absent"}
        wrong = {
            "no 'guest' of type dict": probe(guest=None),
            "unknown 'model': GICv4": probe(model="GICv4"),
            "no 'gicr_ctlr' of type str": probe(guest=GUEST | {"gicr_ctlr": 6}),
            "unknown 'iidr': absent": probe(revisions=[row | {"iidr": "absent"}]),
            "no 'can' of type bool": probe(revisions=[row | {"can": 0}]),
            "no 'revision' of type int": probe(revisions=[row | {"revision": "1"}]),
            "no 'models'": '{"format": "vgic-probe", "version": 1}',
        }
        for message, text in wrong.items():
            with self.subTest(message), self.assertRaisesRegex(BadData, message):
                parse_probe(text)


tap.main()
