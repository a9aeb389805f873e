"""Match a network tone's bursts and pauses against known cadences."""

from collections.abc import Sequence

from appliance.model.audio import FRAME, RATE
from appliance.model.terms import Tone
from appliance.signals.tones import ProgressTone

_STEADY = 0.3  # seconds: a tone so much longer than any burst is a dial tone
_SLACK = 0.06  # seconds of tolerance for a burst or pause: three frames
_PART = 0.12  # or this part of it
_REST = 6 * RATE
"""After so long without the tone the bursts so far no longer count."""


class CadenceMatcher:
    """Tells apart a country's tones that share their frequencies."""

    def __init__(self, tones: Sequence[ProgressTone]) -> None:
        """Prepare to match these tones."""
        self._tones = tones
        bursts = [tone.cadence[0] for tone in tones if tone.cadence]
        self._steady = max(bursts, default=_STEADY) + _STEADY
        self._on = False
        self._since = 0  # of the present burst or pause
        self._missed = 0
        self._spans: list[float] = []  # seconds: on, off, on, off …, complete ones, newest last
        self._reported: Tone | None = None

    @property
    def since(self) -> int | None:
        """Return the onset of the present burst; None in a pause."""
        return self._since if self._on else None

    def follow(self, sample: int, sounding: bool) -> tuple[int, Tone] | None:
        """Process the frame at ``sample``, tone or not; return onset and tone once recognised."""
        if sounding == self._on:
            self._missed = 0
            return self._steadily(sample)
        self._missed += 1
        if self._missed < 2 and self._on:
            return None  # one odd frame does not end a burst
        edge = sample - FRAME * (self._missed - 1)
        began = self._since
        self._spans = [*self._spans[-7:], (edge - began) / RATE]
        self._on, self._since, self._missed = sounding, edge, 0
        if self._on:
            self._check_pause()
            return None
        return self._burst_over(began)

    def _steadily(self, sample: int) -> tuple[int, Tone] | None:
        lasted = sample + FRAME - self._since
        if not self._on:
            if lasted > _REST:
                self._spans, self._reported = [], None
            return None
        if lasted < self._steady * RATE or self._reported is Tone.DIAL:
            return None
        for tone in self._tones:
            if not tone.cadence:
                self._reported = Tone.DIAL
                return self._since, tone.tone
        return None

    def _check_pause(self) -> None:
        """Start over if the pause that ended is none of the known ones."""
        pause = self._spans[-1]
        known = (off for tone in self._tones for off in tone.cadence[1::2])
        if not any(_close(pause, off) for off in known):
            self._spans, self._reported = [], None

    def _burst_over(self, began: int) -> tuple[int, Tone] | None:
        """Match the newest spans, with a burst last, against every cadence."""
        for tone in self._tones:
            if tone.cadence and self._follows(tone):
                repeats = tone.tone is Tone.RINGBACK
                if self._reported is tone.tone and not repeats:
                    return None
                self._reported = tone.tone
                return began, tone.tone
        return None

    def _follows(self, tone: ProgressTone) -> bool:
        cadence = tone.cadence
        if tone.tone is Tone.RINGBACK:
            wanted = cadence[: len(cadence) - 1]  # one group of bursts; the long pause follows
        elif len(cadence) == 2:
            wanted = (cadence[0], cadence[1], cadence[0])
        else:
            wanted = cadence[:3]
        have = self._spans[-len(wanted) :]
        return len(have) == len(wanted) and all(map(_close, have, wanted))


def _close(have: float, wanted: float) -> bool:
    return abs(have - wanted) <= max(_SLACK, _PART * wanted)
