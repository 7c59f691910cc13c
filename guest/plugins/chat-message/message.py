"""What is told of an event: a text that the site owner wrote, or a title and some fields.

Decides which members of the data are shown where nobody says so. Knows no receiver.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from template import shown

#: Members that are shown first, if the data has them.
_FIRST = ("number", "id", "title", "name", "status", "total", "price", "amount", "currency", "quantity", "sku", "date")

#: Members that are not shown unless a text asks for them: a channel has many readers.
_PRIVATE = re.compile(
    r"mail|phone|address|first_?name|last_?name|customer_name|birth|(^|_)ip($|_)|agent|pass|secret|token|(^|_)key($|_)|note|iban",
    re.IGNORECASE,
)

_MOST_FIELDS = 6
_LONGEST_FIELD = 120


@dataclass
class Message:
    """One message."""

    title: str
    topic: str
    #: When the event happened: Unix milliseconds; 0 where nobody knows.
    occurred_at: int
    #: The text in the receiver's own markup; none where the fields are shown.
    text: str | None = None
    fields: list[tuple[str, str]] = field(default_factory=list)

    def time_text(self) -> str:
        """When it happened, for people; empty where nobody knows."""
        moment = self._moment()
        return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else ""

    def timestamp(self) -> str | None:
        """When it happened, as RFC 3339 writes it."""
        moment = self._moment()
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None

    def _moment(self) -> datetime | None:
        if not 0 < self.occurred_at < 253_402_300_800_000:
            return None
        return datetime.fromtimestamp(self.occurred_at // 1_000, timezone.utc)


def title_of(topic: str) -> str:
    """A topic as people read it: `order.line_item.created` becomes `Order line item created`."""
    words = re.sub(r"[._-]+", " ", topic).strip()
    return words[:1].upper() + words[1:]


def fields_of(data: Any) -> list[tuple[str, str]]:
    """Some members of the data, with their names for people: short ones, the telling ones first, no private one."""
    if not isinstance(data, Mapping):
        return []
    short = {name: shown(value) for name, value in data.items() if _is_short(name, value)}
    names = [name for name in _FIRST if name in short] + [name for name in short if name not in _FIRST]
    return [(title_of(name), short[name]) for name in names[:_MOST_FIELDS]]


def _is_short(name: str, value: Any) -> bool:
    if value is None or isinstance(value, (dict, list)) or _PRIVATE.search(name):
        return False
    return bool(shown(value).strip()) and len(shown(value)) <= _LONGEST_FIELD
