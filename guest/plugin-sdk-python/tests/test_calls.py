"""What a host's call becomes, and what is made of the answer."""

import random
import unittest
from typing import Any

from hookwright_plugin import Context, InvalidInput, Outcome, Plugin, Refused, Topic, interest, log, testing
from hookwright_plugin._calls import Calls, read, written


class Whole(Plugin):
    """Answers every hook.

    This paragraph is not its summary.
    """

    name = "whole"
    version = "1.0.0"
    topics = [Topic("whole.happened", "It happened")]
    answer: Any = None

    def build_payload(self, context: Context, data: Any) -> Any:
        return {"topic": context.topic, "data": data}

    @interest("order.*", priority=20, raw=True)
    def filter_payload(self, context: Context, data: Any) -> Any:
        return self.answer or data

    def should_deliver(self, context: Context, data: Any) -> bool:
        return data["wanted"]  # type: ignore[no-any-return]

    def filter_request(self, context: Context, headers: list[tuple[str, str]]) -> Any:
        return self.answer or {"X-Count": str(len(headers))}

    def after_delivery(self, context: Context, outcome: Outcome) -> None:
        log.warn(f"{outcome.state} {outcome.status}")


class Bare(Plugin):
    name = "bare"


class CallsTest(unittest.TestCase):
    def setUp(self) -> None:
        testing.reset()
        self.plugin = Whole()

    def call(self, hook: str, value: Any) -> Any:
        return testing.call(self.plugin, hook, "order.created", value)

    def test_the_class_says_what_it_wants(self) -> None:
        self.assertEqual(Whole.told_summary(), "Answers every hook.")
        self.assertEqual(len(Whole.interests()), 5)
        self.assertEqual(Whole.interests()["filter_payload"].topics, ("order.*",))
        self.assertEqual(Plugin.interests(), {})
        self.assertEqual(Bare.told_summary(), "")
        self.assertEqual(testing.faults(Whole), [])

    def test_values_travel_as_json(self) -> None:
        self.assertEqual(self.call("build_payload", {"é": 1}), {"topic": "order.created", "data": {"é": 1}})
        self.assertIs(self.call("should_deliver", {"wanted": False}), False)
        self.assertEqual(self.call("filter_request", [("a", "b")]), [("X-Count", "1")])
        self.call("after_delivery", {"state": "retrying", "status": 503, "failure": None})
        self.assertEqual(testing.take_log(), [("warn", "retrying 503")])

    def test_raw_data_keep_every_byte(self) -> None:
        text = '{ "total": 1.50 }'
        self.assertEqual(Calls(self.plugin).payload("filter_payload", Context.of("order.created"), text), text)

    def test_raw_text_must_be_able_to_travel(self) -> None:
        self.plugin.answer = '"\ud800"'
        with self.assertRaises(UnicodeEncodeError):
            self.call("filter_payload", {})

    def test_answers_of_another_kind_are_told(self) -> None:
        self.plugin.answer = {"a": 1}
        with self.assertRaisesRegex(TypeError, "returned a value of type `dict`: return JSON text"):
            self.call("filter_payload", {})
        for answer in ("text", ["text"], [("a", 1)], {"a": 1}, 7, [("a", "b", "c")]):
            self.plugin.answer = answer
            with self.assertRaisesRegex(TypeError, "`filter_request` returned"):
                self.call("filter_request", [])
        with self.assertRaisesRegex(TypeError, "return True or False"):
            self.call("should_deliver", {"wanted": 1})

        class Forgets(Plugin):
            def build_payload(self, context: Context, data: Any) -> Any:
                data["x"] = 1

        with self.assertRaisesRegex(TypeError, "returned nothing: return the data"):
            testing.call(Forgets, "build_payload", "a.b", {})

    def test_what_the_plugin_raises_is_raised(self) -> None:
        class Refuses(Plugin):
            def should_deliver(self, context: Context, data: Any) -> bool:
                raise Refused("not on Sundays")

        with self.assertRaisesRegex(Refused, "not on Sundays"):
            testing.call(Refuses, "should_deliver", "a.b", {})

    def test_only_hooks_of_the_plugin_can_be_called(self) -> None:
        with self.assertRaisesRegex(ValueError, "`filter` is no hook: write one of build_payload"):
            self.call("filter", {})
        with self.assertRaisesRegex(ValueError, "the plugin has no method `should_deliver`"):
            testing.call(Plugin, "should_deliver", "a.b", {})
        with self.assertRaisesRegex(TypeError, "`region` is no hook"):

            @interest("order.*")
            def region() -> None: ...

    def test_json_can_travel_as_utf_8_whatever_it_holds(self) -> None:
        self.assertEqual(written({"é": [1.5, None]}), '{"é":[1.5,null]}')
        self.assertEqual(written("\ud800"), '"\\ud800"')
        for wrong in (float("nan"), {1, 2}, object()):
            with self.assertRaisesRegex((TypeError, ValueError), "the answer cannot be written as JSON"):
                written(wrong)
        with self.assertRaisesRegex(InvalidInput, "the data is no JSON"):
            read("{")


class ContextTest(unittest.TestCase):
    def test_known_names_get_fields_and_unknown_ones_are_kept(self) -> None:
        context = Context.from_pairs(
            [
                ("event-id", "evt_1"),
                ("topic", "order.created"),
                ("account", ""),
                ("occurred-at", "1795000000000"),
                ("webhook-id", "wh_1"),
                ("attempt", "3"),
                ("site", "shop-2"),
            ]
        )
        expected = Context("evt_1", "order.created", None, 1_795_000_000_000, "wh_1", None, 3, {"site": "shop-2"})
        self.assertEqual(context, expected)

    def test_a_number_that_cannot_be_read_is_kept_as_text(self) -> None:
        context = Context.from_pairs([("occurred-at", "yesterday"), ("attempt", "-1")])
        self.assertEqual((context.occurred_at, context.attempt), (0, None))
        self.assertEqual(context.others, {"occurred-at": "yesterday", "attempt": "-1"})
        self.assertEqual(Context.from_pairs([("attempt", "")]), Context())

    def test_an_outcome_is_read_or_refused(self) -> None:
        told = Outcome.read('{"state":"retrying","status":503,"failure":null,"duration-ms":41,"region":"eu"}')
        self.assertEqual((told.state, told.status, told.failure, told.duration_ms), ("retrying", 503, None, 41))
        self.assertEqual(told.whole["region"], "eu")
        chance = random.Random(7)
        for _ in range(500):
            text = "".join(chance.choices('{}[]",:0123"state"nul', k=chance.randrange(24)))
            try:
                Outcome.read(text)
            except InvalidInput:
                continue
        for wrong in ("[]", '{"status":"503"}', '{"status":true}', '{"state":1}', "[" * 100_000):
            with self.assertRaises(InvalidInput):
                Outcome.read(wrong)

    def test_pairs_of_any_text_are_taken(self) -> None:
        chance = random.Random(7)
        names = ["event-id", "occurred-at", "attempt", "account", "x"]
        for _ in range(500):
            value = "".join(chance.choices("-0123456789²é ", k=chance.randrange(6)))
            Context.from_pairs([(chance.choice(names), value)])


if __name__ == "__main__":
    unittest.main()
