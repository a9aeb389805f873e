"""Count false consents: human speech as the caller's voice, through the whole box.

Every call rings, is answered and is asked, in 4 s of the shipped words: the caller plays a stretch
of recorded speech from the question's last words on through the keys' repetition and both answer
windows, or all along. In every third call the office talks as well. Nobody presses a key, so that
every consent is a false one. The same calls with a key prove that they could have led to consent.

A line with a V/I tap tells whose key it is by itself. A line that hears both parties as one signal
has learnt it from enrolled phones and test calls.

All speech, the generated one too, is played on both lines.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs

from appliance.config.settings import Config, Part
from appliance.exchange.scene import Circuit, Scene, SceneAct, SceneCaller, SceneOffice
from appliance.model.audio import RATE, Sound
from appliance.model.calibration import encode
from benchmarks.calls.box import Box, box, hours
from benchmarks.machine import each
from benchmarks.row import Row, Table
from benchmarks.sides.offices import office
from benchmarks.talkoff.hours import everything, place_of, sound_of
from benchmarks.talkoff.material import HUMAN, VOICES, Material
from tests.prompts.short import short_trial

STRETCH = 16
"""Seconds of speech in a call: it lasts as long as both windows for an answer and the words
between them."""

BATCH = 40
"""Calls that one process makes on one box, before the next batch."""

CONTROLS = 24

TAP, MONO = "V/I tap", "one mixed signal"
LINES = (TAP, MONO)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some seconds of one material."""

    material: Material
    start: int  # sample

    @property
    def place(self) -> str:
        """Return its place in the material."""
        return place_of(self.material, self.start)

    @property
    def seconds(self) -> float:
        """Return its length; the last of a material is shorter."""
        return min(STRETCH, sound_of(self.material).size / RATE - self.start / RATE)

    @property
    def sound(self) -> Sound:
        """Return the sound."""
        whole = sound_of(self.material)
        return np.asarray(whole[self.start : self.start + STRETCH * RATE])


@dataclass(frozen=True, slots=True)
class Batch:
    """Calls on one box."""

    line: str
    first: int  # number of the first call, from which everything random follows
    stretches: tuple[Stretch, ...]
    key: str = ""  # the caller presses it: not a false consent, but a proof


@dataclass(frozen=True, slots=True)
class Ended:
    """The outcome of one call."""

    line: str
    stretch: Stretch
    consents: int
    keys: int
    reason: str
    samples: int
    faults: int


def scene(seed: int, line: Circuit | None, key: str = "") -> Scene:
    """Return the call of a seed.

    Args:
        seed: line, levels and moments follow from it.
        line: the wires, where test calls have been made on them.
        key: pressed by the caller in the first window, in a pause of the speech; empty for none.
    """
    chance = np.random.default_rng((seed, 11))
    all_along = not key and chance.random() < 0.2
    after = 0 if all_along else int(chance.integers(-2000, 400))
    acts = [
        SceneAct(by="office", do="speak", on="answered", after_ms=250, seconds=0.8),
        SceneAct(by="office", do="hang_up", on="keys_end", after_ms=4700),
        SceneAct(by="office", do="hang_up", on="conversation", after_ms=300),
    ]
    if key:
        acts.append(SceneAct(by="caller", do="key", keys=key, on="mark", after_ms=900, ms=120))
    else:
        said = "question" if all_along else "mark"
        seconds = float(STRETCH)
        acts.append(
            SceneAct(by="caller", do="speak", on=said, after_ms=after, seconds=seconds, over=True)
        )
    if seed % 3 == 0 and not key:
        at = int(chance.integers(0, 3000))
        acts.append(
            SceneAct(by="office", do="speak", on="mark", after_ms=at, seconds=6.0, over=True)
        )
    return Scene(
        name="speech",
        about="A caller who talks on and presses nothing.",
        caller=SceneCaller(
            number="+48221234567",
            speech_dbm0=float(chance.choice((-18.0, -18.0, -12.0, -24.0))),
            codec="gsm" if chance.random() < 0.25 else "",
        ),
        office=SceneOffice(lifts_after_rings=1),
        circuit=structs.replace(
            line
            or Circuit(loss_db=float(chance.uniform(0, 6)), receive_dbr=-7.0 * (seed % 3 == 1)),
            second_phone=bool(chance.random() < 0.1),
        ),
        acts=tuple(acts),
        limit_seconds=70.0,
    )


def placed(batch: Batch) -> list[Ended]:
    """Place a batch of calls."""
    with box(pool_ahead=len(batch.stretches) + 4, config=short_trial()) as here:
        wires = _calibrated(here, batch.first) if batch.line == MONO else None
        return [
            _placed(here, batch, wires, number, stretch)
            for number, stretch in enumerate(batch.stretches, batch.first)
        ]


def _placed(here: Box, batch: Batch, wires: Circuit | None, number: int, stretch: Stretch) -> Ended:
    config = _configured(here.config, batch.line, number)
    call = [("", scene(number, wires, batch.key))]
    seen = here.calls(call, seed=number, config=config, voice=stretch.sound)
    return Ended(
        batch.line,
        stretch,
        seen.consents,
        len(seen.keys),
        seen.reason,
        seen.samples,
        len(seen.faults),
    )


def _configured(config: Config, line: str, number: int) -> Config:
    """Return the box's configuration: each call in one of its languages."""
    own = config.lines[0]
    language = config.office.languages[number % len(config.office.languages)]
    audio = Part("exchange", {"sides": "both"}) if line == MONO else own.audio
    return replace(config, lines=(replace(own, language=language, audio=audio),))


def _calibrated(here: Box, seed: int) -> Circuit:
    """Enrol the phones of an office, make its test calls, and return its wires."""
    made = office(seed, 0.35)
    here.folders.calibration.mkdir(parents=True, exist_ok=True)
    file = here.folders.calibration / f"{here.config.lines[0].name}.toml"
    file.write_text(encode(made.calibration), "utf-8")
    level = made.calibration.prompt_db + _question_level(here, made.circuit, seed)
    file.write_text(encode(structs.replace(made.calibration, prompt_db=level)), "utf-8")
    return made.circuit


def _question_level(here: Box, wires: Circuit, seed: int) -> float:
    """Return the question's level on these wires, in dB against the calibrated one."""
    asked = scene(seed, wires, "1")
    asked = structs.replace(asked, circuit=structs.replace(asked.circuit, second_phone=False))
    config = _configured(here.config, MONO, seed)
    seen = here.calls([("", asked)], seed=seed, config=config)
    marked = next(event for event in seen.heard if event["event"] == "prompt_marked")
    return float(marked["level_db"])


def stretches(kind: str) -> list[Stretch]:
    """Return the stretches of a kind of material."""
    return [
        Stretch(material, start)
        for material in everything()
        if material.kind == kind
        for start in range(0, sound_of(material).size - RATE, STRETCH * RATE)
    ]


def batches(lines: Iterable[str], wanted: list[Stretch], key: str = "") -> list[Batch]:
    """Divide stretches among batches, all voices mixed."""
    order = np.random.default_rng(len(wanted)).permutation(len(wanted))
    mixed = [wanted[place] for place in order]
    return [
        Batch(line, first, tuple(mixed[first : first + BATCH]), key)
        for first in range(0, len(mixed), BATCH)
        for line in lines
    ]


def _row(line: str, what: str, ended: list[Ended]) -> Row:
    spoken = sum(one.stretch.seconds for one in ended) / 3600
    reasons = Counter(one.reason for one in ended).most_common()
    keys, faults = sum(one.keys for one in ended), sum(one.faults for one in ended)
    given = sum(one.consents for one in ended)
    return Row(
        f"{line}: consents in {len(ended)} calls, {hours(sum(e.samples for e in ended)):.1f} h of "
        f"line with {spoken:.1f} h of {what}",
        f"{given}; {keys} keys heard; {faults} faults; ended: "
        + ", ".join(f"{reason} {count}" for reason, count in reasons),
        "0 consents",
        met=not given,
    )


def told(ended: list[Ended]) -> Iterator[Row | Table]:
    """Sum up the outcomes of calls."""
    for line, kind in dict.fromkeys((one.line, one.stretch.material.kind) for one in ended):
        mine = [one for one in ended if (one.line, one.stretch.material.kind) == (line, kind)]
        yield _row(line, kind, mine)
    false = [(one.line, one.stretch.place) for one in ended if one.consents]
    if false:
        yield Table("Every consent that nobody gave", ("line", "speech"), tuple(false))


def controls() -> Iterator[Row]:
    """Prove that a key in the same calls leads to consent."""
    there = stretches(HUMAN)
    there = there[:: len(there) // CONTROLS][:CONTROLS]
    for line in LINES:
        ended = [one for job in batches([line], there, "1") for one in placed(job)]
        given = sum(one.consents for one in ended)
        yield Row(f"{line}: consents in such calls with key 1 pressed", f"{given} of {len(ended)}")


def rows() -> Iterator[Row | Table]:
    """Place the calls."""
    wanted = [*stretches(HUMAN), *stretches(VOICES)]
    jobs = batches(LINES, wanted)
    yield from told([one for done in each(placed, jobs, "consents") for one in done])
    yield from controls()
