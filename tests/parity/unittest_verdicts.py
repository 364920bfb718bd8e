#!/usr/bin/env python3
"""unittest's own serial run of a project: unittest_verdicts.py OUT [ARGUMENT OF unittest discover...]

Writes {"verdicts": {id: status}, "around": [what failed around classes and modules]} to OUT as JSON. Ids are those of
examples/python: FILE::CLASS.TEST, a repeated one with #2 behind it.
"""
import json
import os
import sys
import unittest

PROJECT = os.getcwd()


def flat(suite):
    for one in suite:
        if isinstance(one, unittest.TestSuite):
            yield from flat(one)
        else:
            yield one


class Loader(unittest.TestLoader):
    """Notes of each test in which file it was found, which for a class imported from another one is not its own."""

    def loadTestsFromModule(self, module, *arguments, **options):
        suite = super().loadTestsFromModule(module, *arguments, **options)
        seen = {}
        for test in flat(suite):
            name = test.id().removeprefix(type(test).__module__ + ".")
            seen[name] = seen.get(name, 0) + 1
            number = f"#{seen[name]}" if seen[name] > 1 else ""
            test.key = f"{os.path.relpath(module.__file__, PROJECT)}::{name}{number}"
        return suite


class Result(unittest.TextTestResult):
    verdicts, around = {}, []

    def note(self, test, status):
        if isinstance(test, unittest.suite._ErrorHolder):
            self.around.append(str(test))
            return
        key = getattr(test, "key", None) or test.id()
        if self.verdicts.get(key) != "failed":
            self.verdicts[key] = status

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, "failed")

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, "failed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(getattr(test, "test_case", test), "pending")

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.note(test, "pending")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note(test, "failed")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.note(test, "failed")


def main(out, *arguments):
    path = os.path.abspath(out)
    sys.path[0] = PROJECT
    sys.argv[:] = ["python3 -m unittest"]
    unittest.main(module=None, argv=["unittest", "discover", *arguments], testLoader=Loader(), exit=False,
                  testRunner=unittest.TextTestRunner(resultclass=Result))
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"verdicts": Result.verdicts, "around": Result.around}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
