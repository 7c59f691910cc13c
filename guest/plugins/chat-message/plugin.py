"""Makes messages for chat receivers of events.

This file is what the host sees; `message` decides what is told, `template` what the placeholders of a text mean,
`receivers` which body a receiver accepts.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hookwright_plugin import Context, Refused, Plugin, Topic, interest, settings

from message import Message, fields_of, title_of
from receivers import RECEIVERS, Receiver
from template import fill

#: The topics of this plugin: `chat.slack` and so on.
_PREFIX = "chat."

_SAMPLE = {"number": "1042", "status": "processing", "total": "53.29", "currency": "EUR"}


def _topic(name: str, receiver: Receiver) -> Topic:
    message = Message("Order created", "order.created", 1_795_289_400_000, fields=fields_of(_SAMPLE))
    sample = receiver.body(message)
    return Topic(
        f"{_PREFIX}{name}",
        f"Message for {receiver.title}",
        description=f"The application has something to say in {receiver.title}: a text, or an event to tell.",
        group="Chat",
        schema={"type": "object", "minProperties": 1, "properties": {member: {} for member in sample}},
        sample=sample,
    )


_TOPICS = {
    "description": "Topics or patterns: `order.created`, `order.*`, `*`.",
    "type": "array",
    "minItems": 1,
    "items": {"type": "string", "minLength": 1},
}


class ChatMessage(Plugin):
    """Makes messages for Slack, Discord, Mattermost, Google Chat and Microsoft Teams of events."""

    name = "chat-message"
    version = "0.1.0"
    author = "The Hookwright authors"
    topics = [_topic(name, receiver) for name, receiver in RECEIVERS.items()]
    settings_schema = {
        "type": "object",
        "properties": {
            "texts": {
                "title": "Texts",
                "description": "What is said of which event: the first that fits; without one, title and fields.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["topics", "text"],
                    "properties": {
                        "topics": _TOPICS,
                        "text": {
                            "description": "With placeholders, as `Order {data.number}: {data.total}`.",
                            "type": "string",
                            "minLength": 1,
                        },
                    },
                    "additionalProperties": False,
                },
            },
            "replace": {
                "title": "Topics whose data becomes a message",
                "description": "For all webhooks that get these topics: nobody gets their own data any more.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["topics", "for"],
                    "properties": {"topics": _TOPICS, "for": {"type": "string", "enum": list(RECEIVERS)}},
                    "additionalProperties": False,
                },
            },
        },
        "additionalProperties": False,
    }

    @interest(raw=True)
    def build_payload(self, context: Context, data: str) -> str:
        """What is published under `chat.slack`: a `text`, or the `topic` and `data` of the event to tell."""
        receiver = RECEIVERS[context.topic.removeprefix(_PREFIX)]
        published = _read(data)
        # Refused, not only invalid: what was published is no message, and no receiver would take it.
        if not isinstance(published, dict):
            raise Refused("an object with `text`, or with `topic` and `data`, is needed")
        text, topic = published.get("text"), published.get("topic")
        if isinstance(text, str) and text:
            return json.dumps(receiver.body(Message("", "", 0, text=receiver.escape(text))))
        if not isinstance(topic, str) or "data" not in published:
            raise Refused("`text` is needed, or `topic` and `data`")
        return json.dumps(_told(receiver, topic, context, published["data"]))

    # Late, so that it tells what other plugins made of the data; not read unless a setting names the topic.
    @interest(priority=800, raw=True)
    def filter_payload(self, context: Context, data: str) -> str:
        for rule in settings().get("replace", []):
            if _fits(rule["topics"], context.topic) and not context.topic.startswith(_PREFIX):
                return json.dumps(_told(RECEIVERS[rule["for"]], context.topic, context, _read(data)))
        return data


def _read(data: str) -> Any:
    """The data, with the digits that numbers came with: `53.20` is no `53.2`."""
    return json.loads(data, parse_float=Decimal)


def _told(receiver: Receiver, topic: str, context: Context, data: Any) -> dict[str, Any]:
    message = Message(title_of(topic), topic, context.occurred_at)
    text = next((one["text"] for one in settings().get("texts", []) if _fits(one["topics"], topic)), None)
    if text is not None:
        values = {
            "account": context.account,
            "data": data,
            "event_id": context.event_id,
            "time": message.time_text(),
            "title": message.title,
            "topic": topic,
        }
        # Receivers refuse an empty message.
        message.text = fill(text, values, receiver.escape).strip() or None
    if message.text is None:
        message.fields = fields_of(data)
    return receiver.body(message)


def _fits(patterns: list[str], topic: str) -> bool:
    """Whether one of the patterns is the topic's, as Hookwright reads them: `order.*` is for all that begins so."""
    return any(one in ("*", topic) or one.endswith(".*") and topic.startswith(one[:-1]) for one in patterns)
