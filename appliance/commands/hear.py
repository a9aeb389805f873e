"""Run ``zgoda hear``: the box's ears on a sound file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from appliance.commands.helpers.options import print_json
from appliance.commands.helpers.presses import pressed
from appliance.commands.helpers.refusals import said_of
from appliance.commands.helpers.sound_file import (
    RAW_ENDINGS,
    RAW_FORMS,
    Channels,
    Raw,
    blocks_of,
    channels_in,
)
from appliance.commands.helpers.terminal import here
from appliance.config.mistakes import Invalid, mistake
from appliance.config.validators import valid_country
from appliance.hearing.file import FileDetectors
from appliance.language import N_, language_of
from appliance.model.audio import RATE
from appliance.model.events import CallerId, DigitPressed, Event, ToneHeard, VoiceHeard
from appliance.model.terms import Side

TAKEN_AS = N_(
    "Nothing was heard in %(path)s. It was taken as %(form)s, samples a second: %(rate)s, "
    "channels: %(channels)s. See --raw, --rate and --channels."
)

SIDES = {
    "both": Channels(("both",)),
    "far,near": Channels(("far", "near"), (0, 1)),
    "near,far": Channels(("far", "near"), (1, 0)),
    "voltage,current": Channels(("voltage", "current"), (0, 1)),
}
"""Word for ``--sides`` -> the sides and channels of the file."""


def _country(context: click.Context, option: click.Parameter, value: str) -> str:
    """Return a country's two capital letters, as in the configuration."""
    try:
        return valid_country("GB" if value.upper() == "UK" else value.upper())
    except Invalid as error:
        sentence = mistake((), error.code, **error.values).sentence(language_of(os.environ))
        raise click.BadParameter(sentence) from error


@click.command(
    short_help="Print the keys, tones and caller ID in a sound file.",
    epilog="\b\nExample: zgoda hear call.wav\n"
    '{"at":0.352,"event":"digit","key":"1","ms":50,"dbm0":-9.8,"twist_db":1.2,'
    '"deviation_percent":0.1,"confidence":0.97}\n'
    "\b\nCaller on the left channel, office on the right:\n"
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
    help="What the channels carry; 'both' mixes them into one.",
)
@click.option(
    "--raw",
    "form",
    type=click.Choice(list(RAW_FORMS)),
    help="Read the file as samples of this form without a header, lower byte first. By default "
    ".raw and .pcm are s16, .al is alaw, .ul is ulaw.",
)
@click.option("--rate", type=int, help="Raw samples: samples a second.  [default: 8000]")
@click.option("--channels", type=int, help="Raw samples: channels, 1 or 2.  [default: 1]")
@click.option(
    "--country",
    default="PL",
    show_default=True,
    callback=_country,
    help="The country of the network tones (ISO 3166).",
)
@click.option("--voices", is_flag=True, help="Also print the beginning and end of speech.")
def command(
    file: Path,
    sides: str,
    form: str | None,
    rate: int | None,
    channels: int | None,
    country: str,
    voices: bool,
) -> None:
    """Print the keys, tones and caller ID in a sound file, one JSON object a line.

    The command prints what the recorder would hear. It reads WAV and FLAC of any kind and raw
    samples, mono or stereo, at 8 to 48 kHz. Each key has its length, its level in dBm0 (both tones
    together), its twist, its frequency deviation and a confidence. The tones are those of networks
    and machines.

    Keys that would be caller ID before an answer are printed as keys and as caller ID, except for
    plain digits and their end. A tone under 60 ms is not printed if it leaked through a gateway,
    which then made the same key again, longer and within 100 ms.
    """
    raw, heard = _raw(file, form, rate, channels), False
    for event in pressed(_events(file, country, SIDES[sides], raw)):
        printed = as_printed(event, voices=voices)
        if printed is not None:
            heard = True
            print_json(printed)
    for hint in _hints(file, SIDES[sides], raw, heard):
        click.echo(hint, err=True)


def _hints(file: Path, channels: Channels, raw: Raw | None, heard: bool) -> Iterator[str]:
    """Yield hints where the options may not fit the file."""
    if not channels.order and channels_in(file, raw) > 1:
        yield here(N_("Both channels were mixed into one; --sides far,near hears each by itself."))
    if heard:
        return
    if raw is None:
        yield here(N_("No key, tone or caller ID was heard in %(path)s."), path=file)
    else:
        of = {"path": file, "form": raw.form, "rate": raw.rate, "channels": raw.channels}
        yield here(TAKEN_AS, **of)


def _events(file: Path, country: str, channels: Channels, raw: Raw | None) -> Iterator[Event]:
    """Yield the events that the ears hear in a file."""
    hearing = FileDetectors(file.name, country, channels.sides)
    for sound in blocks_of(file, channels, raw):
        yield from hearing.hear_at_once(sound)


def _raw(file: Path, form: str | None, rate: int | None, channels: int | None) -> Raw | None:
    """Return the form of samples without a header; None for a file with a header."""
    form = form or RAW_ENDINGS.get(file.suffix.lower())
    if form is not None:
        return Raw(form, RATE if rate is None else rate, 1 if channels is None else channels)
    if rate is not None or channels is not None:
        raise click.UsageError(said_of("raw_unnamed"))
    return None


def as_printed(event: Event, *, voices: bool) -> dict[str, Any] | None:
    """Return an event as it is printed; None for events that are not printed."""
    match event:
        case DigitPressed():
            printed = _key(event)
        case CallerId():
            printed = _caller(event)
        case ToneHeard():
            printed = {"event": "tone", "tone": event.tone.value}
        case VoiceHeard() if voices:
            printed = {"event": "voice", "active": event.active}
        case _:
            return None
    side = getattr(event, "side", Side.UNSURE)
    printed |= {} if side is Side.UNSURE else {"side": side.value}
    return {"at": round(max(0, event.sample) / RATE, 3), **printed}


def _key(event: DigitPressed) -> dict[str, Any]:
    figures = ("key", "ms", "dbm0", "twist_db", "deviation_percent", "confidence")
    return {"event": "digit", **{name: getattr(event, name) for name in figures}}


def _caller(event: CallerId) -> dict[str, Any]:
    """Keep a number that the caller withheld apart from one that the network does not have."""
    return {
        "event": "caller_id",
        "number": event.number,
        "name": event.name,
        "withheld": event.withheld,
        "unavailable": event.number is None and not event.withheld,
    }
