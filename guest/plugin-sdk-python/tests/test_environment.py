"""What stands in for a host in tests, and how an exception is told."""

import unittest
from pathlib import Path

import hookwright_plugin
from hookwright_plugin import log, now, random_bytes, settings, testing, utc_now
from hookwright_plugin._traces import told


class EnvironmentTest(unittest.TestCase):
    def setUp(self) -> None:
        testing.reset()

    def test_what_a_test_sets_is_what_the_plugin_sees(self) -> None:
        self.assertEqual((now(), settings()), (testing.START, {}))
        testing.set_now(1_795_289_400_007)
        self.assertEqual(utc_now().isoformat(), "2026-11-21T19:30:00.007000+00:00")
        testing.set_settings({"region": "us"})
        self.assertEqual(settings(), {"region": "us"})
        log.debug(7)
        log.error("no")
        self.assertEqual(testing.take_log(), [("debug", "7"), ("error", "no")])
        self.assertEqual(testing.take_log(), [])
        testing.set_settings("[1]")
        with self.assertRaisesRegex(ValueError, "no JSON object"):
            settings()

    def test_a_random_stream_repeats_from_its_seed(self) -> None:
        first = random_bytes(16)
        self.assertNotEqual(first, random_bytes(16))
        testing.set_random_seed(0)
        self.assertEqual(first, random_bytes(16))
        self.assertEqual(len(random_bytes(70_000)), 70_000)
        with self.assertRaises(ValueError):
            random_bytes(-1)

    def test_an_exception_is_told_in_one_line_with_the_places_of_the_author(self) -> None:
        def total(order: dict[str, int]) -> int:
            return order["total"]

        try:
            total({})
        except KeyError as error:
            text = told(error)
        self.assertRegex(
            text, r"^KeyError: 'total', at \S*test_environment\.py:\d+ in total, called at \S+:\d+ in test_an_exc\w+$"
        )

    def test_an_exception_of_any_kind_is_told(self) -> None:
        class Broken(Exception):
            def __str__(self) -> str:
                raise ValueError

        self.assertEqual(told(Broken()), "Broken")
        self.assertEqual(told(ValueError("\ud800")), "ValueError: \\ud800")
        self.assertEqual(told(SystemExit()), "SystemExit")
        self.assertLess(len(told(ValueError("x" * 100_000))), 3_000)

        def deep(left: int) -> None:
            if left:
                deep(left - 1)
            try:
                raise ValueError("inner")
            except ValueError as error:
                raise KeyError("outer") from error

        try:
            deep(50)
        except KeyError as error:
            text = told(error)
        self.assertEqual(text.count("called at"), 5, text)
        self.assertTrue(text.endswith("(because of ValueError: inner)"), text)

    def test_everything_is_typed(self) -> None:
        self.assertTrue(Path(hookwright_plugin.__file__).with_name("py.typed").is_file())
        missing = [name for name in hookwright_plugin.__all__ if not hasattr(hookwright_plugin, name)]
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main()
