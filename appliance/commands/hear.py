"""``zgoda hear``: the box's ears on a sound file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import numpy as np
import soundfile
import soxr

from appliance.errors import FileFormatError
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides
from appliance.model.events import CallerId, DigitPressed, Event, ToneHeard, VoiceHeard
from appliance.model.terms import Side
from appliance.recorder.hearing import Hearing
from appliance.signals.pcm import FULL_SCALE, to_sound

SIDES: dict[str, Sides] = {
    "both": ("both",),
    "far,near": ("far", "near"),
    "voltage,current": ("voltage", "current"),
}
LOWEST_RATE, HIGHEST_RATE = 8000, 48000
_BLOCK = 16384
_TAIL = RATE  # silence after the end, so that what sounds there is released


@click.command(
    short_help="Print the keys, tones and caller ID in a sound file.",
    epilog="\b\nExample: zgoda hear call.wav\n"
    '{"at":0.352,"event":"digit","key":"1","ms":50,"dbm0":-9.8,"twist_db":1.2,…}',
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--sides",
    type=click.Choice(list(SIDES)),
    default="both",
    show_default=True,
    help="What the channels carry; with 'both' they are mixed into one.",
)
@click.option("--country", default="PL", show_default=True, help="Whose network tones (ISO 3166).")
@click.option("--voices", is_flag=True, help="Print when somebody begins and stops speaking, too.")
def command(file: Path, sides: str, country: str, voices: bool) -> None:
    """Print the keys, tones and caller ID in a sound file, one JSON object a line.

    Reads WAV, FLAC and what else libsndfile knows, at 8 to 48 kHz. Levels are in dBm0, of both
    tones of a key together.
    """
    hearing = Hearing(file.name, country, SIDES[sides])
    for frame in frames_of(file, SIDES[sides]):
        for event in hearing.hear(frame):
            told = told_of(event, voices=voices)
            if told is not None:
                click.echo(msgspec.json.encode(told).decode())


def told_of(event: Event, *, voices: bool) -> dict[str, Any] | None:
    """Return an event as it is printed, or None if it is not."""
    match event:
        case DigitPressed():
            told = {
                "event": "digit",
                "key": event.key,
                "ms": event.ms,
                "dbm0": event.dbm0,
                "twist_db": event.twist_db,
                "confidence": event.confidence,
            }
        case CallerId():
            told = {
                "event": "caller_id",
                "number": event.number,
                "name": event.name,
                "withheld": event.withheld,
            }
        case ToneHeard():
            told = {"event": "tone", "tone": event.tone.value}
        case VoiceHeard() if voices:
            told = {"event": "voice", "active": event.active}
        case _:
            return None
    side = getattr(event, "side", Side.UNSURE)
    told |= {} if side is Side.UNSURE else {"side": side.value}
    return {"at": round(max(0, event.sample) / RATE, 3), **told}


def frames_of(path: Path, sides: Sides) -> Iterator[AudioFrame]:
    """Read a sound file as frames of a line, a second of silence after it.

    Raises:
        FileFormatError: it is no sound, of another rate, or has too few channels.
    """
    try:
        file = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, OSError) as error:
        raise FileFormatError(f"{path} is not a sound file that can be read.") from error
    with file:
        _checked(path, file, len(sides))
        waiting = np.zeros((0, len(sides)))
        sample = 0
        for block in _resampled(file, len(sides)):
            waiting = np.concatenate((waiting, block))
            whole = waiting.shape[0] // FRAME * FRAME
            for start in range(0, whole, FRAME):
                sound = to_sound(waiting[start : start + FRAME].T * FULL_SCALE)
                yield AudioFrame(path.name, sample, np.ascontiguousarray(sound), sides)
                sample += FRAME
            waiting = waiting[whole:]


def _checked(path: Path, file: Any, channels: int) -> None:
    if not LOWEST_RATE <= file.samplerate <= HIGHEST_RATE:
        raise FileFormatError(
            f"{path} has {file.samplerate} samples a second; 8000 to 48000 can be heard."
        )
    if file.channels < channels:
        raise FileFormatError(f"{path} has one channel; two sides need two.")


def _resampled(file: Any, channels: int) -> Iterator[np.ndarray[Any, np.dtype[np.float64]]]:
    """Return blocks ``[samples, channels]`` at 8 kHz."""
    resampler = soxr.ResampleStream(file.samplerate, RATE, channels, dtype="float64")
    while True:
        try:
            block = file.read(_BLOCK, dtype="float64", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise FileFormatError(f"{file.name} breaks off: {error}") from error
        block = np.nan_to_num(block, posinf=1.0, neginf=-1.0)
        kept = block[:, :channels] if channels > 1 else block.mean(axis=1, keepdims=True)
        last = block.shape[0] < _BLOCK
        if file.samplerate == RATE:
            yield kept
        else:
            yield resampler.resample_chunk(np.ascontiguousarray(kept), last=last).reshape(
                -1, channels
            )
        if last:
            break
    yield np.zeros((_TAIL, channels))
