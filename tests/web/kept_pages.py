"""Compile templates and addresses once a run: every test has a panel of its own, all alike.

werkzeug writes and compiles two functions for each of the panel's hundred addresses, which takes
more than anything else in a panel's start.
"""

from collections.abc import Callable
from types import CodeType
from typing import ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Build = Callable[..., tuple[str, str]]


class KeptTemplates(BytecodeCache):
    """Compiled templates by name and source."""

    _kept: ClassVar[dict[tuple[str, str], CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what an earlier panel compiled."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


def keep_templates() -> None:
    """Let every panel of this process share what it compiles."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KeptTemplates()}


def keep_addresses() -> None:
    """Let every panel of this process share the functions that build its addresses.

    They take the rule that they build for as an argument, so that equal rules can share them.
    """
    made: dict[tuple[object, ...], Build] = {}
    make = Rule._compile_builder

    def kept(rule: Rule, append_unknown: bool = True) -> Build:
        if rule.defaults:
            return make(rule, append_unknown)
        key = (rule.rule, *rule._trace, append_unknown)
        if key not in made:
            made[key] = make(rule, append_unknown)
        return made[key]

    Rule._compile_builder = kept  # type: ignore[method-assign, assignment]
