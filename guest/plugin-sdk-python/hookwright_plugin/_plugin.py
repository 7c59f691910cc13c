"""Which questions a plugin answers, and what it answers where its author says nothing: add nothing, change nothing.

Knows neither WebAssembly nor the order of plugins, which is the host's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from ._context import Context, Outcome
from ._description import HOOKS, Interest, Json, Topic


class Plugin:
    """A plugin. Derive one class from it in `plugin.py`, say who it is, and write the methods of the hooks it wants.

    A hook is called only if the class has its method. Each call has a deadline (50 ms unless the site owner says
    otherwise) and may run in a fresh instance: what a method keeps in an attribute may be gone at the next call.
    """

    #: Letters, digits and `-`; 64 bytes at most. Unique on a site.
    name: str = ""
    #: Semantic version, for example `1.0.0`.
    version: str = ""
    #: What it does, in one or two sentences; the first paragraph of the class's docstring unless given.
    summary: str = ""
    #: Who made it.
    author: str = ""
    #: Where to read more: an https URL.
    homepage: str | None = None
    #: The topics that it adds.
    topics: Sequence[Topic] = ()
    #: JSON Schema (draft 2020-12) of its settings: a dict or JSON text; none for a plugin without settings.
    settings_schema: Json = None
    #: What becomes of an event where the plugin fails it: it goes on without the plugin, or it is refused.
    on_failure: Literal["fail-open", "fail-closed"] = "fail-open"
    #: Something that this version has no attribute for, for hosts that know the name.
    attributes: Mapping[str, str] = {}

    def build_payload(self, context: Context, data: Any) -> Any:
        """The data of an event of one of the plugin's own topics, made from what the application published."""
        return data

    def filter_payload(self, context: Context, data: Any) -> Any:
        """The data of an event as the plugin wants it, before it is frozen. Sees what the filter before it returned."""
        return data

    def should_deliver(self, context: Context, data: Any) -> bool:
        """Whether the event may go to the webhook `context.webhook_id`."""
        return True

    def filter_request(
        self, context: Context, headers: list[tuple[str, str]]
    ) -> Mapping[str, str] | Iterable[tuple[str, str]]:
        """Headers to add to one request, which so far has `headers`: names and values."""
        return []

    def after_delivery(self, context: Context, outcome: Outcome) -> None:
        """Told what became of one attempt. Changes nothing."""

    @classmethod
    def told_summary(cls) -> str:
        """The summary, or the first paragraph of the docstring."""
        own = cls.__doc__ if "__doc__" in vars(cls) else None
        return cls.summary or " ".join((own or "").strip().split("\n\n")[0].split())

    @classmethod
    def interests(cls) -> dict[str, Interest]:
        """What it wants of which hook, by the name of the method."""
        methods = {name: getattr(cls, name) for name in HOOKS if getattr(cls, name) is not getattr(Plugin, name)}
        return {name: getattr(method, "__interest__", Interest()) for name, method in methods.items()}
