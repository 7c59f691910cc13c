"""What an author reads when a plugin does not build."""

import importlib.util
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

FILE = Path(__file__).parent.parent / "build" / "build.py"


def loaded() -> Any:
    spec = importlib.util.spec_from_file_location("build_of_plugins", FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    with mock.patch.object(sys, "argv", ["build.py", '{"work": "."}']):
        spec.loader.exec_module(module)
    return module


class BuildTest(unittest.TestCase):
    def test_a_fault_of_the_author_is_told_without_the_way_to_it(self) -> None:
        text = (
            "building\nTraceback (most recent call last):\n"
            '  File "/2/hookwright_plugin/_component.py", line 50, in <module>\n'
            "hookwright_plugin._author.NotAPlugin: the version ``\n\n\n"
            "Caused by:\n    NotAPlugin: a host would not take the description:\n    the version ``: three numbers\n"
        )
        told = "building\na host would not take the description:\nthe version ``: three numbers"
        self.assertEqual(loaded().told(text), told)

    def test_anything_else_is_told_as_it_is(self) -> None:
        for text in ("Traceback: x\n\nCaused by:\n    OSError: no room", "no such file"):
            self.assertEqual(loaded().told(text), text)


if __name__ == "__main__":
    unittest.main()
