"""The author's file `plugin.py`: which class in it is the plugin, and whether a host would take it.

Runs while the plugin is built; a fault ends the build with one line.
"""

from __future__ import annotations

import importlib
import linecache
import os
import re
import sys
import traceback

from ._faults import faults
from ._plugin import Plugin

_MODULE = "plugin"

#: Where files that are not the author's begin.
_FOREIGN = ("<frozen", "/python/", os.path.dirname(__file__))


class NotAPlugin(Exception):
    """The author's files are no plugin; says what to change."""


def plugin() -> Plugin:
    """An instance of the class in `plugin.py` that derives from `Plugin`."""
    try:
        module = importlib.import_module(_MODULE)
    except BaseException as error:  # whatever it is, the author must read it
        raise NotAPlugin(_told(error)) from None
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Plugin) and value.__module__ == _MODULE
    ]
    if len(classes) != 1:
        names = ", ".join(one.__name__ for one in classes) or "none"
        raise NotAPlugin(f"{_MODULE}.py must have one class that derives from `Plugin`; it has {names}")
    found = faults(classes[0])
    if found:
        raise NotAPlugin("\n".join(["a host would not take the description:", *found]))
    return classes[0]()


def _told(error: BaseException) -> str:
    """As Python tells it, without the way through this package and without where the folders lie while it is built."""
    walked = error.__traceback__
    while walked is not None and walked.tb_frame.f_code.co_filename.startswith(_FOREIGN):
        walked = walked.tb_next
    lines = traceback.format_exception(type(error), error, walked)
    return re.sub(r'File "/[0-9]+/', 'File "', "".join(lines)).strip()


def remember_sources() -> None:
    """Keeps the lines of the author's modules: a traceback that is printed in the component shows them."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and not file.startswith(("/python/", "/bundled/", "/world/")):
            lines = linecache.getlines(file)
            # Without a time of change the lines are never looked at again.
            linecache.cache[file] = (sum(map(len, lines)), None, lines, file)
