"""Count the samples that the box puts out on calls on which it must stay silent.

A thousand are emergency calls, alarms, fax and card terminals; 230 are others.

The last row proves that the same box asks when a person calls or is called.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from appliance.model.audio import RATE
from benchmarks.calls.box import Box, Seen, box, hours
from benchmarks.calls.drafts import AFTER, ORDINARY, OWN, PEOPLE, Maker, Silent, draft
from benchmarks.calls.machines import MACHINES
from benchmarks.machine import each
from benchmarks.row import Row, Table

CALLS = sum({**PEOPLE, **MACHINES}.values())
BATCH = 10
CONTROLS = 40

STOPS = 0.1
"""Seconds after a flash within which a prompt must have stopped."""


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome of one call."""

    seed: int
    silent: Silent
    samples: int  # of ours that went out
    at: float  # seconds, where the first of them did
    reason: str
    line_samples: int
    faults: int


def makers() -> list[Maker]:
    """Return the maker of each call."""
    return [maker for maker, count in {**PEOPLE, **MACHINES}.items() for _ in range(count)]


def drawn(seed: int) -> Silent:
    """Return the call of a seed."""
    return makers()[seed % CALLS](draft(np.random.default_rng((seed, 5))))


def placed(seed: int, here: Box) -> Told:
    """Place the call of a seed."""
    silent = drawn(seed)
    config = silent.config(here.config)
    seen = here.calls(
        silent.placed, seed=seed, config=config, voice=silent.far, near_voice=silent.near
    )
    counts = [put for put in seen.put if put.sample >= _since(silent, seen)]
    first = min((put.sample for put in counts), default=0) / RATE
    samples = sum(put.count for put in counts)
    return Told(seed, silent, samples, first, seen.reason, seen.samples, len(seen.faults))


def _since(silent: Silent, seen: Seen) -> int:
    """Return where silence must begin: after a flash the box stops what it was saying."""
    if not silent.flash:
        return 0
    flashes = [e["at"] for e in seen.heard if e["event"] == "party_changed" and e["cue"] == "flash"]
    lasted = next(act.ms for act in silent.placed[-1][1].acts if act.do == "flash")
    return round((flashes[0] + lasted / 1000 + STOPS) * RATE) if flashes else 0


def batch(seeds: list[int]) -> list[Told]:
    """Place the calls of some seeds on one box."""
    with box() as here:
        return [placed(seed, here) for seed in seeds]


def person(seed: int) -> Silent:
    """Return a call on which the box must ask: a person calls, or is called."""
    made = draft(np.random.default_rng((seed, 6)))
    incoming = seed % 2 == 0
    made.network["reversal"] = True
    made.network["answers_after_ms"] = made.ms(6000, 9000)
    made.circuit["line_noise_dbm0"] = -65.0
    if not incoming:
        made.dial(ORDINARY[made.country], weak=False)
    made.act("caller", "speak", "answered", made.ms(500, 900), seconds=1.0)
    made.act("office", "speak", "answered", made.ms(2200, 2600), seconds=0.8)
    made.act("office", "hang_up", "answered", AFTER)
    scene = made.scene("incoming" if incoming else "outgoing")
    return Silent("control", "a person", made.country, ((OWN[0], scene),), mono=seed % 3 == 0)


def _asked(seed: int) -> bool:
    silent = person(seed)
    with box() as here:
        return bool(here.calls(silent.placed, seed=seed, config=silent.config(here.config)).put)


def batches() -> list[list[int]]:
    """Divide the calls into batches, all kinds mixed."""
    seeds = [int(seed) for seed in np.random.default_rng(CALLS).permutation(CALLS)]
    return [seeds[first : first + BATCH] for first in range(0, CALLS, BATCH)]


def rows() -> Iterator[Row | Table]:
    """Place the calls."""
    yield from summed_up([one for done in each(batch, batches(), "silent calls") for one in done])
    yield control()


def control() -> Row:
    """Place calls of people."""
    asked = each(_asked, range(CONTROLS), "people's calls")
    return Row("prompts on calls of people, made the same way", f"{sum(asked)} of {CONTROLS}")


def summed_up(told: list[Told]) -> Iterator[Row | Table]:
    """Count the outcomes of calls, by kind."""
    for kind in sorted({one.silent.kind for one in told}):
        yield _row(kind, [one for one in told if one.silent.kind == kind])
    yield _row("all of them", told)
    spoken = [one for one in told if one.samples]
    if spoken:
        lines = tuple(
            (str(one.seed), one.silent.kind, one.silent.about, f"{one.at:.1f} s", one.reason)
            for one in spoken
        )
        yield Table("Calls on which it spoke", ("seed", "kind", "about", "at", "ended"), lines)


def _row(kind: str, told: list[Told]) -> Row:
    spoke = sum(one.samples > 0 for one in told)
    reasons = Counter(one.reason for one in told).most_common()
    faults, long = sum(one.faults for one in told), hours(sum(one.line_samples for one in told))
    return Row(
        f"prompts on {len(told)} calls, {long:.1f} h: {kind}",
        f"{spoke} ({sum(one.samples for one in told)} samples); {faults} faults; ended: "
        + ", ".join(f"{reason} {count}" for reason, count in reasons),
        "0",
        met=not spoke,
    )
