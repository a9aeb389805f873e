"""Find a recording by its id, or by the digits of it that the panel prints."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import click

from appliance.commands.helpers.operator import Operator
from appliance.commands.helpers.refusals import said_of
from appliance.errors import Refused
from appliance.link.registry import AnyOperation
from appliance.link.requests.audit import FindRecordings
from appliance.model.records import Unreal

_WHOLE, _SHORT = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{8,31}")


class NamedRecording(NamedTuple):
    """A recording that a command is about."""

    id: str
    unreal: Unreal
    """Of its line; empty too where nothing opens it now."""


def named_recording(operator: Operator, typed: str) -> NamedRecording:
    """Return a recording by its id; the first 8 digits, as the panel prints them, will do.

    Raises:
        click.UsageError: it is no id, or several recordings begin like this.
        Refused: ``no_recording``.
    """
    typed = typed.strip().rstrip("…").lower()
    if _WHOLE.fullmatch(typed):
        return NamedRecording(typed, _unreal(operator, typed))
    if not _SHORT.fullmatch(typed):
        raise click.UsageError(said_of("not_a_recording", id=typed))
    found = operator.ask(FindRecordings(typed))
    if not found.recordings:
        raise Refused("no_recording", id=typed)
    if len(found.recordings) > 1:
        raise click.UsageError(said_of("several_recordings", id=typed, known=found.recordings))
    return NamedRecording(found.recordings[0], dict(found.unreal).get(found.recordings[0], ""))


def unreal_named(operator: Operator, operation: AnyOperation) -> dict[str, Unreal]:
    """Return which recordings that an operation names were made on no telephone line, and why."""
    if not operator.may(type(operation)):
        return {}
    marks = {rid: _unreal(operator, rid) for rid in _ids(operation)}
    return {rid: mark for rid, mark in marks.items() if mark}


def _ids(operation: AnyOperation) -> Iterator[str]:
    """Yield what a field of an operation names by a whole id."""
    for name in operation.__struct_fields__:
        value = getattr(operation, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str) and _WHOLE.fullmatch(each):
                yield each


def _unreal(operator: Operator, recording: str) -> Unreal:
    """Return why a recording's line was none, to who may find recordings."""
    if operator.may(FindRecordings):
        with suppress(Refused):
            return dict(operator.ask(FindRecordings(recording)).unreal).get(recording, "")
    return ""
