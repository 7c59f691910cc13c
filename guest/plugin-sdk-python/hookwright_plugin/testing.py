"""What stands in for a host in the tests of a plugin: settings, clock, random stream and log lines, and what a host
would find wrong with the description.

    from hookwright_plugin import testing

    class Test(unittest.TestCase):
        def setUp(self):
            testing.reset()

        def test_an_order_gets_the_region_of_the_settings(self):
            testing.set_settings({"region": "us"})
            order = testing.call(Regions, "filter_payload", "order.created", {"id": 7})
            self.assertEqual(order, {"id": 7, "region": "us"})

The clock is that of `now()` and `utc_now()`; Python's own clock and `random` are the machine's in tests.
"""

from __future__ import annotations

import json
from typing import Any

from . import _environment
from ._calls import Calls
from ._context import Context
from ._description import HOOKS
from ._faults import faults
from ._plugin import Plugin

__all__ = ["call", "faults", "reset", "set_now", "set_random_seed", "set_settings", "take_log"]

#: The time of a test that sets none: 2026-01-01T00:00:00Z.
START = 1_767_225_600_000

_MASK = (1 << 64) - 1


class Double:
    """Stands in for a host."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.settings = "{}"
        self.clock = START
        self.state = 0
        self.lines: list[tuple[str, str]] = []

    def now(self) -> int:
        return self.clock

    def random_bytes(self, count: int) -> bytes:
        return bytes(self._random_byte() for _ in range(min(count, _environment.MOST_RANDOM_BYTES)))

    def settings_text(self) -> str:
        return self.settings

    def log(self, level: str, message: str) -> None:
        self.lines.append((level, message))

    def _random_byte(self) -> int:
        """The next byte of SplitMix64 (Steele, Lea, Flood 2014), taken from its topmost bits."""
        self.state = (self.state + 0x9E37_79B9_7F4A_7C15) & _MASK
        word = ((self.state ^ (self.state >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
        word = ((word ^ (word >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
        return (word ^ (word >> 31)) >> 56


DOUBLE = Double()


def set_settings(settings: Any) -> None:
    """Sets the plugin's settings: a dict or JSON text."""
    DOUBLE.settings = settings if isinstance(settings, str) else json.dumps(settings)


def set_now(unix_ms: int) -> None:
    """Sets the clock: Unix milliseconds."""
    DOUBLE.clock = unix_ms


def set_random_seed(seed: int) -> None:
    """Begins the random stream anew: the same seed gives the same bytes."""
    DOUBLE.state = seed & _MASK


def take_log() -> list[tuple[str, str]]:
    """The lines that were logged since the last call of this: levels and texts."""
    lines, DOUBLE.lines = DOUBLE.lines, []
    return lines


def reset() -> None:
    """Forgets everything that was set and logged."""
    DOUBLE.forget()


def call(plugin: Plugin | type[Plugin], hook: str, context: Context | str, value: Any) -> Any:
    """Calls a hook as a host does, by the name of its method: values travel as JSON, and answers are checked.

    `context` is a context or a topic; `value` the data, for `filter_request` the headers as pairs, for `after_delivery`
    the outcome as the host tells it. What the method raises is raised.
    """
    called = plugin() if isinstance(plugin, type) else plugin
    about = Context.of(context) if isinstance(context, str) else context
    if hook not in HOOKS:
        raise ValueError(f"`{hook}` is no hook: write one of {', '.join(HOOKS)}")
    if hook not in called.interests():
        raise ValueError(f"the plugin has no method `{hook}`")
    calls = Calls(called)
    if hook == "should_deliver":
        return calls.should_deliver(about, json.dumps(value))
    if hook == "filter_request":
        return calls.filter_request(about, list(value))
    if hook == "after_delivery":
        return calls.after_delivery(about, json.dumps(value))
    return json.loads(calls.payload(hook, about, json.dumps(value)))
