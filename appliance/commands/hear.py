"""``zgoda hear``: the box's ears on a sound file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from appliance.commands.helpers.presses import pressed
from appliance.commands.helpers.sound_file import (
    RAW_ENDINGS,
    RAW_FORMS,
    Channels,
    Raw,
    blocks_of,
    channels_in,
)
from appliance.config.validators import Invalid, valid_country
from appliance.hearing.file import FileHearing
from appliance.model.audio import RATE
from appliance.model.events import CallerId, DigitPressed, Event, ToneHeard, VoiceHeard
from appliance.model.terms import Side

SIDES = {
    "both": Channels(("both",)),
    "far,near": Channels(("far", "near"), (0, 1)),
    "near,far": Channels(("far", "near"), (1, 0)),
    "voltage,current": Channels(("voltage", "current"), (0, 1)),
}
"""What the channels of a file carry, by the word for it."""


def _country(context: click.Context, option: click.Parameter, value: str) -> str:
    """Return a country's two capital letters, as the configuration takes them."""
    try:
        return valid_country("GB" if value.upper() == "UK" else value.upper())
    except Invalid as error:
        raise click.BadParameter(f"{error}.") from error


@click.command(
    short_help="Print the keys, tones and caller ID in a sound file.",
    epilog="\b\nExample: zgoda hear call.wav\n"
    '{"at":0.352,"event":"digit","key":"1","ms":50,"dbm0":-9.8,"twist_db":1.2,'
    '"deviation_percent":0.1,"confidence":0.97}\n'
    "\b\nThe caller on the left channel, the office on the right one:\n"
    "zgoda hear call.flac --sides far,near\n"
    "\b\nSamples without a header, as a telephone network carries them:\n"
    "zgoda hear call.bin --raw alaw\n"
    "zgoda hear call.raw --rate 16000 --channels 2",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--sides",
    type=click.Choice(list(SIDES)),
    default="both",
    show_default=True,
    help="What the channels carry; with 'both' they are mixed into one.",
)
@click.option(
    "--raw",
    "form",
    type=click.Choice(list(RAW_FORMS)),
    help="The file has no header and holds such samples, the lower byte first. Without this,"
    " .raw and .pcm are taken as s16, .al as alaw, .ul as ulaw.",
)
@click.option("--rate", type=int, help="Of raw samples: how many a second.  [default: 8000]")
@click.option("--channels", type=int, help="Of raw samples: one or two.  [default: 1]")
@click.option(
    "--country",
    default="PL",
    show_default=True,
    callback=_country,
    help="Whose network tones (ISO 3166).",
)
@click.option("--voices", is_flag=True, help="Print when somebody begins and stops speaking, too.")
def command(
    file: Path,
    sides: str,
    form: str | None,
    rate: int | None,
    channels: int | None,
    country: str,
    voices: bool,
) -> None:
    """Print what the recorder would hear in a sound file, one JSON object a line.

    Reads WAV and FLAC of any kind and raw samples, mono or stereo, at 8 to 48 kHz. Keys come with
    their length, their level in dBm0 (both tones together), their twist, how far their frequencies
    are off and how sure they are; besides them tones of networks and machines, and caller ID, also
    of keys that would be one before an answer, but for plain digits and what ends them. A tone
    under 60 ms before the same key, made anew within 100 ms and longer, leaked: it is not
    printed.
    """
    raw, heard = _raw(file, form, rate, channels), False
    for event in pressed(_events(file, country, SIDES[sides], raw)):
        told = told_of(event, voices=voices)
        if told is not None:
            heard = True
            click.echo(msgspec.json.encode(told).decode())
    for hint in _hints(file, SIDES[sides], raw, heard):
        click.echo(hint, err=True)


def _hints(file: Path, channels: Channels, raw: Raw | None, heard: bool) -> Iterator[str]:
    """Yield what may not be as it was meant."""
    if not channels.order and channels_in(file, raw) > 1:
        yield "Both channels were mixed into one; --sides far,near hears each by itself."
    if heard:
        return
    if raw is None:
        yield f"No key, tone or caller ID was heard in {file}."
    else:
        form = f"{raw.form}, {raw.rate} samples a second, {raw.channels} channel(s)"
        yield f"Nothing was heard in {file}, taken as {form}: see --raw, --rate and --channels."


def _events(file: Path, country: str, channels: Channels, raw: Raw | None) -> Iterator[Event]:
    """Yield what the ears hear in a file."""
    hearing = FileHearing(file.name, country, channels.sides)
    for sound in blocks_of(file, channels, raw):
        yield from hearing.hear_at_once(sound)


def _raw(file: Path, form: str | None, rate: int | None, channels: int | None) -> Raw | None:
    """Return how samples without a header are to be taken, None for a file that says so itself."""
    form = form or RAW_ENDINGS.get(file.suffix.lower())
    if form is not None:
        return Raw(form, RATE if rate is None else rate, 1 if channels is None else channels)
    if rate is not None or channels is not None:
        raise click.UsageError(
            "--rate and --channels are for raw samples; say of which form with --raw."
        )
    return None


def told_of(event: Event, *, voices: bool) -> dict[str, Any] | None:
    """Return an event as it is printed, or None if it is not."""
    match event:
        case DigitPressed():
            told = _key(event)
        case CallerId():
            told = _caller(event)
        case ToneHeard():
            told = {"event": "tone", "tone": event.tone.value}
        case VoiceHeard() if voices:
            told = {"event": "voice", "active": event.active}
        case _:
            return None
    side = getattr(event, "side", Side.UNSURE)
    told |= {} if side is Side.UNSURE else {"side": side.value}
    return {"at": round(max(0, event.sample) / RATE, 3), **told}


def _key(event: DigitPressed) -> dict[str, Any]:
    return {
        "event": "digit",
        "key": event.key,
        "ms": event.ms,
        "dbm0": event.dbm0,
        "twist_db": event.twist_db,
        "deviation_percent": event.deviation_percent,
        "confidence": event.confidence,
    }


def _caller(event: CallerId) -> dict[str, Any]:
    """Keep apart why a number is missing: the caller withheld it, or the network has none."""
    return {
        "event": "caller_id",
        "number": event.number,
        "name": event.name,
        "withheld": event.withheld,
        "unavailable": event.number is None and not event.withheld,
    }
