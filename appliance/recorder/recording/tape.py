"""Hold sound on the tape until it is settled whether it may be sealed.

What is pressed, said by a new party or withdrawn is known a little after it was heard. So sound
stays in memory for the hook source's lateness and 150 ms, and then until its block is whole; keys
are blanked, pauses made silent and the sound after a break thrown away before anything goes to the
writer.

```
            blank ▒▒▒         hold from here
   ──────────────────┼────────────────────────── now
   sealed            │  waiting: delay, longer while held, in doubt or while a key sounds
```

Keys and doubts are followed before a recording begins, too: a key that is held across its first
sample must be blanked from there on, and a loop that opened before it may be a flash.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from msgspec import structs

from appliance.model.audio import RATE, Sound
from appliance.model.records import RecordingMark

Kind = Literal["pause", "resume", "blank", "gap", "withdrawn"]

MARGIN = RATE * 150 // 1000
"""Samples kept beyond the hook source's declared lateness (150 ms)."""

KEY_MARGIN = RATE * 40 // 1000
"""Samples blanked either side of a key (40 ms)."""

KEY_HELD = 3 * RATE
"""A key that sounds longer no longer holds the tape: it is blanked as it comes."""

LONGEST_KEY = 30 * RATE
"""Whatever sounds longer is no key: the sound goes on."""

LONGEST_DOUBT = 4 * RATE
"""A network's tone is known by its third burst at the latest; music doubts for ever."""

BLOCK = 4000
"""A-law bytes in a full audio frame: 0.5 s of one channel, 0.25 s of two. Settled sound goes on in
so much, since the writer, which would have to be woken for less, could not seal it yet."""

_DOUBTS_APART = RATE // 10
"""Doubts that begin closer to each other are one."""


_NEVER = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class TapeStretch:
    """Settled sound on its way to the writer; ``sample`` counts from the recording's first."""

    sample: int
    sound: Sound  # [channels, samples]


@dataclass(slots=True)
class _Quiet:
    """A range of the line clock that is to be silent; ``stop`` None while it goes on."""

    start: int
    stop: int | None
    kind: Literal["blank", "pause"]


@dataclass(slots=True)
class Tape:
    """Delays, blanks and cuts the sound of one recording.

    ``delay`` is in samples. All positions are of the line clock, except in what comes out.
    """

    delay: int
    channels: int
    _first: int | None = None
    _head: int = 0  # line clock of the first waiting sample
    _waiting: list[Sound] = field(default_factory=list)
    _length: int = 0
    _quiet: list[_Quiet] = field(default_factory=list)
    _held: int | None = None
    _keys: dict[int, int] = field(default_factory=dict)  # beginning -> up to where it is silent
    _doubts: dict[int, int] = field(default_factory=dict)  # from where on -> by when it is settled
    _marks: list[RecordingMark] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Say whether a recording takes sound."""
        return self._first is not None

    def begin(self, sample: int) -> None:
        """Take sound from ``sample`` on; what was before is not kept anywhere."""
        over_it = [q for q in self._quiet if q.kind == "blank" and (q.stop or 0) > sample]
        self.drop()
        self._first = self._head = sample
        for key in over_it:
            self._silence(sample, key.stop or sample)

    def push(self, sample: int, sound: Sound) -> None:
        """Add ``[channels, n]`` captured at ``sample``; a missing stretch becomes silence."""
        if self._first is None:
            return
        end = self._head + self._length
        if sample > end:
            self._marks.append(self._mark("gap", end, sample - end))
            self._append(np.zeros((self.channels, sample - end), np.int16))
        late = max(0, self._head + self._length - sample)
        if late < sound.shape[1]:
            self._append(sound[: self.channels, late:])

    def blank(self, start: int, stop: int) -> None:
        """Silence ``start`` up to ``stop``, on all channels, also where it is still to come."""
        self._silence(start, stop)

    def pause(self, sample: int) -> None:
        """Silence everything from ``sample`` on, at its true length."""
        if not self._paused():
            self._quiet.append(_Quiet(sample, None, "pause"))
            self._marks.append(self._mark("pause", sample))

    def resume(self, sample: int) -> None:
        """End the pause at ``sample``."""
        for quiet in self._paused():
            quiet.stop = sample
            self._marks.append(self._mark("resume", sample))

    def hold(self, sample: int) -> None:
        """Let nothing from ``sample`` on go to the writer until ``release`` or ``finish``."""
        self._held = sample if self._held is None else min(self._held, sample)

    def release(self) -> None:
        """Let the held sound go."""
        self._held = None

    def doubt(self, sample: int, settled: int) -> None:
        """Let nothing from ``sample`` on go before the line clock has passed ``settled``.

        What is in doubt already waits for this doubt, too: each may be a burst of the same tone.
        But it does not wait for ever, or an hour of music would be kept in memory alone.
        """
        for began, by in self._doubts.items():
            self._doubts[began] = max(by, min(settled, began + LONGEST_DOUBT))
        if not any(0 <= sample - began < _DOUBTS_APART for began in self._doubts):
            self._doubts[sample] = settled

    def key_began(self, sample: int) -> None:
        """Hold the sound of a key until its end is known, so that all of it can be blanked."""
        self._keys[sample - KEY_MARGIN] = sample - KEY_MARGIN

    def key_ended(self, sample: int) -> None:
        """Let the sound go on after the key that began at ``sample``; it has been blanked."""
        self._keys.pop(sample - KEY_MARGIN, None)

    def forget_keys(self) -> None:
        """Know of no key any more: nobody is off-hook who could let one go."""
        self._keys.clear()

    def ripe(self, now: int) -> tuple[list[RecordingMark], TapeStretch | None]:
        """Return what may be sealed when the line clock stands at ``now``, once it is enough."""
        if self._doubts:
            self._doubts = {began: by for began, by in self._doubts.items() if now <= by}
        for began, silent in list(self._keys.items()):
            if now - silent > KEY_HELD:
                self._silence(silent, now)
                self._keys[began] = now
                if now - began > LONGEST_KEY:
                    del self._keys[began]
        if self._first is None:
            return [], None
        limit = min(now - self.delay, *self._bounds())
        # Whole blocks: a rest would wait at the writer while another block gathers here (P4).
        block = BLOCK // self.channels
        return self._take(self._head + max(0, limit - self._head) // block * block)

    def finish(self, sample: int) -> tuple[list[RecordingMark], TapeStretch | None]:
        """Return all that waits before ``sample`` and throw away the rest."""
        out = self._take(min(sample, *self._bounds()))
        self.drop()
        return out

    def mark_withdrawn(self, sample: int, purposes: frozenset[str]) -> RecordingMark:
        """Return the mark that says which purposes ended while others go on."""
        mark = self._mark("withdrawn", sample)
        return structs.replace(mark, purposes=tuple(sorted(purposes)))

    def drop(self) -> None:
        """Throw away everything that waits: the recording is over or withdrawn."""
        for sound in self._waiting:
            if sound.flags.writeable:
                sound[:] = 0
        self._first, self._held = None, None
        self._waiting, self._length = [], 0
        self._quiet, self._marks = [], []

    def _bounds(self) -> list[int]:
        """Return from where on sound has to wait, whatever its age."""
        held = _NEVER if self._held is None else self._held
        return [held, *self._doubts, *self._keys.values()]

    def _silence(self, start: int, stop: int) -> None:
        self._quiet.append(_Quiet(start, stop, "blank"))
        self._marks.append(self._mark("blank", start, stop - start))

    def _append(self, sound: Sound) -> None:
        self._waiting.append(np.array(sound, np.int16))  # a copy of our own: it is wiped after use
        self._length += sound.shape[1]

    def _paused(self) -> list[_Quiet]:
        return [q for q in self._quiet if q.kind == "pause" and q.stop is None]

    def _mark(self, kind: Kind, sample: int, count: int = 0) -> RecordingMark:
        first = self._first if self._first is not None else sample
        return RecordingMark(kind=kind, sample=max(0, sample - first), samples=count)

    def _take(self, limit: int) -> tuple[list[RecordingMark], TapeStretch | None]:
        count = min(limit - self._head, self._length)
        if self._first is None or count <= 0:
            return [], None
        joined = np.concatenate(self._waiting, axis=1)
        out, rest = joined[:, :count], joined[:, count:]
        for quiet in self._quiet:
            start = max(0, quiet.start - self._head)
            stop = count if quiet.stop is None else min(count, quiet.stop - self._head)
            if stop > start:
                out[:, start:stop] = 0
        stretch = TapeStretch(self._head - self._first, out)
        self._head += count
        self._waiting, self._length = [rest.copy()], rest.shape[1]
        self._quiet = [q for q in self._quiet if q.stop is None or q.stop > self._head]
        marks, self._marks = self._marks, []
        return marks, stretch
