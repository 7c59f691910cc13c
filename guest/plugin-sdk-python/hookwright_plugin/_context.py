"""What a hook is called for. Names that this version does not know are kept, because a newer host may add some."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ._errors import InvalidInput


@dataclass
class Context:
    """The event, and where there are such the webhook, the delivery and the attempt, that a hook is called for."""

    #: `evt_…`, as receivers see it.
    event_id: str = ""
    #: The topic, for example `order.created`.
    topic: str = ""
    #: The tenant that the event concerns; none for the whole installation.
    account: str | None = None
    #: When the event happened: Unix milliseconds.
    occurred_at: int = 0
    #: The webhook, in `should_deliver`, `filter_request` and `after_delivery`.
    webhook_id: str | None = None
    #: The delivery, in `filter_request` and `after_delivery`.
    delivery_id: str | None = None
    #: The number of the attempt, from 1, in `filter_request` and `after_delivery`.
    attempt: int | None = None
    #: Everything else that the host told: values by name.
    others: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, topic: str) -> Context:
        """A context for tests: an event of the topic, without account, at 1970-01-01T00:00:00Z."""
        return cls(event_id="evt_test", topic=topic)

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, str]]) -> Context:
        """The context that a host told as names and values; an empty value of an optional name is none.

        A number that cannot be read is kept under `others`: a hook that does not need it works.
        """
        others = dict(pairs)
        take = others.pop
        event_id, topic, account = take("event-id", ""), take("topic", ""), take("account", None) or None
        occurred_at, attempt = 0, None
        if "occurred-at" in others and _is_integer(others["occurred-at"]):
            occurred_at = int(take("occurred-at"))
        if "attempt" in others and (not others["attempt"] or _is_integer("0" + others["attempt"])):
            attempt = int(take("attempt") or 0) or None
        webhook_id, delivery_id = take("webhook-id", None) or None, take("delivery-id", None) or None
        return cls(event_id, topic, account, occurred_at, webhook_id, delivery_id, attempt, others)


@dataclass
class Outcome:
    """What became of one attempt."""

    #: The state of the delivery after it: `delivered`, `retrying`, `exhausted`, …
    state: str = ""
    #: The HTTP status of the answer; none where there was no answer.
    status: int | None = None
    #: Which kind of failure it was, for example `timeout`; none for a success.
    failure: str | None = None
    #: How long the request took, in milliseconds.
    duration_ms: int | None = None
    #: Why it failed, for people.
    reason: str | None = None
    #: The whole outcome as the host told it.
    whole: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Outcome:
        """What a host told as JSON; `null` is the same as absent.

        Raises `InvalidInput` where the text is no JSON object or a member is of another type.
        """
        try:
            whole = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InvalidInput(f"the outcome is no JSON: {error}") from None
        if not isinstance(whole, dict):
            raise InvalidInput("the outcome is no JSON object")
        outcome = cls(whole=whole)
        for member, name, kind in _MEMBERS:
            value = whole.get(member)
            if value is None:
                continue
            if not isinstance(value, kind) or isinstance(value, bool):
                raise InvalidInput(f"the outcome: `{member}` is of another type")
            setattr(outcome, name, value)
        return outcome


_MEMBERS: tuple[tuple[str, str, type], ...] = (
    ("state", "state", str),
    ("status", "status", int),
    ("failure", "failure", str),
    ("duration-ms", "duration_ms", int),
    ("reason", "reason", str),
)


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    # `int` reads other digits too, and refuses texts without end.
    return digits.isascii() and digits.isdecimal() and len(digits) < 20
