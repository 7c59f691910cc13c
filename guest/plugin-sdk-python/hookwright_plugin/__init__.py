"""What the author of a Hookwright plugin in Python imports.

A plugin is one class that derives from `Plugin`, in a file `plugin.py`. It says who it is, and answers the hooks that
it wants: each is a method. The guide is `guest/README.md` of Hookwright.

    from hookwright_plugin import Context, Plugin, interest, settings

    class Regions(Plugin):
        \"\"\"Says which region an order belongs to.\"\"\"

        name = "regions"
        version = "1.0.0"
        author = "Example Ltd"
        settings_schema = {"type": "object", "properties": {"region": {"type": "string"}}}

        @interest("order.*", priority=20)
        def filter_payload(self, context, data):
            data["region"] = settings().get("region", "eu")
            return data

Everything here works on your machine too, where `hookwright_plugin.testing` stands in for a host, so that a plugin is
tested with plain `python3 -m unittest`.
"""

from . import log
from ._context import Context, Outcome
from ._description import Topic, interest
from ._environment import now, random_bytes, settings, utc_now
from ._errors import InvalidInput, Refused
from ._plugin import Plugin

__all__ = [
    "Context",
    "InvalidInput",
    "Outcome",
    "Plugin",
    "Refused",
    "Topic",
    "interest",
    "log",
    "now",
    "random_bytes",
    "settings",
    "utc_now",
]
