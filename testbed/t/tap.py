# SPDX-License-Identifier: GPL-2.0-only
"""tap.py - what the tests in Python share: unittest prints TAP

In:  a module of unittest, which imports this first and ends with tap.main()
Out: a plan, and one result for each test, named as the first line of its docstring
     says. Exit status 1 if one failed. The modules of testbed/matrix can be imported.
"""

import sys
import unittest
from pathlib import Path

BED = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BED / "matrix"))


class Result(unittest.TestResult):
    """Prints what came of each test once it is over."""

    number = 0

    def report(self, test: unittest.TestCase, note: str = "") -> None:
        """Print one result, with all failures of the test as comments."""
        self.number += 1
        failed = self.failures + self.errors
        # A subtest is an object of its own
        texts = [text for case, text in failed if getattr(case, "test_case", case) is test]
        name = test.shortDescription() or str(test)
        print(f"{'not ok' if texts else 'ok'} {self.number} - {name}{note}")
        for line in "".join(texts).splitlines():
            print(f"# {line}")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        """Print a test that was skipped, and why."""
        super().addSkip(test, reason)
        self.report(test, f" # SKIP {reason}")

    def stopTest(self, test: unittest.TestCase) -> None:
        """Print a test that was run."""
        super().stopTest(test)
        if not any(skipped is test for skipped, _ in self.skipped):
            self.report(test)


def main() -> None:
    """Run all tests of the module that was started."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = Result()
    suite.run(result)
    sys.stdout.flush()
    # What went wrong outside of the tests, as in setUpClass
    for _, text in result.errors if result.number < suite.countTestCases() else []:
        print(text, file=sys.stderr)
    sys.exit(not result.wasSuccessful())
