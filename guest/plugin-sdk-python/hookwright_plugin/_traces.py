"""How an exception is told to the site owner: in one line, with the places in the author's own files.

Reads no file, which a component cannot.
"""

from __future__ import annotations

import sys
import sysconfig
import traceback
from pathlib import PurePath

#: The most characters of the exception's own message.
_LONGEST = 2_000
#: The most places that are told, from where it happened to where it began.
_MOST_PLACES = 6

_OWN = str(PurePath(__file__).parent)
_STANDARD = sysconfig.get_path("stdlib") or ""


def told(error: BaseException) -> str:
    """The exception, where it happened and what led there: `KeyError: 'total', at plugin.py:30 in total_of`."""
    text = _message(error)
    codes = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    places = [(code, line) for code, line in codes if not _is_foreign(code.co_filename)]
    if len(places) > _MOST_PLACES:
        places = [*places[:1], *places[1 - _MOST_PLACES :]]
    for at, (code, line) in enumerate(reversed(places)):
        text += f", {'called at' if at else 'at'} {_shown(code.co_filename)}:{line} in {code.co_name}"
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        text += f" (because of {_message(cause)})"
    return text.encode("utf-8", "backslashreplace").decode()


def _message(error: BaseException) -> str:
    name = type(error).__name__
    try:
        text = str(error)
    except Exception:  # an exception of the author's may have a broken __str__
        return name
    return f"{name}: {text[:_LONGEST]}" if text else name


def _is_foreign(filename: str) -> bool:
    within = (_OWN, _STANDARD, "/python", "/bundled") if sys.platform == "wasi" else (_OWN, _STANDARD)
    return filename.startswith("<frozen") or any(folder and filename.startswith(folder) for folder in within)


def _shown(filename: str) -> str:
    path = PurePath(filename)
    for folder in sys.path:
        if folder and path.is_relative_to(folder):
            return str(path.relative_to(folder))
    return path.name
