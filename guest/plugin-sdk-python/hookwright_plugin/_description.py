"""What a plugin says of itself: which hooks it wants, which topics it brings.

Knows no rules: what is wrong with a description is told by `testing.faults` and by the host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

#: The hooks: the name of the method, and the name in the contract.
HOOKS: dict[str, str] = {
    "build_payload": "build-payload",
    "filter_payload": "filter-payload",
    "should_deliver": "should-deliver",
    "filter_request": "filter-request",
    "after_delivery": "after-delivery",
}

#: JSON Schema or JSON data: a value, or JSON text.
Json = Any

_Method = TypeVar("_Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class Interest:
    """That a plugin wants a hook."""

    priority: int = 10
    topics: tuple[str, ...] = ()
    raw: bool = False


def interest(*topics: str, priority: int = 10, raw: bool = False) -> Callable[[_Method], _Method]:
    """Says for which topics and in which order a hook's method is called.

    `topics` are patterns: `order.created`, `order.*`, `*`; none means all, for `build_payload` all of the plugin's own.
    Lower priorities come first, as in WordPress. With `raw` the data is JSON text, and so is what the method returns:
    unread data keeps every byte, and costs nothing.

    A hook's method without it is called for all topics, with priority 10.
    """

    def mark(method: _Method) -> _Method:
        name = getattr(method, "__name__", repr(method))
        if name not in HOOKS:
            raise TypeError(f"`{name}` is no hook: name the method one of {', '.join(HOOKS)}")
        method.__interest__ = Interest(priority, topics, raw)  # type: ignore[attr-defined]
        return method

    return mark


@dataclass
class Topic:
    """A topic that the plugin adds to the catalogue."""

    #: Letters, digits, `_`, `-`, parts separated by full stops; 120 bytes at most.
    name: str
    #: Short, for people.
    title: str
    #: When it fires.
    description: str = ""
    #: The heading under which the catalogue shows it; the part of the name before the first full stop unless given.
    group: str = ""
    #: JSON Schema (draft 2020-12) of the data.
    schema: Json = None
    #: Realistic data, valid under the schema.
    sample: Json = None
    #: Something that this version has no field for, for hosts that know the name.
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.group = self.group or self.name.split(".")[0]
