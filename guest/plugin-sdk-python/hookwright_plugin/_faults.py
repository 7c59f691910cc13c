"""What a host would find wrong with a description, as far as it can be told without a host: names, JSON, doubles.

Knows no JSON Schema: whether a sample fits its schema is told by `hookwright plugins check`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ._description import HOOKS, Topic
from ._plugin import Plugin

_NAME_BYTES = 64
_TOPIC_BYTES = 120
_NAME = re.compile(r"[A-Za-z0-9-]+")
_TOPIC = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+([-+].*)?")
_POLICIES = ("fail-open", "fail-closed")


def faults(plugin: type[Plugin]) -> list[str]:
    """A line for each fault, none for a good description."""
    found: list[str] = []
    if not _NAME.fullmatch(plugin.name) or len(plugin.name) > _NAME_BYTES:
        found.append(f"the name `{plugin.name}`: letters, digits and `-`, {_NAME_BYTES} bytes at most")
    if not _VERSION.fullmatch(plugin.version):
        found.append(f"the version `{plugin.version}`: three numbers, as in `1.0.0`")
    if plugin.homepage is not None and not plugin.homepage.startswith("https://"):
        found.append(f"the homepage `{plugin.homepage}`: an https URL")
    if plugin.on_failure not in _POLICIES:
        found.append(f"on_failure `{plugin.on_failure}`: one of {', '.join(_POLICIES)}")
    for method, interest in plugin.interests().items():
        hook = HOOKS[method]
        for pattern in interest.topics:
            if pattern != "*" and not _is_topic(pattern.removesuffix(".*")):
                found.append(f"{hook}: `{pattern}` is no pattern: write a topic, `order.*` or `*`")
        if method == "build_payload" and not plugin.topics:
            found.append(f"{hook} is wanted, but there is no topic of the plugin's own to build for")
    names: set[str] = set()
    for topic in plugin.topics:
        if topic.name in names:
            found.append(f"the topic `{topic.name}` stands twice")
        names.add(topic.name)
        found += _topic_faults(topic)
    return found + _schema_faults("the settings", plugin.settings_schema)


def _topic_faults(topic: Topic) -> list[str]:
    name = topic.name
    found: list[str] = []
    if not _is_topic(name):
        found.append(
            f"the topic `{name}`: letters, digits, `_`, `-`, parts separated by full stops, "
            f"{_TOPIC_BYTES} bytes at most"
        )
    if not topic.title:
        found.append(f"the topic `{name}` has no title")
    found += _schema_faults(f"the topic `{name}`", topic.schema)
    _, why = _json(topic.sample)
    if why:
        found.append(f"the sample of the topic `{name}` is no JSON: {why}")
    return found


def _schema_faults(owner: str, schema: Any) -> list[str]:
    value, why = _json(schema)
    if why:
        return [f"the schema of {owner} is no JSON: {why}"]
    if value is not None and not isinstance(value, (dict, bool)):
        return [f"the schema of {owner} is neither an object nor true or false"]
    return []


def _json(value: Any) -> tuple[Any, str]:
    """The value that text stands for, or why it stands for none."""
    try:
        return (json.loads(value) if isinstance(value, str) else json.loads(json.dumps(value, allow_nan=False))), ""
    except (TypeError, ValueError) as error:
        return None, str(error)


def _is_topic(name: str) -> bool:
    return len(name) <= _TOPIC_BYTES and _TOPIC.fullmatch(name) is not None
