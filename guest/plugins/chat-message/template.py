"""Texts with placeholders: `{data.total}` stands for a value, `{data.note|none}` for one that may be missing.

Decides what a value looks like. How it is escaped is the receiver's business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

#: `{{` and `}}` stand for braces.
_PART = re.compile(r"\{\{|\}\}|\{([^{}|]*)(?:\|([^{}]*))?\}")

#: What stands for a value that is not there.
_MISSING = "-"

#: The most characters of one value.
_LONGEST = 1_000


def fill(text: str, values: Mapping[str, Any], escape: Callable[[str], str]) -> str:
    """The text with its placeholders filled in. What stands in `values` is escaped, the text itself is not."""

    def part(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        value = at(values, match[1].strip())
        if value is None or value == "":
            return match[2] if match[2] is not None else _MISSING
        return escape(shown(value))

    return _PART.sub(part, text)


def at(values: Any, path: str) -> Any:
    """The value at a path such as `data.line_items.0.name`; nothing where it leads nowhere."""
    for step in path.split("."):
        if isinstance(values, Mapping):
            values = values.get(step)
        elif isinstance(values, list) and step.isdecimal() and len(step) < 9 and int(step) < len(values):
            values = values[int(step)]
        else:
            return None
    return values


def shown(value: Any) -> str:
    """A value as people read it: text as it is, numbers with the digits that they came with, the rest as JSON."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, Decimal):
        text = format(value, "f") if -20 < value.adjusted() < 20 else str(value)
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
