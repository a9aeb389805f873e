"""Make a file of a call's whole sound in pieces, in constant memory, on no disk.

An export reads twice: first the whole file's digest, then its sound. The reader of the pieces
decides the pace; nothing is done ahead, so closing an iterator ends the work at once.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from appliance.keeper.reading.protocol import Format
from appliance.keeper.reading.wav import Wav
from appliance.keeper.unlocked.segments import Segments
from appliance.model.audio import RATE

DIGESTED = 4 * 2**20
"""Bytes of the digest between two turns of other requests: 4 ms here, 0.1 s from a slow card."""

PIECE = 2**18
"""Bytes of sound in a piece: 8 s of two channels."""

_PIPE = 2 * PIECE
_TOTAL_AT = 18
"""Where STREAMINFO holds rate, channels, bits and, in the last 36 bits, the number of samples."""


def pieces(joined: Segments, form: Format) -> Iterator[bytes]:
    """Yield the pieces of a WAV or FLAC file; empty ones while the digest is taken.

    Raises:
        Tampered: a file is not the sealed one, or was changed while it was read.
    """
    for _ in joined.prove(DIGESTED):
        yield b""
    yield from (_flac if form == "flac" else _wav)(joined)


def total_bytes(joined: Segments, form: Format) -> int | None:
    """Return the size of the file to come; None if only its end will show it."""
    return Wav(joined.channels, joined.samples).total if form == "wav" else None


def _wav(joined: Segments) -> Iterator[bytes]:
    wav = Wav(joined.channels, joined.samples)
    yield wav.header()
    step = PIECE // (2 * wav.channels)
    for start in range(0, wav.samples, step):
        sound = joined.read(start, min(step, wav.samples - start))
        yield sound.T.astype("<i2").tobytes()


def _flac(joined: Segments) -> Iterator[bytes]:
    import soundfile  # noqa: PLC0415 - takes time and memory that reading alone does not need

    # A pipe, since libsndfile would need callbacks for Python's own files, in memory that is
    # writable and executable, which the unit denies. Sound is written in steps that fit into it.
    out, into = os.pipe()
    try:
        with contextlib.suppress(OSError):  # a limit for all pipes of a user
            fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, _PIPE)
        step = fcntl.fcntl(into, fcntl.F_GETPIPE_SZ) // (4 * joined.channels)
        os.set_blocking(out, False)
        samples, first = joined.samples, True
        with soundfile.SoundFile(
            into, "w", RATE, joined.channels, "PCM_16", format="FLAC", closefd=False
        ) as file:
            for start in range(0, samples, step):
                file.write(joined.read(start, min(step, samples - start)).T)
                if piece := _drained(out):
                    yield _with_total(piece, samples) if first else piece
                    first = False
        piece = _drained(out)
        yield _with_total(piece, samples) if first else piece
    finally:
        os.close(into)
        os.close(out)


def _drained(out: int) -> bytes:
    """Return everything that stands in a pipe."""
    try:
        return os.read(out, _PIPE)
    except BlockingIOError:
        return b""


def _with_total(begin: bytes, samples: int) -> bytes:
    """Write the number of samples into a FLAC file's STREAMINFO.

    An encoder without a file to go back in leaves it out, and then players show no length.
    """
    told = int.from_bytes(begin[_TOTAL_AT : _TOTAL_AT + 8], "big") | samples
    return begin[:_TOTAL_AT] + told.to_bytes(8, "big") + begin[_TOTAL_AT + 8 :]
