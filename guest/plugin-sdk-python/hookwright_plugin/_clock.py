"""Python's clocks, answered by the host: `time.time`, `datetime.now` and the like, exact to the millisecond.

A plugin has no time zone but UTC, and cannot wait.
"""

# mypy: ignore-errors
# Functions of the standard library are replaced here, which no type checker likes.
from __future__ import annotations

import datetime
import time

from . import _environment

_COUNTERS = ("time", "monotonic", "perf_counter", "process_time", "thread_time")


def replace(is_live) -> None:
    """Puts the replacements in their places; while `is_live` says no, the old ones are asked."""
    for name in _COUNTERS:
        _replace(name, is_live, lambda: _environment.now() / 1_000)
        _replace(f"{name}_ns", is_live, lambda: _environment.now() * 1_000_000)
    _replace("clock_gettime", is_live, lambda clock: _environment.now() / 1_000)
    _replace("clock_gettime_ns", is_live, lambda clock: _environment.now() * 1_000_000)
    _replace("sleep", is_live, _cannot_wait)
    for name in ("gmtime", "localtime", "ctime"):
        _give_now(name, is_live, lambda: (_environment.now() / 1_000,), 0)
    plain_gmtime = time.gmtime
    _give_now("asctime", is_live, lambda: (plain_gmtime(_environment.now() / 1_000),), 0)
    _give_now("strftime", is_live, lambda: (plain_gmtime(_environment.now() / 1_000),), 1)
    datetime.datetime = _datetime(datetime.datetime, is_live)


def _replace(name, is_live, ours):
    plain = getattr(time, name, None)
    if plain is not None:
        setattr(time, name, lambda *arguments: (ours if is_live() else plain)(*arguments))


def _give_now(name, is_live, now, place):
    """For a function whose argument at that place is the time now unless it is given."""
    plain = getattr(time, name)

    def given(*arguments):
        if is_live() and (len(arguments) == place or arguments[place] is None):
            arguments = arguments[:place] + now()
        return plain(*arguments)

    setattr(time, name, given)


def _cannot_wait(seconds):
    raise RuntimeError("a plugin cannot wait (time.sleep): its deadline runs on; do without, or raise Refused")


def _datetime(plain, is_live):
    class Kind(type):
        """Makes instances of the plain class pass as instances of the one that takes its place."""

        def __instancecheck__(cls, instance):
            return isinstance(instance, plain) if cls is ours else super().__instancecheck__(instance)

        def __subclasscheck__(cls, other):
            return issubclass(other, plain) if cls is ours else super().__subclasscheck__(other)

    class ours(plain, metaclass=Kind):
        __slots__ = ()

        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(_environment.now() / 1_000, tz) if is_live() else super().now(tz)

        @classmethod
        def today(cls):
            return cls.now()

        @classmethod
        def utcnow(cls):
            return cls.now(datetime.timezone.utc).replace(tzinfo=None)

    ours.__name__ = ours.__qualname__ = "datetime"
    ours.__module__ = "datetime"
    ours.__doc__ = plain.__doc__
    return ours
