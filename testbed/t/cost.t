#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""cost.t - what cost.py makes of measurements: each cost has a limit, and one above it, or a
missing one, fails

In:  nothing
Out: TAP
"""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

# isort: off
import tap

sys.path.insert(0, str(tap.BED / "evidence"))
import cost
# isort: on

ACCESSES = {"read_IIDR": 100, "read_IGROUPR1": 200, "write_IGROUPR1": 300}
SHAPES = ("1 32", "1 960", "512 32")


def costs(revisions: range) -> cost.Costs:
    """Make measurements that are right, on a kernel that has these revisions."""
    found: cost.Costs = {}
    for model in cost.MODELS:
        for revision in revisions:
            for what, number in ACCESSES.items():
                found["access", model, revision, what] = number
            for shape in SHAPES:
                found["choice", model, revision, shape] = 1000
            found["save", model, revision, "8 960"] = 10000
            found["restore", model, revision, "8 960"] = 10000
            if revision < 2:
                found["access", model, revision, "write_IGROUPR1"] = 101
    return found


class Test(unittest.TestCase):
    """What cost.py lets a kernel do, and what not."""

    def wrong(self, key: cost.Key, number: int | None, kernel: str = "patched") -> list[str]:
        """Find what is wrong if this one measurement is another."""
        both = {"patched": costs(range(4)), "base": costs(range(2, 4))}
        if number is None:
            del both[kernel][key]
        else:
            both[kernel][key] = number
        return [c.wrong for row in cost.compare(**both) for c in row if c.wrong]

    def test_right(self) -> None:
        """nothing is wrong if both kernels need the same"""
        self.assertEqual(self.wrong(("save", "GICv3", 3, "8 960"), 10000), [])

    def test_limits(self) -> None:
        """each kind of cost may be as high as its limit, and no higher"""
        for kind, revision, what, limit in (
            ("access", 3, "read_IGROUPR1", 208),
            ("access", 2, "write_IGROUPR1", 308),
            ("access", 0, "read_IGROUPR1", 208),
            ("access", 1, "write_IGROUPR1", 101),
            ("choice", 3, "512 32", 1020),
            ("choice", 1, "1 960", 1020 + 200 * 992),
            ("choice", 0, "512 32", 1020 + 200 * (512 * 32 + 32)),
            ("save", 0, "8 960", 10200),
            ("restore", 2, "8 960", 10200),
        ):
            with self.subTest(kind=kind, revision=revision, what=what):
                key = (kind, "GICv2", revision, what)
                self.assertEqual(self.wrong(key, limit), [])
                self.assertEqual(self.wrong(key, limit + 1), [f"{revision} may cost {limit}"])

    def test_missing(self) -> None:
        """what was not measured is wrong, on either kernel"""
        key = ("choice", "GICv3", 2, "1 960")
        self.assertEqual(self.wrong(key, None), ["2 was not measured"])
        self.assertEqual(self.wrong(key, None, "base"), ["2 was not measured"])

    def test_growth(self) -> None:
        """the drawing has the choices with the fewest SPIs, or with one vCPU"""
        patched, base = costs(range(4)), costs(range(2, 4))
        patched["choice", "GICv3", 1, "512 32"] = 7
        self.assertEqual(
            cost.growth(patched, base, 0), "1 1000 1000 1000 1000\n512 1000 7 1000 1000\n"
        )
        self.assertEqual(
            cost.growth(patched, base, 1), "32 1000 1000 1000 1000\n960 1000 1000 1000 1000\n"
        )

    def test_main(self) -> None:
        """files are read, the table is printed, and the exit status says whether it is right"""
        for number, end, status in ((10000, 0, 0), (20000, 0, 1), (10000, 139, 1)):
            both = {"patched": costs(range(4)), "base": costs(range(2, 4))}
            both["patched"]["save", "GICv3", 3, "8 960"] = number
            with tempfile.TemporaryDirectory() as name:
                for kernel, found in both.items():
                    for machine, model in (("nvhe", "GICv3"), ("gicv2", "GICv2")):
                        path = Path(name) / f"{kernel}-{machine}/cost"
                        path.parent.mkdir()
                        lines = [
                            f"{' '.join(map(str, key))} {value}\n"
                            for key, value in found.items()
                            if key[1] == model
                        ]
                        path.write_text("".join(lines))
                        path.with_suffix(".status").write_text(f"{end}\n")
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    self.assertEqual(cost.main(Path(name)), status)
            self.assertIn("GICv2  choice, 512 vCPUs, 32 SPIs", out.getvalue())
            self.assertEqual("3 may cost 10200" in out.getvalue(), number == 20000)
            self.assertEqual("gicv2, cost ended with status" in out.getvalue(), end > 0)


if __name__ == "__main__":
    tap.main()
