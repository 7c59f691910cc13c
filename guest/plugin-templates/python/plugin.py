"""My plugin, for Hookwright: a topic of its own, and a label in the data of every order.

Hosts call the methods of the class. What stands outside of them runs once, when the plugin is built.
"""

from typing import Any

from hookwright_plugin import Context, InvalidInput, Plugin, Topic, interest, settings


class MyPlugin(Plugin):
    """Puts a label into orders, and tells when something has happened."""

    name = "my-plugin"
    version = "0.1.0"
    author = "Example Ltd"
    topics = [
        Topic(
            "my_plugin.happened",
            "Something has happened",
            description="Say here when the event is published.",
            schema={
                "type": "object",
                "required": ["id", "note", "happened_at"],
                "properties": {
                    "id": {"type": "string"},
                    "note": {"type": "string"},
                    "happened_at": {"description": "Unix milliseconds.", "type": "integer"},
                },
            },
            sample={"id": "7", "note": "The lamp is on.", "happened_at": 1_767_225_600_000},
        )
    ]
    # What a site owner can set.
    settings_schema = {
        "type": "object",
        "properties": {"label": {"description": "Is put into every order.", "type": "string", "default": "new"}},
        "additionalProperties": False,
    }

    def build_payload(self, context: Context, data: Any) -> Any:
        """From what the application publishes to what receivers get."""
        if not isinstance(data, dict) or "id" not in data:
            raise InvalidInput("`id` is missing")
        return {"id": str(data["id"]), "note": data.get("note", ""), "happened_at": context.occurred_at}

    @interest("order.*")
    def filter_payload(self, context: Context, data: Any) -> Any:
        data["label"] = settings().get("label", "new")
        return data
