"""Find a recording by its id, or by the digits of it that the panel prints."""

import re

import click

from appliance.commands.helpers.operator import Operator
from appliance.commands.helpers.refusals import said_of
from appliance.errors import Refused
from appliance.link.requests.audit import FindRecordings

_WHOLE, _SHORT = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{8,31}")


def whole_id(operator: Operator, typed: str) -> str:
    """Return a recording's whole id; the first 8 digits, as the panel prints them, will do.

    Raises:
        click.UsageError: it is no id, or several recordings begin like this.
        Refused: ``no_recording``.
    """
    typed = typed.strip().rstrip("…").lower()
    if _WHOLE.fullmatch(typed):
        return typed
    if not _SHORT.fullmatch(typed):
        raise click.UsageError(said_of("not_a_recording", id=typed))
    found = operator.ask(FindRecordings(typed)).recordings
    if not found:
        raise Refused("no_recording", id=typed)
    if len(found) > 1:
        raise click.UsageError(said_of("several_recordings", id=typed, known=tuple(found)))
    return found[0]
