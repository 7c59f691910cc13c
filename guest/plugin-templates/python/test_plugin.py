"""Tests of the plugin, without a host: `python3 -m unittest`."""

import unittest

from hookwright_plugin import Context, InvalidInput, testing
from plugin import MyPlugin


class MyPluginTest(unittest.TestCase):
    def setUp(self) -> None:
        testing.reset()

    def test_a_host_takes_the_description(self) -> None:
        self.assertEqual(testing.faults(MyPlugin), [])

    def test_an_order_gets_the_label_of_the_settings(self) -> None:
        def filtered() -> object:
            return testing.call(MyPlugin, "filter_payload", "order.created", {"id": 7})

        self.assertEqual(filtered(), {"id": 7, "label": "new"})
        testing.set_settings({"label": "seen"})
        self.assertEqual(filtered(), {"id": 7, "label": "seen"})

    def test_receivers_get_the_data_of_the_sample(self) -> None:
        context = Context.of("my_plugin.happened")
        context.occurred_at = 1_767_225_600_000
        built = testing.call(MyPlugin, "build_payload", context, {"id": 7, "note": "The lamp is on."})
        self.assertEqual(built, MyPlugin.topics[0].sample)

    def test_what_is_missing_is_told(self) -> None:
        with self.assertRaisesRegex(InvalidInput, "`id` is missing"):
            testing.call(MyPlugin, "build_payload", "my_plugin.happened", {})


if __name__ == "__main__":
    unittest.main()
