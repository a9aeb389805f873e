"""Lay both directions of a B-channel on one line clock and cut them into frames.

Theory of operation. Both directions of an S0 bus run on the network's clock, so they need one line
clock and no resampling. Each piece is laid where its time base says, first found by its arrival:

    far   ──▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒──┐         pieces of any length, late by up to ``HELD``
    near  ────▒▒▒▒▒▒▒▒▒▒▒▒▒──┤
                             └──► frames of 20 ms, ``HELD`` behind the line clock

The line clock is this machine's while nobody talks. In a call it follows the far direction: once
a second it moves by what the machine's clock has gained or lost against the network's, a few
samples, so that no frame is ever too long or too short.

A hole in a direction that was there just now is a ``Gap``: a packet was lost. One that lasts
longer than ``LOSS`` is silence, since L1oIP does not send silence, and a phone may send none.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, RATE, AudioFrame, Sound
from appliance.model.events import Gap
from appliance.model.prompts import Prompt
from appliance.signals.pcm import decode_alaw, encode_alaw

HELD = RATE * 60 // 1000
"""Samples between the line clock and the end of the newest frame: what is later is lost."""

LOSS = RATE // 5
"""A longer hole is silence (200 ms)."""

_KEPT = 2 * RATE
_STRAYS = RATE * 150 // 1000
"""A piece this far from where it should arrive begins anew: the peer has restarted its count."""

_STEERS_BY = 8
"""Samples a second at most that the line clock moves: 1,000 ppm, more than any crystal's error."""

_NOWHERE = np.iinfo(np.int32).min

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def from_bus(codes: bytes) -> Sound:
    """Decode a piece of a B-channel: A-law with the bits of each byte reversed."""
    return decode_alaw(codes.translate(_REVERSED))


def to_bus(sound: Sound) -> bytes:
    """Encode ``[samples]`` as a B-channel carries them."""
    return encode_alaw(sound).translate(_REVERSED)


@dataclass(frozen=True, slots=True, eq=False)
class ChannelPiece:
    """A piece of one direction."""

    codes: bytes
    base: int | None
    prompt: Prompt | None = None
    """The prompt that the box mixed into it, if one."""
    place: int = 0
    """Place in the prompt of the first sample."""


def _frame_at(sample: int) -> slice:
    """Return where the frame at a multiple of ``FRAME`` is kept: ``_KEPT`` is one, too."""
    at = sample % _KEPT
    return slice(at, at + FRAME)


@dataclass(slots=True, eq=False)
class Direction:
    """One direction's samples, by the line clock, until their frame is cut."""

    _sound: Sound = field(default_factory=lambda: np.zeros(_KEPT, np.int16))
    _there: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(_KEPT, np.bool_))
    _played: Sound = field(default_factory=lambda: np.zeros(_KEPT, np.int16))
    _places: NDArray[np.int32] = field(default_factory=lambda: np.full(_KEPT, _NOWHERE, np.int32))
    _count: int | None = None  # line clock of the sample that the time base counts next
    _base: int = 0
    _cut: int = 0  # everything before is cut
    _absent: int = LOSS  # samples missing in a row; so many at first: nothing is expected yet

    def lay(self, piece: ChannelPiece, now: int) -> int:
        """Lay a piece that arrived at ``now``; return by how much its end lies before that."""
        size = len(piece.codes)
        at = self._expected(piece.base)
        if at is None or not -_STRAYS <= now - (at + size) <= _STRAYS:
            at = now - size
        self._count = at + size
        self._base = ((piece.base or 0) + size) & 0xFFFF
        first = max(0, self._cut - at)
        if first < size:
            self._put(piece, at, first)
        return now - (at + size)

    def cut(self, sample: int) -> tuple[Sound, bool]:
        """Take the frame at ``sample``, a multiple of ``FRAME``.

        Returns:
            The frame, and whether something of it was lost.
        """
        where = _frame_at(sample)
        there = self._there[where].copy()
        sound = self._sound[where] * there
        self._there[where] = False
        self._cut = sample + FRAME
        going = self._absent < LOSS
        found = np.flatnonzero(there)
        self._absent = FRAME - 1 - int(found[-1]) if found.size else self._absent + FRAME
        return sound, going and found.size < FRAME

    def said(self, sample: int) -> tuple[Sound, int] | None:
        """Take what the box said in the frame at ``sample``: its sound and its place; or None."""
        where = _frame_at(sample)
        places, played = self._places[where].copy(), self._played[where].copy()
        self._places[where], self._played[where] = _NOWHERE, 0
        told = np.flatnonzero(places != _NOWHERE)
        if told.size == 0:
            return None
        last = int(told[-1])  # where two prompts meet it is the second one's
        return played, int(places[last]) - last

    def forget(self) -> None:
        """Expect nothing of before: another call begins."""
        self._count, self._absent = None, LOSS
        self._there[:] = False
        self._places[:] = _NOWHERE
        self._played[:] = 0

    def _expected(self, base: int | None) -> int | None:
        """Return where a piece belongs by the pieces before it."""
        if self._count is None or base is None:
            return self._count
        ahead = (base - self._base) & 0xFFFF
        return self._count + (ahead if ahead < 0x8000 else ahead - 0x10000)

    def _put(self, piece: ChannelPiece, at: int, first: int) -> None:
        sound = from_bus(piece.codes)[first:]
        where = np.arange(at + first, at + len(piece.codes)) % _KEPT
        self._sound[where], self._there[where] = sound, True
        if piece.prompt is None:
            return
        place = piece.place + first
        played = piece.prompt.sound[place : place + sound.size]
        where = where[: played.size]
        self._played[where] = played
        self._places[where] = np.arange(place, place + played.size)


class LineTime:
    """The line clock: this machine's time, steered by the network's in a call."""

    def __init__(self, now: float) -> None:
        """Let sample 0 be at ``now``, in seconds."""
        self._zero = now
        self._latest = 0
        self.calm()

    def at(self, now: float) -> int:
        """Return the line clock; it never goes back."""
        self._latest = max(self._latest, self.of(now))
        return self._latest

    def of(self, then: float) -> int:
        """Return the line clock of a moment that is past."""
        return int((then - self._zero) * RATE + 1e-6)

    def calm(self) -> None:
        """Follow nobody: no call, or another one."""
        self._usual: int | None = None
        self._least: int | None = None
        self._since = self._latest

    def arrived(self, late: int) -> None:
        """Know by how much the end of a far piece lay behind the line clock when it came."""
        self._least = late if self._least is None else min(self._least, late)
        if self._latest - self._since < RATE:
            return
        if self._usual is None:
            self._usual = self._least
        moved = max(-_STEERS_BY, min(_STEERS_BY, self._least - self._usual))
        self._zero += moved / RATE
        self._least, self._since = None, self._latest

    def slept(self, now: float, most: float) -> bool:
        """Say whether the machine stood still for more than ``most`` seconds; skip that time."""
        gone = (now - self._zero) - self._latest / RATE
        if gone <= most:
            return False
        self._zero = now - self._latest / RATE
        return True


class ChannelFrames:
    """Frames of one line, from both directions of its call's B-channel."""

    def __init__(self, line: str) -> None:
        """Begin at line clock 0 with silence."""
        self._line = line
        self.far, self.near = Direction(), Direction()
        self._next = 0

    def begin(self) -> None:
        """Let another call begin: nothing of the one before is on the line."""
        self.far.forget()
        self.near.forget()

    def due(self, now: int) -> list[AudioFrame | Gap]:
        """Return what is due by the line clock ``now``, in order."""
        found: list[AudioFrame | Gap] = []
        while self._next + FRAME + HELD <= now:
            found.append(self._frame(self._next))
            self._next += FRAME
        return found

    def _frame(self, sample: int) -> AudioFrame | Gap:
        far, far_lost = self.far.cut(sample)
        near, near_lost = self.near.cut(sample)
        said = self.near.said(sample)
        if far_lost or near_lost:
            return Gap(sample, FRAME)
        played, place = (None, None) if said is None else said
        sound = np.stack((far, near))
        return AudioFrame(self._line, sample, sound, ("far", "near"), played, place)
