"""Measure the delay of the ears, over the line's circuit, on a tap and on one signal.

A level, a deviation and a place in a frame follow from each seed.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from appliance.exchange.circuit.circuit import Loop, Wires
from appliance.exchange.circuit.voices import Talker
from appliance.exchange.scene import Circuit
from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, samples
from appliance.model.events import Event, ToneHeard, VoiceHeard
from appliance.model.terms import Side, Tone
from appliance.prompts.speech import simulated_voices
from appliance.signals.pcm import Wave, rms_of, to_sound
from appliance.signals.tones import ProgressTone
from benchmarks.calls.reaction import Measure, Reaction, alone, ms
from benchmarks.tones.machines import ansam
from benchmarks.tones.recommended import (
    COUNTRIES,
    MACHINES,
    SPECIAL_E180,
    SPECIAL_GAPS,
    SPECIAL_US,
    Machine,
    Parts,
    network_tones,
    network_wave,
    recognisable,
    second_begins,
    special,
)

_TARGET = 100.0
_SEEDS, _FEW = 20, 8
_LEVELS = (-34.0, -6.0)  # dBm0 in the network; the wires take 2 dB of it
_LINES: tuple[Sides, ...] = (("voltage", "current"), ("both",))
_BEFORE, _AFTER = samples(0.25), samples(0.6)

Wanted = Callable[[Event], bool]


def told(wave: Wave, seed: int, wanted: Wanted, since: float = 0.0, country: str = "PL") -> float:
    """Return the ms until both lines have reported the network's signal.

    Args:
        wave: the signal.
        seed: of the line's noise, and of the place in a frame at which the wave begins.
        wanted: says whether an event tells it.
        since: seconds of the wave from which on it can be known.
        country: whose tones are listened for.

    Raises:
        LookupError: something else was told, or nothing.
    """
    before = _BEFORE + seed * 61 % FRAME
    begun = before + samples(since)
    line = np.concatenate((np.zeros(before), wave, np.zeros(_AFTER)))
    line = line[: line.size // FRAME * FRAME].reshape(-1, FRAME)
    ears = {sides: LineDetectors("bench", country, sides) for sides in _LINES}
    for hearing in ears.values():
        hearing.hook_changed(off_hook=True)
    wires, silence = Wires(Circuit(), np.random.SeedSequence(seed)), np.zeros(FRAME)
    for index, sent in enumerate(line):
        sound = to_sound(np.stack(wires.carry(sent, silence, None, Loop.TALK)))
        now = (index + 1) * FRAME
        for sides, hearing in list(ears.items()):
            frame = AudioFrame("bench", index * FRAME, sound[: len(sides)], sides)
            if _is_told(hearing.events_in(frame), wanted, early=now <= begun):
                del ears[sides]
        if not ears:
            return ms(now - begun)
    raise LookupError(f"nothing was told on {', '.join(sides[0] for sides in ears)}")


def _is_told(events: list[Event], wanted: Wanted, *, early: bool) -> bool:
    """Say whether it is reported; raises LookupError for another tone, or one too early."""
    for event in events:
        if wanted(event) and not early:
            return True
        if isinstance(event, ToneHeard):
            raise LookupError(f"{event.tone} was told")
    return False


def _tells(tone: Tone) -> Wanted:
    return lambda event: isinstance(event, ToneHeard) and event.tone is tone


def _level(chance: np.random.Generator) -> float:
    return float(chance.uniform(*_LEVELS))


def machine(which: Machine, seed: int) -> float:
    """Return the time from where a machine can be known to its event."""
    chance = np.random.default_rng(seed)
    wave = which.wave(chance.uniform(-which.off, which.off), _level(chance))
    return told(wave, seed, _tells(which.tone), which.known_ms / 1000)


def modern_answer(seed: int) -> float:
    """Return the time from the beginning of V.8's answer tone to its event."""
    chance = np.random.default_rng(seed)
    wave = ansam(1.0).astype(np.float64) * 10 ** (chance.uniform(-20, 3) / 20)
    return told(wave, seed, _tells(Tone.ANSWER))


def special_tones(country: str, kinds: Mapping[str, Parts], seed: int) -> float:
    """Return the time from the beginning of the second special information tone to the event."""
    chance = np.random.default_rng(seed)
    return max(
        told(
            special(parts, gap, _level(chance)),
            seed,
            _tells(Tone.SIT),
            second_begins(parts, gap),
            country,
        )
        for parts in kinds.values()
        for gap in SPECIAL_GAPS
    )


def network(country: str, tone: ProgressTone, seed: int) -> float:
    """Return the time from where a tone of the network can be known to its event."""
    wave = network_wave(tone, _level(np.random.default_rng(seed)))
    return told(wave, seed, _tells(tone.tone), recognisable(country, tone), country)


def words(seed: int) -> Wave:
    """Return two seconds of speech, cut so that they begin and end in the middle of a word."""
    chance = np.random.default_rng(seed)
    talker = Talker(
        simulated_voices()[0], float(chance.uniform(-28, -16)), at=float(chance.uniform())
    )
    speech = talker.speech(samples(10.0)).whole()
    powers = (speech.reshape(-1, FRAME) ** 2).mean(axis=1)
    loud = np.convolve(powers > rms_of(-35.0) ** 2, np.ones(5), "valid") == 5  # 100 ms
    begins = int(np.argmax(loud))
    ends = begins + RATE * 2 // FRAME
    ends += int(np.argmax(loud[ends:]))
    return speech[begins * FRAME : (ends + 5) * FRAME]


def voice(seed: int, *, ends: bool) -> float:
    """Return the time from the beginning, or the end, of speech to its event."""
    said = words(seed)

    def wanted(event: Event) -> bool:
        if not isinstance(event, VoiceHeard) or event.side is Side.NEAR:
            return False
        return event.active is not ends

    return told(said, seed, wanted, said.size / RATE if ends else 0.0)


def _machines() -> Iterator[Reaction]:
    for which in MACHINES:
        since = f"from {which.known_ms} ms on" if which.known_ms else "from its beginning"
        what = f"{which.name}, {since} to its event"
        yield Reaction(what, alone(partial(machine, which)), _TARGET, _SEEDS)
    what = "V.8 answers (ANSam), from its beginning to its event"
    yield Reaction(what, alone(modern_answer), _TARGET, _SEEDS)


def _by_country(kind: Tone) -> Mapping[str, Measure]:
    """Return a measure for each country that has such a tone of its own, the worst of several."""

    def worst(country: str, seed: int) -> float:
        return max(network(country, tone, seed) for tone in network_tones(country, kind))

    return {
        country: partial(worst, country) for country in COUNTRIES if network_tones(country, kind)
    }


DIAL = Reaction(
    "dial tone, from where the longest burst of its frequencies would be over (GB, US: none has)",
    _by_country(Tone.DIAL),
    seeds=_FEW,
)
VOICE_BEGINS = Reaction(
    "somebody's words, from their beginning to its event",
    alone(partial(voice, ends=False)),
    seeds=_SEEDS,
)
VOICE_ENDS = Reaction(
    "somebody's words, from their end to its event, which waits for 200 ms of silence",
    alone(partial(voice, ends=True)),
    seeds=_SEEDS,
)
TOLD = (
    *_machines(),
    Reaction(
        "special information tones, from the beginning of the second one to their event",
        {
            country: partial(
                special_tones, country, SPECIAL_US if country == "US" else SPECIAL_E180
            )
            for country in COUNTRIES
        },
        _TARGET,
    ),
    Reaction(
        "ringback tone, from the end of its first group of bursts",
        _by_country(Tone.RINGBACK),
        _TARGET,
        _FEW,
    ),
    Reaction("busy tone, from the end of its second burst", _by_country(Tone.BUSY), _TARGET, _FEW),
    Reaction(
        "congestion tone, from the end of its second burst (Poland's is its busy tone)",
        _by_country(Tone.CONGESTION),
        _TARGET,
        _FEW,
    ),
)
"""What has a target; the others are reported."""
