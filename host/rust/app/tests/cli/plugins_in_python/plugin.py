"""The example with one hook more, which does whatever the data asks for: what happens then is what the tests look at."""

import datetime
import random
import time
import uuid
from typing import Any

from chat import ChatMessage
from hookwright_plugin import Context, InvalidInput, Refused


class Probed(ChatMessage):
    """Makes messages, and trouble."""

    def should_deliver(self, context: Context, data: Any) -> bool:
        probe = data.get("probe") if isinstance(data, dict) else None
        if probe is not None:
            getattr(self, f"probe_{probe}")()
        return True

    def probe_surroundings(self) -> None:
        print("half", end=" ")
        print("a line")
        print(time.time(), datetime.datetime.now(datetime.timezone.utc).timestamp(), time.monotonic())
        print(random.random(), uuid.uuid4())

    def probe_failure(self) -> None:
        {}["total"]

    def probe_refusal(self) -> None:
        raise Refused("not on Sundays")

    def probe_invalid(self) -> None:
        raise InvalidInput("`total` is missing")

    def probe_exit(self) -> None:
        raise SystemExit(3)

    def probe_file(self) -> None:
        open("/etc/passwd")

    def probe_wait(self) -> None:
        time.sleep(1)

    def probe_network(self) -> None:
        import socket

        socket.create_connection(("example.com", 80))

    def probe_import(self) -> None:
        import tomllib  # noqa: F401

    def probe_loop(self) -> None:
        while True:
            pass

    def probe_memory(self) -> None:
        held = []
        while True:
            held.append(bytes(1_000_000))
