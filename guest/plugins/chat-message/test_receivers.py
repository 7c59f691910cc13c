import json
import random
import unittest

from message import Message, fields_of, title_of
from receivers import RECEIVERS, cut, discord, mattermost, slack


class ReceiversTest(unittest.TestCase):
    def test_slack_calls_nobody_and_shows_the_text_as_it_is(self) -> None:
        body = slack(Message("Order <created>", "order.created", 0, fields=[("Name", "<!channel> A & B")]))
        self.assertEqual(body["text"], "Order &lt;created&gt;: Name &lt;!channel&gt; A &amp; B")
        self.assertEqual(body["blocks"][0]["text"], {"type": "plain_text", "text": "Order <created>"})
        self.assertEqual(body["blocks"][1]["fields"][0]["text"], "*Name*\n&lt;!channel&gt; A &amp; B")
        self.assertEqual(body["blocks"][2]["elements"][0]["text"], "order.created")

    def test_discord_mentions_nobody(self) -> None:
        for body in (
            discord(Message("T", "t", 0, text="@everyone")),
            discord(Message("T", "t", 1_795_289_400_000, fields=[("A", "*b*")])),
        ):
            self.assertEqual(body["allowed_mentions"], {"parse": []})
        self.assertEqual(body["embeds"][0]["fields"], [{"name": "A", "value": "\\*b\\*", "inline": True}])
        self.assertEqual(body["embeds"][0]["timestamp"], "2026-11-21T19:30:00Z")

    def test_mattermost_calls_nobody(self) -> None:
        body = mattermost(Message("T", "t", 0, fields=[("A", "@channel")]))
        self.assertNotIn("@channel", body["text"])

    def test_lengths_are_those_that_receivers_take(self) -> None:
        long = "&<\\*😀" * 4_000
        for name, receiver in RECEIVERS.items():
            whole = receiver.body(Message(long, long, 1, fields=[(long, long)] * 6))
            told = receiver.body(Message("", "", 1, text=receiver.escape(long)))
            self.assertLess(len(json.dumps(whole)), 120_000, name)
            if name == "slack":
                self.assertLessEqual(len(told["text"].encode("utf-16-le")), 8_000)
                self.assertLessEqual(len(whole["blocks"][0]["text"]["text"]), 150)
                self.assertLessEqual(max(len(one["text"]) for one in whole["blocks"][1]["fields"]), 2_000)
            if name == "discord":
                self.assertLessEqual(len(told["content"].encode("utf-16-le")), 4_000)
                self.assertLessEqual(len(whole["embeds"][0]["title"]), 256)
                self.assertLessEqual(max(len(one["value"]) for one in whole["embeds"][0]["fields"]), 1_024)

    def test_no_escape_is_cut_in_two(self) -> None:
        self.assertEqual(cut("ab&amp;cd", 6), "ab…")
        self.assertEqual(cut("ab\\*cd", 4), "ab…")
        self.assertEqual(cut("ab\\\\cd", 5), "ab\\\\…")
        self.assertEqual(cut("a😀b", 3), "a…")
        self.assertEqual(cut("a😀b", 4), "a😀b")
        chance = random.Random(7)
        for _ in range(2_000):
            text = "".join(chance.choices("a\\&;😀é", k=chance.randrange(20)))
            most = chance.randrange(1, 20)
            self.assertLessEqual(len(cut(text, most).encode("utf-16-le")), most * 2)

    def test_private_members_are_not_shown(self) -> None:
        data = {"email": "a@b", "total": "5", "billing": {"city": "X"}, "customer_ip_address": "::1", "id": 7, "x": ""}
        self.assertEqual(fields_of(data), [("Id", "7"), ("Total", "5")])
        self.assertEqual(fields_of([1]), [])

    def test_topics_become_titles(self) -> None:
        self.assertEqual(title_of("order.line_item.created"), "Order line item created")


if __name__ == "__main__":
    unittest.main()
