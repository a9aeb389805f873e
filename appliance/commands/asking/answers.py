"""Print a struct that answers, for a person: a line a field, what is inside below it."""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum

import click
import msgspec
from msgspec import Struct

from appliance.config.mistakes import Mistake
from appliance.errors import shown
from appliance.language import language_of
from appliance.model.findings import Finding
from appliance.model.sentences.lacking import Lacking

MOMENTS = range(10**9, 4 * 10**9)
"""What a decimal number means the time of day from 2001 to 2096: the link counts in seconds since
1970, and no other figure is as large."""


def tell(answer: Struct) -> None:
    """Print an answer."""
    lines = list(_struct(answer))
    for line in lines or ("Done.",):
        click.echo(line)


def _struct(value: Struct) -> Iterator[str]:
    language = language_of(os.environ)
    if isinstance(value, Finding):
        yield f"{value.level:4}  {shown(value.sentence(language))}"
        return
    if isinstance(value, Mistake):
        yield value.framed("", language)
        return
    if isinstance(value, Lacking):
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
        return [line for each in value for line in _item(each)] or ["none"]
    return [_scalar(value)]


def _item(value: object) -> Iterator[str]:
    first, *rest = _lines(value)
    yield f"- {first}"
    yield from (f"  {line}" for line in rest)


def _scalar(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and int(value) in MOMENTS:
        return datetime.fromtimestamp(value).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")
    if isinstance(value, Enum):
        return shown(value.value)
    if isinstance(value, bytes):
        return msgspec.json.encode(value).decode().strip('"')
    return shown(value)
