import random
import unittest
from decimal import Decimal

from template import at, fill, shown

VALUES = {"data": {"total": Decimal("53.290"), "items": [{"name": "A & B"}], "paid": True, "note": ""}}


class TemplateTest(unittest.TestCase):
    def filled(self, text: str) -> str:
        return fill(text, VALUES, str.upper)

    def test_placeholders_lead_into_objects_and_lists(self) -> None:
        self.assertEqual(self.filled("Total {data.total}, {data.items.0.name}!"), "Total 53.290, A & B!")
        self.assertEqual(self.filled("{ data.paid }"), "TRUE")

    def test_only_values_are_escaped(self) -> None:
        self.assertEqual(fill("<b> {data.items.0.name}", VALUES, lambda text: text.replace("&", "and")), "<b> A and B")

    def test_what_is_missing_has_a_substitute(self) -> None:
        self.assertEqual(self.filled("{data.none} {data.note|nothing} {data.items.7|}."), "- nothing .")

    def test_braces_can_be_written(self) -> None:
        self.assertEqual(self.filled("{{data.total}} {x"), "{data.total} {x")

    def test_numbers_keep_their_digits_and_the_rest_is_json(self) -> None:
        self.assertEqual([shown(Decimal("1.50")), shown(7), shown([1, None])], ["1.50", "7", "[1, null]"])
        self.assertLess(len(shown(Decimal("1e999999"))), 20)
        self.assertEqual(len(shown("x" * 5_000)), 1_000)

    def test_no_path_and_no_text_is_too_strange(self) -> None:
        chance = random.Random(7)
        for _ in range(2_000):
            text = "".join(chance.choices("{}|.0a data items name", k=chance.randrange(30)))
            self.assertIsInstance(self.filled(text), str)
            at(VALUES, text)


if __name__ == "__main__":
    unittest.main()
