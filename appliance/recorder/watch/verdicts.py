"""Make findings of what a watch and a tone check have measured."""

from collections.abc import Iterator, Sequence

from appliance.config.settings import Line
from appliance.model.audio import Sides
from appliance.model.findings import Finding, find
from appliance.signals.condition import ChannelCondition
from appliance.signals.round_trip import RoundTrip

HUM_DBM0 = -40.0
"""Louder hum is told; keys are heard through more of it, people are not."""

OFFSET_PERCENT = 2.0
CLIPPED = 8
"""Samples in ten seconds; a click makes fewer."""

OFF_DB = 6.0
"""A prompt further off its level counts as not heard."""


def condition_found(
    line: Line, sides: Sides, channels: Sequence[ChannelCondition], *, alike: bool
) -> tuple[Finding, ...]:
    """Return what is wrong with the figures of a line; nothing if all is well.

    A digital line is silent between calls, as it should be.
    """
    found: list[Finding] = []
    for side, each in zip(sides, channels, strict=False):
        found += _of_channel(line.name, side, each, digital=line.digital)
    if alike and sides[0] != "both":
        found.append(find("sound.alike", line=line.name))
    return tuple(found)


def _of_channel(
    line: str, channel: str, measured: ChannelCondition, *, digital: bool
) -> Iterator[Finding]:
    about = {"line": line, "channel": channel}
    if measured.silent and not digital:
        yield find("sound.nothing", **about)
    if measured.clipped >= CLIPPED:
        yield find("sound.clips", count=measured.clipped, **about)
    if measured.hum_hz and measured.hum_dbm0 > HUM_DBM0:
        level, hertz = round(measured.hum_dbm0), measured.hum_hz
        yield find("sound.hums", level=level, hertz=hertz, **about)
    if abs(measured.offset_percent) > OFFSET_PERCENT and not digital:
        yield find("sound.offset", percent=round(measured.offset_percent, 1), **about)


def check_found(line: str, trip: RoundTrip, expected_db: float) -> tuple[Finding, ...]:
    """Return what a tone check has shown.

    Args:
        line: its name.
        trip: what came back.
        expected_db: level at which the box's sound arrives as far as is known, against its own.
    """
    found = []
    if trip.controlled:
        apart, dial = f"{trip.apart_db:.1f}", f"{trip.pilot_db:.1f}"
        found.append(find("sound.controls_gain", line=line, apart=apart, dial=dial))
    else:
        level = f"{trip.level_db:+.1f}"
        ms = round(trip.samples / 8)
        found.append(find("sound.tones_back", line=line, ms=ms, level=level))
    if abs(trip.level_db - expected_db) > OFF_DB:
        level = f"{trip.level_db - expected_db:+.1f}"
        found.append(find("sound.speaks_off", line=line, level=level))
    return tuple(found)
