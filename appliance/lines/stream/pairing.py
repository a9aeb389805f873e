"""Put beside each captured frame what our prompt was on the line in the same 20 ms.

How long it takes from the count of what goes out to its coming back depends on the card and on
how its streams began. It should stay the same while they run, but a card or sound server that has
run dry for some milliseconds need not say so. So it is found anew by the first words of each
prompt.

While nothing is known of it, the frames since the prompt's beginning are held back: the
facts about a prompt, its mark above all, are then true from its first sample on. If it is not
found, the frames go on without, and the prompt counts as not heard. Where something is known,
nothing is held back, since a key has to be heard at once: the first frames go on with that, and
where it was wrong the next frame has the prompt at another place.

    out   ──────[ our words ─────────────────]──────
    in    ───────────────[ our words ─────────────────]──
                 │◄─ lag ─►│          ▲ found, held frames go on
                 │◄──── held ────────►│
"""

import logging
from collections import deque
from dataclasses import replace

import numpy as np

from appliance.lines.stream.output import OutgoingPrompt, Output
from appliance.model.audio import FRAME, AudioFrame, samples
from appliance.signals.goertzel import Floats
from appliance.signals.prompt.alignment import MIN_SPEECH, find_lag

log = logging.getLogger(__name__)

LATEST = samples(0.7)
"""The longest way through card and sound server that is looked for."""

HELD = samples(1.4)
"""The longest that a frame is held back: some voices begin so evenly that only 0.6 s of their words
tell the way back, and the longest way comes before."""

_EARLY = 12
"""What is put beside a frame is by so many samples early: the line answers a little before and
long after the strongest peak, and the canceller knows no future."""

_KEPT = HELD
_SAME = 4
_SURE = 2.0
"""Confidence with which another lag replaces one that is known. Beside the beginnings of one voice
words of another were muted, or 6 dB below it: of 43,803 looks 18 found a wrong lag, none surer
than 1.6."""


class FramePairer:
    """Frames in, the same frames with what was played in them out. The reader's thread."""

    def __init__(self, name: str, output: Output) -> None:
        """Know no lag yet.

        Args:
            name: of the line.
            output: counts what goes out from the same moment on.
        """
        self._name = name
        self._output = output
        self.lag: int | None = None  # line clock minus count of what goes out
        self._whole_from = 0  # count: with this lag nothing earlier was on the line
        self._heard: Floats = np.zeros(_KEPT, np.float32)
        self._end = 0  # line clock after the latest captured sample
        self._held: deque[AudioFrame] = deque()
        self._searched: tuple[int, int] | None = None  # serial of a prompt, line clock at its start
        self._settled = 0  # serial of the prompt for which nothing more is to be found out

    def pair(self, frame: AudioFrame) -> list[AudioFrame]:
        """Take the next frame and return those that can go on, in order."""
        self._keep(frame)
        begun = self._output.begun
        if begun is not None and begun.serial != self._settled:
            if self._searched is None or self._searched[0] != begun.serial:
                self._searched = (begun.serial, frame.sample)
            self._search(begun, self._searched[1])
        searching = begun is not None and begun.serial != self._settled
        if searching and self.lag is None and len(self._held) < HELD // FRAME:
            self._held.append(frame)
            return []
        return self.let_go(frame)

    def let_go(self, *more: AudioFrame) -> list[AudioFrame]:
        """Return what is held, and more."""
        frames = [*self._held, *more]
        self._held.clear()
        return [self._paired(frame) for frame in frames]

    def forget_lag(self, before: int | None = None) -> None:
        """Know no lag any more: something was lost on the way out or in.

        Args:
            before: what went out from this count on is whole; None if nothing is known to be.
        """
        self.lag = None
        self._whole_from = max(self._whole_from, before or 0)
        begun = self._output.begun
        if begun is not None and (before is None or begun.start < before):
            self._settled = begun.serial  # what went out before and after cannot be told apart

    def _paired(self, frame: AudioFrame) -> AudioFrame:
        if self.lag is None:
            return frame
        start = frame.sample - self.lag
        piece = self._output.piece(start, FRAME)
        if piece is None or start < self._whole_from:
            return frame
        return replace(frame, played=piece.sound, prompt_at=piece.prompt_at)

    def _keep(self, frame: AudioFrame) -> None:
        sound = frame.sound.astype(np.float32)
        mixed = sound.sum(axis=0) if frame.sides[0] == "far" else sound[0]
        self._heard = np.concatenate((self._heard[FRAME:], mixed))
        self._end = frame.sample + FRAME

    def _search(self, begun: OutgoingPrompt, since: int) -> None:
        """Look for a prompt's first words in what was heard since it began."""
        expected = since if self.lag is None else max(since, begun.start + self.lag)
        if self._end - expected >= MIN_SPEECH and self._find(begun, since):
            self._settled = begun.serial
        elif self._end - since >= HELD:
            self._settled = begun.serial
            if self.lag is None:
                log.warning("line %s: our own words are not heard on the line", self._name)

    def _find(self, begun: OutgoingPrompt, since: int) -> bool:
        earliest = since - begun.start  # nothing comes back before it went out
        said = self._output.said(begun.start, self._end - earliest)
        found = find_lag(said, self._heard[_KEPT - (self._end - since) :], LATEST)
        if found is None:
            return False
        lag = earliest + found.samples - _EARLY
        if self.lag is not None and abs(lag - self.lag) <= _SAME:
            return True
        if self.lag is not None and found.confidence < _SURE:
            return False
        log.info("line %s: our own words come back %d samples later", self._name, lag)
        self.lag = lag
        return True
