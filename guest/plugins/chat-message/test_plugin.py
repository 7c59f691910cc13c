import unittest
from typing import Any

from hookwright_plugin import Refused, testing

from plugin import ChatMessage

ORDER = {"id": 727, "number": "1042", "total": "53.29", "currency": "EUR", "billing": {"email": "ines@example.com"}}


class ChatMessageTest(unittest.TestCase):
    def setUp(self) -> None:
        testing.reset()

    def filtered(self, topic: str, data: Any = ORDER) -> Any:
        return testing.call(ChatMessage, "filter_payload", topic, data)

    def built(self, topic: str, data: Any) -> Any:
        return testing.call(ChatMessage, "build_payload", topic, data)

    def test_a_host_takes_the_description(self) -> None:
        self.assertEqual(testing.faults(ChatMessage), [])

    def test_without_settings_nothing_changes(self) -> None:
        self.assertEqual(self.filtered("order.created"), ORDER)

    def test_only_topics_that_a_setting_names_become_messages(self) -> None:
        testing.set_settings(
            {
                "texts": [{"topics": ["order.*"], "text": "Order {data.number}: {data.total} {data.currency}"}],
                "replace": [{"topics": ["order.created"], "for": "slack"}, {"topics": ["order.*"], "for": "discord"}],
            }
        )
        self.assertEqual(self.filtered("order.created"), {"text": "Order 1042: 53.29 EUR"})
        self.assertEqual(self.filtered("order.updated")["content"], "Order 1042: 53.29 EUR")
        self.assertEqual(self.filtered("product.created"), ORDER)

    def test_messages_of_its_own_topics_are_not_told_again(self) -> None:
        testing.set_settings({"replace": [{"topics": ["*"], "for": "slack"}]})
        self.assertEqual(self.filtered("chat.discord", {"content": "x"}), {"content": "x"})

    def test_without_a_text_title_and_fields_are_shown(self) -> None:
        body = self.built("chat.slack", {"topic": "order.created", "data": ORDER})
        self.assertEqual(body["text"], "Order created: Number 1042, Id 727, Total 53.29, Currency EUR")
        self.assertEqual(body["blocks"][0]["text"]["text"], "Order created")

    def test_an_empty_text_is_no_message(self) -> None:
        testing.set_settings({"texts": [{"topics": ["*"], "text": "{data.note|}"}]})
        self.assertEqual(
            self.built("chat.mattermost", {"topic": "order.created", "data": {}})["text"], "#### Order created"
        )

    def test_a_text_of_the_application_is_escaped(self) -> None:
        self.assertEqual(self.built("chat.slack", {"text": "<!here> a & b"}), {"text": "&lt;!here&gt; a &amp; b"})

    def test_what_is_missing_is_told(self) -> None:
        wrong: list[Any] = [[], {}, {"topic": "order.created"}, {"text": 7}]
        for data in wrong:
            with self.assertRaisesRegex(Refused, "`topic` and `data`"):
                self.built("chat.slack", data)


if __name__ == "__main__":
    unittest.main()
