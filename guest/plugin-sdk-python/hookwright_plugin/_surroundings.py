"""What Python finds around it in a component: no system, but the host's clock, random stream and log.

Replaces what would ask the system, before the author's files are loaded. While the plugin is built the old ways still
work; from the first call on the host answers, and what it cannot do fails with a message that says what to do instead.
"""

# mypy: ignore-errors
# Functions of the standard library are replaced here, which no type checker likes.
from __future__ import annotations

import builtins
import errno
import io
import os
import posix
import random
import sys

from . import _clock, _environment

_live = False

_NO_FILES = "a plugin has no files ({}): read them outside of the hooks, which happens once, when the plugin is built"
_NO_NETWORK = "a plugin has no network ({}): Hookwright sends the requests; change the payload or the headers instead"
_NO_PROCESS = "a plugin runs no programs and threads ({}): do the work in the hook itself"
_NO_MODULE = "the module {0} was not loaded when the plugin was built: write `import {0}` at the top of a file"

#: Functions of the system that need no system.
_HARMLESS = {"fspath", "strerror", "getcwd", "getcwdb", "getpid", "cpu_count", "process_cpu_count", "urandom"}


def replace() -> None:
    """Puts the replacements in their places."""
    _clock.replace(lambda: _live)
    _replace_random()
    _replace_files()
    _replace_output()
    sys.meta_path.insert(_before_files(), _LateImports())


def live() -> None:
    """The host answers from now on."""
    global _live
    _live = True
    _late_replacements()
    # Else every instance would draw the same numbers: those that were chosen when the plugin was built.
    random.seed(int.from_bytes(_environment.random_bytes(32), "big"))


def end_lines() -> None:
    """Logs what was printed without a line's end."""
    for stream in (_OUT, _ERRORS):
        if stream.rest:
            stream.end_line()


class Unavailable(OSError):
    """What a component does not have."""

    def __init__(self, message):
        super().__init__(errno.ENOTSUP, message)

    def __str__(self):
        return self.strerror


class _LateImports:
    """Stands before what would look for modules in files."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if _live:
            raise ModuleNotFoundError(_NO_MODULE.format(name), name=name)
        return None


def _before_files():
    names = [getattr(finder, "__name__", "") for finder in sys.meta_path]
    return names.index("PathFinder") if "PathFinder" in names else len(names)


class _Lines(io.TextIOBase):
    """Standard output or standard error: lines of the log."""

    def __init__(self, level, building):
        super().__init__()
        self.level, self.building, self.rest = level, building, ""

    encoding = "utf-8"
    errors = "backslashreplace"

    def writable(self):
        return True

    def write(self, text):
        if not _live:
            return self.building.write(text)
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            _environment.host().log(self.level, line)
        return len(text)

    def flush(self):
        if not _live:
            self.building.flush()

    def end_line(self):
        line, self.rest = self.rest, ""
        _environment.host().log(self.level, line)


_OUT = _Lines("info", sys.stdout)
_ERRORS = _Lines("warn", sys.stderr)


def _replace_output():
    import logging

    sys.stdout = sys.__stdout__ = _OUT
    sys.stderr = sys.__stderr__ = _ERRORS
    sys.stdin = sys.__stdin__ = io.StringIO()
    sys.unraisablehook = lambda lost: _ERRORS.write(f"{type(lost.exc_value).__name__}: {lost.exc_value}\n")

    class ToLog(logging.Handler):
        def emit(self, record):
            level = ("debug", "info", "warn", "error")[min(max(record.levelno // 10 - 1, 0), 3)]
            text = self.format(record)
            if _live:
                _environment.host().log(level, text)
            else:
                sys.stderr.write(f"{level}: {text}\n")

    logging.root.addHandler(ToLog())
    logging.root.setLevel(logging.DEBUG)


def _replace_random():
    plain_urandom, plain_seed = os.urandom, random.Random.seed

    def urandom(size):
        return _environment.random_bytes(size) if _live else plain_urandom(size)

    def seed(self, a=None, version=2):
        plain_seed(self, int.from_bytes(urandom(32), "big") if a is None else a, version)

    os.urandom = posix.urandom = random._urandom = urandom
    random.Random.seed = seed
    # It was bound before.
    random.seed = random._inst.seed


def _replace_files():
    for module in (builtins, io):
        module.open = _refusing(module.open, _NO_FILES.format("open"))
    io.open_code = _refusing(io.open_code, _NO_FILES.format("open_code"))
    builtin = type(len)
    for name, function in list(vars(posix).items()):
        if isinstance(function, builtin) and name not in _HARMLESS:
            text = _NO_PROCESS if name in ("_exit", "abort", "kill", "system") else _NO_FILES
            refusing = _refusing(function, text.format(f"os.{name}"))
            setattr(posix, name, refusing)
            if getattr(os, name, None) is function:
                setattr(os, name, refusing)


def _late_replacements():
    """Of modules that only some plugins load."""
    socket = sys.modules.get("socket")
    if socket is not None:
        for name in ("getaddrinfo", "gethostbyname", "gethostname", "socketpair"):
            if hasattr(socket, name):
                setattr(socket, name, _refusing(None, _NO_NETWORK.format(f"socket.{name}")))
        socket.socket.__init__ = _refusing(None, _NO_NETWORK.format("socket.socket"))
    threading = sys.modules.get("threading")
    if threading is not None:
        threading.Thread.start = _refusing(None, _NO_PROCESS.format("threading.Thread"))
    node = sys.modules.get("uuid")
    if node is not None:
        own = int.from_bytes(_environment.random_bytes(6), "big") | 1 << 40
        node.getnode = lambda: own


def _refusing(plain, message):
    def refusing(*arguments, **named):
        if not _live:
            return plain(*arguments, **named)
        raise Unavailable(message)

    return refusing
