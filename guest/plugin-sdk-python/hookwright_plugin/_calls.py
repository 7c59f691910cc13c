"""From a call of the host to a method of the plugin and back: JSON text becomes values, answers are checked.

Knows nothing of WebAssembly: `testing.call` comes this way too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ._context import Context, Outcome
from ._errors import InvalidInput
from ._plugin import Plugin

Pairs = list[tuple[str, str]]

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Calls:
    """The hooks of one plugin as a host calls them."""

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin
        self._raw = {hook for hook, interest in plugin.interests().items() if interest.raw}

    def payload(self, hook: str, context: Context, data: str) -> str:
        """What `build_payload` or `filter_payload` makes of the data, as JSON text."""
        method = getattr(self._plugin, hook)
        if hook in self._raw:
            text = method(context, data)
            if not isinstance(text, str):
                raise TypeError(f"`{hook}` with raw=True returned {_kind(text)}: return JSON text")
            if not text.isascii():
                # Half a surrogate cannot travel; here it is an exception, later a trap.
                text.encode()
            return text
        answer = method(context, read(data))
        if answer is None:
            raise TypeError(f"`{hook}` returned nothing: return the data")
        return written(answer)

    def should_deliver(self, context: Context, data: str) -> bool:
        """What `should_deliver` says."""
        answer: object = self._plugin.should_deliver(context, data if "should_deliver" in self._raw else read(data))
        if not isinstance(answer, bool):
            raise TypeError(f"`should_deliver` returned {_kind(answer)}: return True or False")
        return answer

    def filter_request(self, context: Context, headers: Pairs) -> Pairs:
        """The headers that `filter_request` adds."""
        answer: object = self._plugin.filter_request(context, headers)
        pairs = answer.items() if isinstance(answer, Mapping) else answer
        if not isinstance(pairs, Iterable) or isinstance(pairs, (str, bytes)):
            raise TypeError(f"`filter_request` returned {_kind(answer)}: return a dict of names and values")
        return [_header(pair) for pair in pairs]

    def after_delivery(self, context: Context, outcome: str) -> None:
        """Tells `after_delivery`."""
        self._plugin.after_delivery(context, Outcome.read(outcome))


def read(data: str) -> Any:
    """The value of JSON text."""
    try:
        return json.loads(data)
    except ValueError as error:
        raise InvalidInput(f"the data is no JSON: {error}") from None


def written(value: object) -> str:
    """A value as compact JSON text that can travel as UTF-8."""
    try:
        text = _COMPACT.encode(value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"the answer cannot be written as JSON: {error}") from None
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text


def _header(pair: object) -> tuple[str, str]:
    if isinstance(pair, (tuple, list)) and len(pair) == 2:
        name, value = pair
        if isinstance(name, str) and isinstance(value, str):
            return name, value
    raise TypeError("`filter_request` returned a header that is no pair of texts: name and value")


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a value of type `{type(value).__name__}`"
