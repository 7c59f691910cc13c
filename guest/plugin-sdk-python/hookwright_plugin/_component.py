"""The component: answers the host's calls with what the author's plugin says. What componentize-py builds from.

Runs while the plugin is built: what this module has loaded when it ends is frozen into the component.
"""

# mypy: ignore-errors
# ruff: noqa: E402
# The bindings exist only where componentize-py makes them, and what is replaced must be so before it is imported.
from __future__ import annotations

from . import _environment, _surroundings

_environment.serve_nobody()
_surroundings.replace()

import gc
import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports import hooks
from wit_world.imports import environment, settings

from . import _author, _traces, _warm
from ._calls import Calls
from ._context import Context
from ._description import HOOKS
from ._errors import InvalidInput, Refused

_LEVELS = {
    "debug": environment.Level.DEBUG,
    "info": environment.Level.INFO,
    "warn": environment.Level.WARN,
    "error": environment.Level.ERROR,
}


class _Component:
    """The host, through the imports of the component."""

    now = staticmethod(environment.now)
    random_bytes = staticmethod(environment.random_bytes)
    settings_text = staticmethod(settings.all)

    def log(self, level, message):
        environment.log(_LEVELS[level], message.encode("utf-8", "backslashreplace").decode())


_warm.load()
_PLUGIN = _author.plugin()
_CALLS = Calls(_PLUGIN)
_HOST = _Component()


def _text(json_value):
    if json_value is None or isinstance(json_value, str):
        return json_value
    return json.dumps(json_value, ensure_ascii=False, separators=(",", ":"))


def _described():
    plugin = type(_PLUGIN)
    policies = {"fail-open": hooks.FailurePolicy.FAIL_OPEN, "fail-closed": hooks.FailurePolicy.FAIL_CLOSED}
    return hooks.Description(
        name=plugin.name,
        version=plugin.version,
        summary=plugin.told_summary(),
        author=plugin.author,
        homepage=plugin.homepage,
        interests=[
            hooks.Interest(HOOKS[method], interest.priority, list(interest.topics), [])
            for method, interest in plugin.interests().items()
        ],
        topics=[
            hooks.Topic(
                name=topic.name,
                title=topic.title,
                description=topic.description,
                group=topic.group,
                schema=_text(topic.schema),
                sample=_text(topic.sample),
                attributes=list(topic.attributes.items()),
            )
            for topic in plugin.topics
        ],
        settings_schema=_text(plugin.settings_schema),
        on_failure=policies[plugin.on_failure],
        attributes=list(plugin.attributes.items()),
    )


_DESCRIPTION = _described()
_live = False


def _begin():
    """The first call of an instance: from now on there is a host."""
    global _live
    _live = True
    _environment.serve(_HOST)
    _surroundings.live()


def _answer(call, *arguments):
    if not _live:
        _begin()
    try:
        return call(*arguments)
    except InvalidInput as error:
        raise Err(hooks.HookError_InvalidInput(_said(error))) from None
    except Refused as error:
        raise Err(hooks.HookError_Refused(_said(error))) from None
    except BaseException as error:  # sys.exit() too must not end the instance
        raise Err(hooks.HookError_Other(_traces.told(error))) from None
    finally:
        _surroundings.end_lines()


def _said(error):
    return str(error).encode("utf-8", "backslashreplace").decode()


class Hooks(exports.Hooks):
    """The exports."""

    def describe(self):
        return _DESCRIPTION

    def build_payload(self, context, data):
        return _answer(_CALLS.payload, "build_payload", Context.from_pairs(context), data)

    def filter_payload(self, context, data):
        return _answer(_CALLS.payload, "filter_payload", Context.from_pairs(context), data)

    def should_deliver(self, context, data):
        return _answer(_CALLS.should_deliver, Context.from_pairs(context), data)

    def filter_request(self, context, headers):
        return _answer(_CALLS.filter_request, Context.from_pairs(context), headers)

    def after_delivery(self, context, outcome):
        return _answer(_CALLS.after_delivery, Context.from_pairs(context), outcome)


_traces.told(ValueError("so that what tells an exception is loaded"))
_author.remember_sources()
# What is loaded now stays for good; the collector need not look at it again.
gc.collect()
gc.freeze()
