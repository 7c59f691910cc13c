"""What a host would refuse, told before."""

import unittest
from typing import Any

from hookwright_plugin import Context, Plugin, Topic, interest, testing


class DescriptionTest(unittest.TestCase):
    def test_a_good_description_has_no_fault(self) -> None:
        class Good(Plugin):
            name = "good-1"
            version = "1.0.0-rc.1"
            homepage = "https://plugins.example.com"
            topics = [Topic("a.b", "B", schema=True, sample={}), Topic("a", "A", schema='{"type":"object"}')]
            settings_schema = {"type": "object"}

            @interest("a.b", "a.*", "*")
            def build_payload(self, context: Context, data: Any) -> Any:
                return data

        self.assertEqual(testing.faults(Good), [])
        self.assertEqual([topic.group for topic in Good.topics], ["a", "a"])

    def test_each_fault_is_told_with_what_is_right(self) -> None:
        class Bad(Plugin):
            name = "not good"
            version = "1.0"
            homepage = "http://plugins.example.com"
            on_failure = "fail-loudly"  # type: ignore[assignment]
            topics = [Topic("a..b", "", schema="7", sample="{"), Topic("a..b", "Again", sample={1, 2})]
            settings_schema = "{"

            @interest("order*")
            def filter_payload(self, context: Context, data: Any) -> Any:
                return data

        told = "\n".join(testing.faults(Bad))
        for expected in (
            "the name `not good`",
            "the version `1.0`",
            "the homepage `http://plugins.example.com`",
            "on_failure `fail-loudly`: one of fail-open, fail-closed",
            "filter-payload: `order*` is no pattern",
            "the topic `a..b`: letters",
            "the topic `a..b` has no title",
            "the topic `a..b` stands twice",
            "the schema of the topic `a..b` is neither an object nor true or false",
            "the sample of the topic `a..b` is no JSON",
            "the schema of the settings is no JSON",
        ):
            self.assertIn(expected, told)

    def test_nothing_can_be_built_without_a_topic(self) -> None:
        class Builds(Plugin):
            name = "builds"
            version = "1.0.0"

            def build_payload(self, context: Context, data: Any) -> Any:
                return data

        self.assertIn("no topic of the plugin's own to build for", testing.faults(Builds)[0])


if __name__ == "__main__":
    unittest.main()
