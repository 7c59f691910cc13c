"""The bodies that chat receivers accept: Slack, Discord, Mattermost, Google Chat and Microsoft Teams.

Decides how a value is escaped so that it is shown as it is and calls nobody, and what is cut so that a receiver takes
the message. Limits are those of the receivers' documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from message import Message

Body = dict[str, Any]

#: Keeps what begins with an `@` or a `<` from being a mention, and is not seen.
_JOINER = "\u2060"


@dataclass(frozen=True)
class Receiver:
    """A kind of receiver."""

    #: For people.
    title: str
    #: A value of the event inside a text.
    escape: Callable[[str], str]
    #: The body of a message.
    body: Callable[[Message], Body]


def slack_escape(text: str) -> str:
    """Slack's three characters, which also keeps `<!channel>` and `<@U1>` from calling anybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def slack(message: Message) -> Body:
    """An incoming webhook of Slack: blocks, and the text that notifications show."""
    if message.text is not None:
        return {"text": cut(message.text, 4_000)}
    title = slack_escape(message.title)
    blocks: list[Body] = [{"type": "header", "text": {"type": "plain_text", "text": cut(message.title, 150)}}]
    if message.fields:
        fields = [f"*{slack_escape(name)}*\n{slack_escape(value)}" for name, value in message.fields]
        blocks.append(
            {"type": "section", "fields": [{"type": "mrkdwn", "text": cut(one, 2_000)} for one in fields[:10]]}
        )
    footer = " · ".join(filter(None, [slack_escape(message.topic), message.time_text()]))
    blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": cut(footer, 2_000)}]})
    values = ", ".join(f"{slack_escape(name)} {slack_escape(value)}" for name, value in message.fields)
    return {"text": cut(f"{title}: {values}" if values else title, 4_000), "blocks": blocks}


def markdown_escape(text: str) -> str:
    """Markdown's marks; an address of the web as a whole stays, or it could not be followed."""
    return text if re.fullmatch(r"https?://[^\s<>]+", text) else re.sub(r"([\\*_~`|>\[\]#<])", r"\\\1", text)


def discord(message: Message) -> Body:
    """A webhook of Discord: an embed, or the text as content. Nobody is mentioned, whatever the data says."""
    silent: Body = {"allowed_mentions": {"parse": []}}
    if message.text is not None:
        return {"content": cut(message.text, 2_000), **silent}
    embed: Body = {
        "title": cut(markdown_escape(message.title), 256),
        "fields": [
            {"name": cut(name, 256), "value": cut(markdown_escape(value), 1_024), "inline": True}
            for name, value in message.fields
        ],
        "footer": {"text": cut(message.topic, 2_048)},
    }
    if timestamp := message.timestamp():
        embed["timestamp"] = timestamp
    return {"embeds": [embed], **silent}


def mattermost_escape(text: str) -> str:
    """Markdown's marks, and no `@channel`."""
    return markdown_escape(text).replace("@", f"@{_JOINER}")


def mattermost(message: Message) -> Body:
    """An incoming webhook of Mattermost, in Markdown."""
    if message.text is not None:
        return {"text": cut(message.text, 16_000)}
    lines = [f"#### {mattermost_escape(message.title)}"]
    lines += [f"- **{mattermost_escape(name)}**: {mattermost_escape(value)}" for name, value in message.fields]
    return {"text": cut("\n".join(lines), 16_000)}


def google_chat_escape(text: str) -> str:
    """Google Chat undoes no escapes, so nothing is escaped but what would be a mention or a link: `<users/all>`."""
    return text.replace("<", f"<{_JOINER}")


def google_chat(message: Message) -> Body:
    """An incoming webhook of Google Chat."""
    if message.text is not None:
        return {"text": cut(message.text, 4_000)}
    lines = [f"*{google_chat_escape(message.title)}*"]
    lines += [f"{google_chat_escape(name)}: {google_chat_escape(value)}" for name, value in message.fields]
    return {"text": cut("\n".join(lines), 4_000)}


def teams(message: Message) -> Body:
    """A workflow of Microsoft Teams that posts cards: an adaptive card in a message."""
    if message.text is not None:
        content: list[Body] = [{"type": "TextBlock", "text": cut(message.text, 8_000), "wrap": True}]
    else:
        title = cut(markdown_escape(message.title), 500)
        content = [{"type": "TextBlock", "text": title, "weight": "Bolder", "size": "Medium", "wrap": True}]
        facts = [
            {"title": cut(name, 500), "value": cut(markdown_escape(value), 2_000)} for name, value in message.fields
        ]
        if facts:
            content.append({"type": "FactSet", "facts": facts})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": content,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def cut(text: str, most: int) -> str:
    """The text in so many UTF-16 units at most, which is what the strictest of them count; no escape is cut in two."""
    encoded = text.encode("utf-16-le", "replace")
    if len(encoded) <= most * 2:
        return text
    # One unit is for the ellipsis; half a character at the end is dropped.
    kept = encoded[: (most - 1) * 2].decode("utf-16-le", "ignore")
    kept = re.sub(r"&[a-z]{0,4}$", "", kept)
    marks = len(kept) - len(kept.rstrip("\\"))
    return f"{kept[:-1] if marks % 2 else kept}…"


RECEIVERS: dict[str, Receiver] = {
    "slack": Receiver("Slack", slack_escape, slack),
    "discord": Receiver("Discord", markdown_escape, discord),
    "mattermost": Receiver("Mattermost", mattermost_escape, mattermost),
    "google_chat": Receiver("Google Chat", google_chat_escape, google_chat),
    "teams": Receiver("Microsoft Teams", markdown_escape, teams),
}
