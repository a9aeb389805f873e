"""Print a struct that answers, for a person: a line a field, what is inside below it."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import click
import msgspec
from msgspec import Struct

from appliance.commands.helpers.terminal import here, yes_or_no
from appliance.config.mistakes import Mistake
from appliance.errors import shown
from appliance.language import N_, language_of
from appliance.link.requests.calls import (
    CallDetail,
    Certificates,
    ErasureCertificate,
    UnreadableDetail,
)
from appliance.link.requests.papers.certificates import CertificateList
from appliance.model.findings import Finding
from appliance.model.records import LineStatus, Unreal
from appliance.model.sentences.faults import DeviceFault
from appliance.model.sentences.heard import CERTIFIES_ERASURE_ALONE, NOT_KNOWN
from appliance.model.sentences.lacking import Lacking

MOMENTS = range(10**9, 4 * 10**9)
"""What a decimal number means the time of day from 2001 to 2096: the link counts in seconds since
1970, and no other figure is as large."""


FITTING = 72
"""Characters of a list that stands on one line."""


def tell(answer: Struct) -> None:
    """Print an answer."""
    lines = list(_struct(answer))
    for line in lines or (here(N_("Done.")),):
        click.echo(line)


def unreal_in(value: object) -> Iterator[Unreal]:
    """Yield why lines were no telephone lines, of all that an answer tells of."""
    if isinstance(value, Struct):
        if isinstance(value, LineStatus) and not (value.call_since or value.outcome):
            return  # a line that has told of no call yet
        marks: Any = getattr(value, "unreal", "")
        told: Iterable[Unreal] = dict(marks).values() if isinstance(marks, tuple) else (marks,)
        yield from told
        value = [getattr(value, name) for name in value.__struct_fields__]
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, tuple | list):
        for each in value:
            yield from unreal_in(each)


def say_what_is_not_known(answer: Struct) -> None:
    """Say of what cannot be opened, or was erased, that nobody can tell what its line was."""
    if isinstance(answer, UnreadableDetail) or (
        isinstance(answer, CallDetail) and answer.rule is None
    ):
        click.echo(here(NOT_KNOWN))
    elif isinstance(answer, ErasureCertificate | Certificates | CertificateList):
        click.echo(here(CERTIFIES_ERASURE_ALONE))


def _struct(value: Struct) -> Iterator[str]:
    language = language_of(os.environ)
    if isinstance(value, Finding):
        yield f"{value.level:4}  {shown(value.sentence(language))}"
        return
    if isinstance(value, Mistake):
        yield value.framed("", language)
        return
    if isinstance(value, Lacking | DeviceFault):
        yield value.sentence(language)
        return
    yield from _named({field: getattr(value, field) for field in value.__struct_fields__})


def _named(values: Mapping[str, object]) -> Iterator[str]:
    width = max(map(len, values), default=0)
    for name, value in values.items():
        first, *rest = _lines(value)
        begin = f"{shown(name):{width}}  "
        if rest:
            yield shown(name)
            yield from (f"    {line}" for line in (first, *rest))
        else:
            yield f"{begin}{first}"


def _lines(value: object) -> list[str]:
    """Return a value in one line or more."""
    if isinstance(value, str):
        return [shown(line) for line in value.splitlines()] or ["-"]
    if isinstance(value, Struct):
        return list(_struct(value)) or ["-"]
    if isinstance(value, Mapping):
        return list(_named({str(name): each for name, each in value.items()})) or ["-"]
    if isinstance(value, tuple | list):
        return _list(value)
    return [_scalar(value)]


def _list(values: Sequence[object]) -> list[str]:
    """Return a list on one line if it fits there, else each item from a line of its own on."""
    if not values:
        return [here(N_("none"))]
    lines = [_lines(each) for each in values]
    flat = ", ".join(line for each in lines for line in each)
    if all(len(each) == 1 for each in lines) and len(flat) <= FITTING:
        return [flat]
    return [line for each in values for line in _item(each)]


def _item(value: object) -> Iterator[str]:
    first, *rest = _lines(value)
    yield f"- {first}"
    yield from (f"  {line}" for line in rest)


def _scalar(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, float) and int(value) in MOMENTS:
        return datetime.fromtimestamp(value).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")
    if isinstance(value, Enum):
        return shown(value.value)
    if isinstance(value, bytes):
        return msgspec.json.encode(value).decode().strip('"')
    return shown(value)
