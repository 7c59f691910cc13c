"""What a plugin may ask of its host: the clock, a random stream and its settings.

In the component the host answers, elsewhere `testing` does. While a component is built nobody does.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol

#: The most random bytes of one call, as in the contract.
MOST_RANDOM_BYTES = 65_536


class Host(Protocol):
    """Who answers."""

    def now(self) -> int: ...

    def random_bytes(self, count: int) -> bytes: ...

    def settings_text(self) -> str: ...

    def log(self, level: str, message: str) -> None: ...


class NoHost(RuntimeError):
    """Something was asked of the host while the plugin is built."""


class _Nobody:
    """While a plugin is built: its module runs then, and what it computes is frozen into the component."""

    def now(self) -> int:
        raise NoHost(_BUILDING.format("the clock"))

    def random_bytes(self, count: int) -> bytes:
        raise NoHost(_BUILDING.format("random bytes"))

    def settings_text(self) -> str:
        raise NoHost(_BUILDING.format("the settings"))

    def log(self, level: str, message: str) -> None:
        print(f"{level}: {message}")


_BUILDING = "{} can be asked for in a hook only: what stands outside of them runs once, when the plugin is built"
_host: Host | None = None


def host() -> Host:
    """Who answers now; on an author's machine the double of `testing`."""
    if _host is None:
        from . import testing

        serve(testing.DOUBLE)
    assert _host is not None
    return _host


def serve(answering: Host) -> None:
    """From now on this one answers."""
    global _host
    _host = answering


def serve_nobody() -> None:
    """From now on nobody answers: the plugin is being built."""
    serve(_Nobody())


def now() -> int:
    """The time now: Unix milliseconds."""
    return host().now()


def utc_now() -> datetime:
    """The time now as a datetime in UTC, exact to the millisecond."""
    return _EPOCH + timedelta(milliseconds=host().now())


def random_bytes(count: int) -> bytes:
    """So many random bytes from a stream of the plugin's own. Not for secrets: a plugin keeps none."""
    if count < 0:
        raise ValueError("the number of random bytes cannot be negative")
    answering = host()
    parts = [answering.random_bytes(MOST_RANDOM_BYTES) for _ in range(count // MOST_RANDOM_BYTES)]
    return b"".join([*parts, answering.random_bytes(count % MOST_RANDOM_BYTES)])


def settings() -> dict[str, Any]:
    """The plugin's settings as the site owner filled them in; `{}` where none are set.

    The host does not fill in what the schema calls a default: `settings().get("region", "eu")` does.
    """
    text = host().settings_text()
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("the settings are no JSON object")
    return value


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
