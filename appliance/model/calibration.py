"""Read and write a line's calibration, ``DATA/calibration/<line>.toml``.

``docs/calibration.md`` describes the file. It holds levels and frequencies of the keys that the
office pressed to enrol its phones, and nothing of a caller.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from appliance import toml
from appliance.structs import convert

QUIETEST_DB, LOUDEST_DB = -40.0, 20.0
"""A prompt level beyond these means a wiring mistake, not a calibration."""

Db = Annotated[float, Meta(ge=-80.0, le=20.0)]
ApartDb = Annotated[float, Meta(ge=-80.0, le=80.0)]
PromptDb = Annotated[float, Meta(ge=QUIETEST_DB, le=LOUDEST_DB)]
Twist = Annotated[float, Meta(ge=-20.0, le=20.0)]
Percent = Annotated[float, Meta(ge=-5.0, le=5.0)]
_NAME = r"[^\W_][\w .()-]{0,39}"
Name = Annotated[str, Meta(pattern=f"^{_NAME}$")]
Key = Annotated[str, Meta(pattern=r"^[0-9*#A-D]$")]
Day = Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


class KeyFigures(Struct, frozen=True, forbid_unknown_fields=True):
    """Measurements of one key press."""

    key: Key
    dbm0: Db  # both tones together
    twist_db: Twist  # high group minus low group
    low: Percent  # error of the low tone's frequency, in percent of the nominal one
    high: Percent  # error of the high tone's


Keys = Annotated[tuple[KeyFigures, ...], Meta(max_length=200)]


class PhoneFigures(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An enrolled phone of the office."""

    name: Name
    prompt_db: PromptDb | None = None  # prompt level with this phone alone off-hook
    alone: Keys = ()
    second: Keys = ()  # pressed with another phone off-hook too


class FarFigures(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The keys that the caller pressed in one test call."""

    name: Name
    keys: Keys = ()


class LineCalibration(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything the test calls showed about a line; without a file nothing is assumed."""

    version: Literal[1] = 1
    date: Day = ""
    prompt_db: PromptDb = 0.0
    """Level of a prompt on the line, relative to the prompt's own."""
    tones_db: ApartDb | None = None
    """Difference read on the line between two tones that the box plays 20 dB apart."""
    every_phone: bool = False
    """The office confirms that no other phone is on the line."""
    single_phone: bool = False
    """The office confirms that there is only one phone: no second one can be off-hook."""
    phone: Annotated[tuple[PhoneFigures, ...], Meta(max_length=40)] = ()
    far: Annotated[tuple[FarFigures, ...], Meta(max_length=40)] = ()


class NewerCalibration(ValueError):
    """A newer version of this program wrote a calibration."""

    def __init__(self, version: int) -> None:
        super().__init__(f"is of version {version}; this one knows 1")
        self.version = version


def valid_name(name: str) -> bool:
    """Return whether a phone or a test call may have this name."""
    return re.fullmatch(_NAME, name) is not None


def parse(text: str) -> LineCalibration:
    """Parse the file's text.

    Raises:
        ValueError: the text is invalid; the exception names the mistake.
        NewerCalibration: of a newer version.
    """
    values = toml.loads(text)
    version = values.get("version")
    if isinstance(version, int) and version > 1:
        raise NewerCalibration(version)
    return convert(values, LineCalibration)


def encode(calibration: LineCalibration) -> str:
    """Return the file's text."""
    return "\n".join(_lines(calibration)) + "\n"


def _lines(calibration: LineCalibration) -> Iterator[str]:
    yield f"version = {calibration.version}"
    if calibration.date:
        yield f'date = "{calibration.date}"'
    yield f"prompt_db = {calibration.prompt_db}"
    if calibration.tones_db is not None:
        yield f"tones_db = {calibration.tones_db}"
    yield f"every_phone = {str(calibration.every_phone).lower()}"
    yield f"single_phone = {str(calibration.single_phone).lower()}"
    for phone in calibration.phone:
        yield "\n[[phone]]"
        yield f'name = "{phone.name}"'
        if phone.prompt_db is not None:
            yield f"prompt_db = {phone.prompt_db}"
        yield from _keys("alone", phone.alone)
        yield from _keys("second", phone.second)
    for call in calibration.far:
        yield "\n[[far]]"
        yield f'name = "{call.name}"'
        yield from _keys("keys", call.keys)


def _keys(word: str, keys: Keys) -> Iterator[str]:
    yield f"{word} = ["
    for key in keys:
        figures = f"dbm0 = {key.dbm0}, twist_db = {key.twist_db}, low = {key.low}"
        yield f'    {{ key = "{key.key}", {figures}, high = {key.high} }},'
    yield "]"
