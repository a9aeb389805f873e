"""Export a recording as one sound file, pauses and gaps at their true length."""

from datetime import datetime
from typing import Literal

from appliance.keeper.reading.reading import Reading
from appliance.keeper.reading.wav import Wav
from appliance.link.requests.calls import Range
from appliance.model.audio import RATE
from appliance.model.records import CallRecord

Format = Literal["wav", "flac"]

_CONTENT = {"wav": "audio/wav", "flac": "audio/flac"}
_STEP = 600 * RATE
"""Samples read at once."""


def export(reading: Reading, call: CallRecord, form: Format) -> tuple[Range, bytes]:
    """Return the whole sound, 16-bit PCM of 8 kHz, as WAV or FLAC.

    Raises:
        Refused: ``locked``.
        KeyLost, FileFormatError, VaultError: as ``Reading.summary``.
    """
    raw = reading.flac(call.recording) if form == "flac" else _wav(reading, call.recording)
    answer = Range(0, len(raw), len(raw), _CONTENT[form], filename(call, form))
    return answer, raw


def filename(call: CallRecord, form: Format) -> str:
    """Return a file name with the call's time and nothing about the caller."""
    when = datetime.fromtimestamp(call.meta.started_at).strftime("%Y-%m-%d-%H%M")
    return f"call-{when}-{call.recording[:8]}.{form}"


def _wav(reading: Reading, recording: str) -> bytes:
    summary = reading.summary(recording)
    wav = Wav(summary.channels, summary.samples)
    pieces = [wav.header()]
    for start in range(0, wav.samples, _STEP):
        pieces.append(reading.sound(recording, start, min(_STEP, wav.samples - start)))
    return b"".join(pieces)
