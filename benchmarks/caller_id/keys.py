"""Measure caller ID in keys: every form a hundred times, beside peers that hear keys.

No peer turns keys into caller ID. A peer has read a message if it heard the message's keys in
order; further keys do not count against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.caller_id.messages import Absent, CallerIdMessage
from appliance.signals.pcm import rms_of, to_sound
from benchmarks.caller_id.messages import MESSAGES, compared, heard, read_of, told
from benchmarks.keys.scores import OURS
from benchmarks.peers.ears import key_peers
from benchmarks.row import Row
from tests.signals.sounds import keys_wave

_BEFORE, _AFTER = RATE // 2, 2 * RATE
_SLACK_MS = 5  # of 70 ms, as keys and as pauses


@dataclass(frozen=True, slots=True)
class KeyForm:
    """One form: its keys, between them the words for two numbers; and why it gives no caller."""

    name: str
    keys: tuple[str, ...]
    absent: Absent | None = None


FORMS = (
    KeyForm("A number C", ("A", "caller", "C")),
    KeyForm("A number D redirecting number C", ("A", "caller", "D", "redirecting", "C")),
    KeyForm("D redirecting number B10 C", ("D", "redirecting", "B10C"), Absent.WITHHELD),
    KeyForm("B00 C", ("B00C",), Absent.UNAVAILABLE),
    KeyForm("B10 C", ("B10C",), Absent.WITHHELD),
    KeyForm("A number #", ("A", "caller", "#")),
    KeyForm("D1 #", ("D1#",), Absent.WITHHELD),
    KeyForm("D2 #", ("D2#",), Absent.UNAVAILABLE),
    KeyForm("D3 #", ("D3#",), Absent.UNAVAILABLE),
    KeyForm("D number C", ("D", "caller", "C")),
    KeyForm("number #", ("caller", "#")),
)


@dataclass(frozen=True, slots=True)
class Level:
    """Levels of keys and noise."""

    dbm0: float = -10.0
    noise_dbm0: float = -70.0


LEVELS = (Level(), Level(-20.0, -35.0))
"""Clean, and weak at the noise that a receiver has to bear: 15 dB below."""


def message(form: KeyForm, index: int) -> tuple[CallerIdMessage, str]:
    """Return the ``index``-th message of a form: its content and its keys."""
    chance = np.random.default_rng(index)
    numbers = {
        "caller": f"22{int(chance.integers(0, 10_000_000)):07d}",
        "redirecting": f"{int(chance.integers(0, 10_000_000)):07d}",
    }
    keys = "".join(numbers.get(part, part) for part in form.keys)
    number = numbers["caller"] if "caller" in form.keys else None
    return CallerIdMessage(number=number, number_absent=form.absent), keys


def sent(keys: str, level: Level, seed: int) -> Sound:
    """Return keys on a line, in whole frames, silence either side."""
    chance = np.random.default_rng(seed)
    tone, pause = 70 + chance.uniform(-_SLACK_MS, _SLACK_MS, 2)
    lead = np.zeros(_BEFORE + int(chance.integers(0, FRAME)))
    wave = np.concatenate((lead, keys_wave(keys, tone, pause, dbm0=level.dbm0), np.zeros(_AFTER)))
    wave = np.concatenate((wave, np.zeros(-wave.size % FRAME)))
    return to_sound(wave + chance.normal(0, rms_of(level.noise_dbm0), wave.size))


def read_in(text: str, messages: list[str]) -> int:
    """Count the messages whose keys appear in order among the keys heard."""
    count = at = 0
    for keys in messages:
        place = text.find(keys, at)
        if place >= 0:
            count, at = count + 1, place + len(keys)
    return count


def right(form: KeyForm, level: Level) -> dict[str, int]:
    """Return hearer -> how many messages of a form it read; slow peers are left out."""
    messages = [message(form, index) for index in range(MESSAGES)]
    sound = np.concatenate([sent(keys, level, at) for at, (_, keys) in enumerate(messages)])
    counts = {OURS: read_of([told(said) for said, _ in messages], heard(sound, False)).right}
    for peer in key_peers():
        if peer.longest >= sound.size:
            counts[peer.name] = read_in(peer.hear(sound).text, [keys for _, keys in messages])
    return counts


def rows_of_keys() -> Iterator[Row]:
    """Measure every form at both levels."""
    for form in FORMS:
        by_level = [right(form, level) for level in LEVELS]
        counts = {name: [one[name] for one in by_level] for name in by_level[0]}
        what = f"caller ID in keys, clean/-20 dBm0 with SNR 15 dB, of {MESSAGES}: {form.name}"
        yield compared(what, counts)
