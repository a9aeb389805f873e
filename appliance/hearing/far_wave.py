"""Find the caller's keys under the office's own speech, on a V/I tap.

Keys are sought twice: in the voltage, where both parties are, and in the wave that the network
alone sends (``signals.side.separation``). A key of the office's is told by the voltage. A key that
both hold is told once, by the far wave, since talk tears it apart in the voltage.

The far wave says no more than that a key came from the network. An echo of the office's own key
does, too. So wherever the voltage holds a pure key, its direction decides as ever. Only where the
voltage holds speech as well does the far wave decide:

- the key is as strong in the far wave as in the voltage, which leaves this side's at least 15 dB
  weaker there;
- the voltage is not simply another key on top of it;
- the same key was not in the voltage as long before as an echo takes.
"""

from collections import deque
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from appliance.model.audio import FRAME, RATE, Sound
from appliance.model.terms import Grade, Side
from appliance.signals.dtmf.detector import Digit, DtmfDetector, KeyDown
from appliance.signals.dtmf.second_look import HUM, MIN_PURITY, KeyMeasurement, measure_key
from appliance.signals.goertzel import Floats, History, fit_sines
from appliance.signals.side.direction import UNSURE, Evidence, side_by_direction
from appliance.signals.side.separation import DELAY, Separator
from appliance.signals.tones import COLUMNS, ROWS

_INSET = 16
_LONGEST = RATE // 2
_BEYOND = RATE * 40 // 1000
_OUTLASTS = RATE * 80 // 1000
_AS_STRONG = 0.25  # 6 dB: the far wave's part of the voltage depends on the phone's impedance
LONGEST_ECHO = RATE * 45 // 100
"""The network returns what the office sends after 50 to 400 ms."""

_SOURCE = 2.0  # 3 dB
_PIECE = RATE * 45 // 1000
_STEP = RATE * 15 // 1000
_OWN = 40.0  # hertz around a tone in which no other key's lies
_ANOTHER = 0.4  # of what is left over may stay with another key in it
_LIKE_A_KEY = 0.5  # of the voltage's power in the key's two tones


class KeySpan(NamedTuple):
    """A key and from when to when it was there."""

    key: str
    start: int
    stop: int

    def meets(self, other: "KeySpan") -> bool:
        """Say whether both are the same key at the same time."""
        return self.key == other.key and self.start < other.stop and other.start < self.stop


def span_of(key: KeyDown | Digit) -> KeySpan:
    """Return the key's span as far as it is known."""
    return KeySpan(key.key, key.sample, key.stop if isinstance(key, Digit) else key.seen)


class FarWave:
    """The wave from the network, the keys in it, and what they are worth."""

    def __init__(self, histories: list[History]) -> None:
        """Listen beside the histories of voltage and current."""
        self._volts, self._amperes = histories
        self.reset()

    def reset(self) -> None:
        """Forget the network: the next call may have another one."""
        self._separator = Separator()
        self._detector: DtmfDetector | None = None
        self._shift = 0  # count of the voltage's samples minus that of the wave's
        self._power = 0.0
        self._told: deque[KeySpan] = deque(maxlen=8)

    @property
    def active(self) -> bool:
        """Say whether the wave is known."""
        return self._detector is not None

    @property
    def held(self) -> str | None:
        """Return the key that seems to sound now."""
        return None if self._detector is None else self._detector.held

    def follow_frame(self, line: Floats, clean: Floats, played: Sound | None) -> None:
        """Take the frame just pushed to the histories.

        Args:
            line: voltage and current as they were heard.
            clean: the same without the prompt.
            played: what was played in it.
        """
        self._separator.learn(line, played)
        if not self._separator.active:
            return
        if self._detector is None:
            self._detector = DtmfDetector(History(ahead=FRAME))
            self._shift = self._volts.end - FRAME - DELAY
        wave = self._detector.history.push(self._separator.far_wave(clean))
        self._power = float(wave.dot(wave)) / FRAME

    def step(self) -> list[KeyDown | Digit]:
        """Return what keys have become known by the frame just heard, in the voltage's count."""
        if self._detector is None:
            return []
        return [self._dated(key) for key in self._detector.step(self._power)]

    def note(self, key: KeyDown | Digit) -> None:
        """Remember a key of the wave that was told."""
        self._told.append(span_of(key))

    def _dated(self, key: KeyDown | Digit) -> KeyDown | Digit:
        if isinstance(key, KeyDown):
            return replace(key, sample=key.sample + self._shift, seen=key.seen + self._shift)
        return replace(key, sample=key.sample + self._shift)

    def _between(self, start: int, stop: int) -> Floats:
        if self._detector is None:
            return np.zeros(0, np.float32)
        return self._detector.history.between(start - self._shift, stop - self._shift)

    def tells(self, key: KeyDown | Digit) -> bool:
        """Say whether a key in the voltage has been found in the far wave."""
        span = span_of(key)
        return any(span.meets(told) for told in self._told)

    def rest_of(self, key: Digit) -> Digit | None:
        """Return what a key in the voltage holds beyond the caller's: a press of the office's."""
        span = span_of(key)
        start = max((told.stop for told in self._told if span.meets(told)), default=key.sample)
        if key.stop - start < _BEYOND:
            return None
        rest = self._pure_key(key.key, start, key.stop)
        ms = round((key.stop - start) * 1000 / RATE)
        return None if rest is None else replace(key, sample=start, ms=ms, measured=rest)

    def outlasting(self, held: str) -> KeyDown | None:
        """Return a key that sounds on in the voltage though the caller has let it go."""
        if self.held is not None or not self._told or self._told[-1].key != held:
            return None
        start, now = self._told[-1].stop, self._volts.end
        if not _OUTLASTS <= now - start <= 2 * _OUTLASTS:
            return None
        rest = self._pure_key(held, start, now)
        return None if rest is None else KeyDown(held, start, now, rest)

    def _pure_key(self, key: str, start: int, stop: int) -> KeyMeasurement | None:
        sound = self._volts.between(start + _INSET, stop - _INSET)
        figures = measure_key(sound, key, sound[:0])
        return figures if figures.valid else None

    def side(self, key: KeyDown | Digit) -> Evidence | None:
        """Tell the side of a key in the far wave; None if the voltage has to tell it."""
        stop = key.stop if isinstance(key, Digit) else key.seen
        start = max(key.sample, stop - _LONGEST) + _INSET
        stop -= _INSET
        tones = (key.measured.low_hz, key.measured.high_hz)
        volts, wave = self._volts.between(start, stop), self._between(start, stop)
        evidence = side_by_direction(volts, self._amperes.between(start, stop), tones)
        if _is_pure(volts, tones):
            return None if evidence.side is Side.NEAR else evidence
        if _holds_another(volts, tones):
            return UNSURE
        if evidence.side is Side.FAR:
            return evidence
        of_volts, of_wave = fit_sines(volts, tones, (HUM,)), fit_sines(wave, tones, (HUM,))
        pairs = zip(of_wave.powers, of_volts.powers, strict=True)
        shares = [far / (both + 1e-9) for far, both in pairs]
        if min(shares) < _AS_STRONG or self._echoes(key, start):
            return UNSURE
        return Evidence(Side.FAR, Grade.A, round(min(1.0, *shares), 3))

    def _echoes(self, key: KeyDown | Digit, start: int) -> bool:
        """Say whether the voltage held this key before, as long as an echo takes."""
        for at in range(start - LONGEST_ECHO, start - _PIECE, _STEP):
            before = self._volts.between(at, at + _PIECE)
            if before.size < _PIECE:
                return True
            heard = measure_key(before, key.key, before[:0])
            if heard.dbm0 >= key.measured.dbm0 and heard.purity >= _LIKE_A_KEY:
                return True
        return False


def sounded_before(key: KeyDown | Digit, volts: History) -> bool:
    """Say whether both tones of a key sounded before it, clearly louder, as an echo's source does.

    The network returns what the office sends weaker by 6 dB and more. Where a key was held for so
    long that what was before it is kept no longer, it may have been so.
    """
    stop = key.stop if isinstance(key, Digit) else key.seen
    tones = (key.measured.low_hz, key.measured.high_hz)
    wanted = fit_sines(volts.between(key.sample + _INSET, stop - _INSET), tones, (HUM,)).powers
    for at in range(key.sample - LONGEST_ECHO, key.sample - _PIECE, _STEP):
        before = volts.between(at, at + _PIECE)
        if before.size < _PIECE:
            return True
        heard = fit_sines(before, tones, (HUM,)).powers
        if all(was > _SOURCE * now for was, now in zip(heard, wanted, strict=True)):
            return True
    return False


def _is_pure(sound: Floats, tones: tuple[float, ...]) -> bool:
    heard = fit_sines(sound, tones, (HUM,))
    whole = sum(heard.powers)
    return whole >= MIN_PURITY * (whole + heard.residual)


def _holds_another(sound: Floats, tones: tuple[float, float]) -> bool:
    """Say whether what the tones leave over is mostly another key."""
    alone = fit_sines(sound, tones, (HUM,)).residual
    others = [
        min(beside, key=lambda tone: fit_sines(sound, (*tones, tone), (HUM,)).residual)
        for group, own in zip((ROWS, COLUMNS), tones, strict=True)
        if (beside := [tone for tone in group if abs(tone - own) > _OWN])
    ]
    return fit_sines(sound, (*tones, *others), (HUM,)).residual < _ANOTHER * alone
