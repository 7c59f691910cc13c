"""Modules of Python that plugins commonly need, loaded while the plugin is built: a component has no files to load from
later. Whatever else an author imports at the top of a file is loaded too.
"""

from __future__ import annotations

import codecs
import importlib

# fmt: off
_MODULES = (
    "array", "base64", "binascii", "bisect", "calendar", "cmath", "codecs", "collections", "collections.abc",
    "colorsys", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "email.utils", "enum",
    "errno", "fnmatch", "fractions", "functools", "hashlib", "heapq", "hmac", "html", "html.entities",
    "html.parser", "importlib.resources", "io", "ipaddress", "itertools", "json", "json.encoder", "linecache",
    "locale", "logging", "math", "numbers", "operator", "pprint", "random", "re", "secrets", "shlex", "statistics",
    "string", "struct", "textwrap", "time", "traceback", "types", "typing", "unicodedata", "urllib.parse", "uuid",
    "warnings", "weakref", "xml.etree.ElementTree", "xml.sax.saxutils", "zlib", "zoneinfo",
)
# fmt: on

# fmt: off
_ENCODINGS = (
    "ascii", "base64", "cp1252", "hex", "idna", "latin-1", "iso8859-15", "punycode", "raw-unicode-escape", "rot13",
    "unicode-escape", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
)
# fmt: on


def load() -> None:
    """Loads them, and uses those that load more at their first use."""
    for name in _MODULES:
        importlib.import_module(name)
    for name in _ENCODINGS:
        codecs.lookup(name)
    _use()


def _use() -> None:
    import datetime
    import decimal
    import hashlib
    import hmac
    import traceback
    import uuid

    hmac.new(b"key", b"message", "sha256").hexdigest()
    hmac.digest(b"key", b"message", hashlib.sha512)
    for name in sorted(hashlib.algorithms_available):
        hashlib.new(name)
    datetime.datetime.strptime("2026-01-02T03:04:05+0000", "%Y-%m-%dT%H:%M:%S%z")
    str(decimal.Decimal("1.10").quantize(decimal.Decimal("0.1")))
    uuid.uuid5(uuid.NAMESPACE_DNS, "example.com")
    try:
        raise KeyError("x")
    except KeyError:
        traceback.format_exc()
