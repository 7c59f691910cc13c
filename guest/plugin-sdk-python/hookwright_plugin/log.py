"""Lines for the plugin's log, which the site owner reads. Cut at 4,096 bytes each.

`print` and the module `logging` come here too.
"""

from __future__ import annotations

from typing import Literal

from . import _environment

#: How much a line matters.
Level = Literal["debug", "info", "warn", "error"]


def debug(message: object) -> None:
    """A line for the plugin's author."""
    line("debug", message)


def info(message: object) -> None:
    """A line for the record."""
    line("info", message)


def warn(message: object) -> None:
    """A line about something that the site owner should look at."""
    line("warn", message)


def error(message: object) -> None:
    """A line that says that the plugin cannot do its work."""
    line("error", message)


def line(level: Level, message: object) -> None:
    """A line of the level."""
    _environment.host().log(level, str(message))
