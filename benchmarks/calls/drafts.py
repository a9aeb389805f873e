"""Draw calls on which the box must stay silent: for help, and of machines.

Everything about a call varies by seed: country and numbers, tones or pulses, outside prefixes,
speeds, levels, twist, frequencies, noise, the tap, the moment of the answer and how it shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from appliance.config.settings import Config, LineKind, Part
from appliance.exchange.scene import Circuit, Network, Scene, SceneAct, SceneCaller, SceneOffice
from appliance.model.audio import Sound
from appliance.recorder.numbers.emergency import EmergencyNumbers

Chance = np.random.Generator

ORDINARY = {
    "PL": "221234567", "DE": "03012345678", "GB": "02079460123", "US": "2125550123",
    "FR": "0123456789", "IT": "0612345678", "CZ": "222123456", "NL": "0201234567",
    "ES": "912345678", "SE": "08123456", "CH": "0441234567",
}  # fmt: skip
"""Country -> a number that its plan holds: a call to it is asked."""

OWN = "Reception", "Office"
"""The box's two lines."""

AFTER = 12_000
"""Milliseconds after the answer, at least, in which the box could begin to speak."""


@dataclass(frozen=True, slots=True)
class Silent:
    """One such call, with the calls before it."""

    kind: str
    about: str
    country: str
    placed: tuple[tuple[str, Scene], ...]  # with the name of the line
    prefix: str = ""
    line_kind: LineKind = LineKind.PHONE
    mono: bool = False
    far: Sound | None = None
    near: Sound | None = None
    flash: bool = False  # only what is said after the flash counts

    def config(self, trial: Config) -> Config:
        """Return the box's configuration."""
        sides = {"sides": "both"} if self.mono else {}
        lines = tuple(
            replace(trial.lines[0], name=name, kind=self.line_kind, audio=Part("exchange", sides))
            for name in OWN
        )
        office = replace(trial.office, country=self.country, outside_prefix=self.prefix)
        return replace(trial, lines=lines, office=office)


@dataclass(slots=True)
class Draft:
    """A call being drawn."""

    chance: Chance
    country: str
    acts: list[SceneAct] = field(default_factory=list)
    network: dict[str, Any] = field(default_factory=dict)
    circuit: dict[str, Any] = field(default_factory=dict)

    def between(self, low: float, high: float) -> float:
        """Return a number between two."""
        return float(self.chance.uniform(low, high))

    def ms(self, low: float, high: float) -> int:
        """Return milliseconds between two."""
        return round(self.between(low, high))

    def one_of(self, *things: Any) -> Any:
        """Return one of some values."""
        return things[int(self.chance.integers(len(things)))]

    def maybe(self, share: float) -> bool:
        """Say yes with a probability."""
        return self.chance.random() < share

    def act(self, by: str, do: str, on: str, after_ms: int = 0, **more: Any) -> None:
        """Add an act of a party."""
        act: Any = {"by": by, "do": do, "on": on, "after_ms": after_ms, **more}
        self.acts.append(SceneAct(**act))

    def dial(
        self, keys: str, on: str = "lifted", *, pulses: bool = False, weak: bool = True
    ) -> None:
        """Let the office dial: by hand, by a memory key, or by a rotary dial."""
        quick = self.maybe(0.3)
        self.act(
            "office",
            "dial",
            on,
            self.ms(900, 3000),
            id="number",
            keys=keys,
            pulses=pulses,
            ms=self.ms(48, 70) if quick else self.ms(70, 220),
            gap_ms=self.ms(48, 70) if quick else self.ms(80, 700),
            dbm0=self.between(-22 if weak else -9, -2),
            twist_db=self.between(-4, 3.5),
            deviation=self.between(-0.012, 0.012),
            jitter_db=self.between(0, 1),
        )

    def talk(self, on: str = "answered", seconds: float = 10.0) -> None:
        """Let both parties greet and talk."""
        self.act("caller", "speak", on, self.ms(200, 1800), seconds=self.between(0.6, 2.5))
        self.act("office", "speak", on, self.ms(2600, 3600), seconds=self.between(0.6, 2.5))
        at = self.ms(6500, 7500)
        self.act("both", "speak", on, at, seconds=max(1.0, seconds - at / 1000))

    def wire(self) -> None:
        """Draw the line and how the network shows the answer."""
        self.network |= {
            "country": self.country,
            "answers_after_ms": self.ms(1600, 9000),
            "reversal": self.maybe(0.4),
        }
        self.circuit |= {
            "loss_db": self.between(0, 6),
            "receive_dbr": self.one_of(0.0, 0.0, -7.0),
            "line_noise_dbm0": self.between(-68, -50),
            "second_phone": self.maybe(0.1),
            "loop_ohms": self.between(50, 900),
            "hum_dbm0": self.between(-45, -30) if self.maybe(0.15) else None,
            "monitor_late_ms": self.one_of(0, 0, 20, 40, 100),
        }

    def scene(self, direction: str = "outgoing", limit: float = 60.0) -> Scene:
        """Return the call."""
        how: Any = direction
        return Scene(
            name="silent",
            about="Nothing may be said on it.",
            direction=how,
            caller=SceneCaller(number="+48221234567"),
            office=SceneOffice(lifts_after_rings=int(self.chance.integers(1, 4))),
            network=Network(**self.network),
            circuit=Circuit(**self.circuit),
            acts=tuple(self.acts),
            limit_seconds=limit,
        )


Maker = Callable[[Draft], Silent]


def draft(chance: Chance, *countries: str) -> Draft:
    """Begin a call in one of some countries."""
    made = Draft(chance, str(chance.choice(countries or tuple(ORDINARY))))
    made.wire()
    return made


@cache
def emergency_numbers(country: str) -> tuple[str, ...]:
    """Return every number of up to six digits that calls for help in a country."""
    own = EmergencyNumbers(country)
    short = (f"{n:0{size}d}" for size in (2, 3, 4, 5) for n in range(10**size))
    found = [n for n in short if own.holds(n)]
    return (*found, *(f"116{n:03d}" for n in range(1000) if own.holds(f"116{n:03d}")))


def for_help(made: Draft) -> tuple[str, str]:
    """Return the dialled emergency number, and the outside prefix known to the box."""
    number = str(made.one_of(*emergency_numbers(made.country)))
    dialled, known = made.one_of(("", ""), ("", ""), ("0", "0"), ("9", "9"), ("0", ""), ("", "0"))
    return f"{dialled}{number}", str(known)


def emergency_by_tones(made: Draft) -> Silent:
    """The office calls for help."""
    keys, prefix = for_help(made)
    if not prefix and made.maybe(0.1):
        keys = f"{made.one_of('*31#', '#31#')}{keys}"
    made.dial(keys)
    made.talk()
    made.act("office", "hang_up", "answered", AFTER)
    return _silent("emergency, tones", keys, made, prefix=prefix)


def emergency_by_pulses(made: Draft) -> Silent:
    """The office calls for help with a rotary dial."""
    keys, prefix = for_help(made)
    made.dial(keys, pulses=True)
    made.talk()
    made.act("office", "hang_up", "answered", AFTER)
    made.circuit["monitor_counts"] = made.maybe(0.5)
    return _silent("emergency, pulses", keys, made, prefix=prefix)


def _waits(made: Draft, seconds: float) -> Scene:
    """Return a call that only lasts: at speed, time passes on a line in calls alone."""
    made.acts = []
    made.act("office", "hang_up", "answered", round(seconds * 1000))
    return made.scene("incoming", seconds + 60)


def call_back(made: Draft) -> Silent:
    """The emergency service calls back within half an hour, on this or another line."""
    keys, prefix = for_help(made)
    made.dial(keys, weak=False)
    made.talk()
    made.act("office", "hang_up", "answered", made.ms(6000, 14000))
    help_call = made.scene()
    wait = made.between(600, 1500) if made.maybe(0.15) else made.between(1, 60)
    other = made.maybe(0.4)
    first, then = OWN if other else (OWN[0], OWN[0])
    between = () if other else ((then, _waits(made, wait)),)
    made.acts = []
    made.wire()
    made.talk()
    made.act("office", "hang_up", "answered", AFTER)
    back = made.scene("incoming")
    made.country = help_call.network.country
    placed = ((first, help_call), *between, (then, back))
    return _silent("call-back", f"{keys}, {wait:.0f} s", made, prefix=prefix, placed=placed)


def flash(made: Draft) -> Silent:
    """In a call under way the office flashes and calls for help."""
    keys, prefix = for_help(made)
    incoming = made.maybe(0.6)
    if not incoming:
        made.dial(f"{prefix}{ORDINARY[made.country]}", weak=False)
    made.talk()
    answer = made.one_of("", "", "1", "2")
    if answer:
        made.act("caller", "key", "mark", 800, keys=answer, ms=120)
    made.act("office", "flash", "conversation", made.ms(500, 4000), ms=made.ms(150, 500))
    made.act(
        "office", "dial", "flashed", made.ms(900, 2500), id="help", keys=keys,
        pulses=made.maybe(0.3), ms=made.ms(60, 150), gap_ms=made.ms(60, 400),
    )  # fmt: skip
    made.act("third", "speak", "done:help", made.ms(1500, 4000), seconds=made.between(2, 5))
    made.act("office", "hang_up", "done:help", AFTER)
    made.circuit["monitor_counts"] = made.maybe(0.5)
    placed = ((OWN[0], made.scene("incoming" if incoming else "outgoing", 120)),)
    return replace(
        _silent("after a flash, emergency", keys, made, prefix=prefix, placed=placed), flash=True
    )


def on_other_lines(made: Draft) -> Silent:
    """People talk on a machine's line, which the box never asks."""
    kind = made.one_of(*(kind for kind in LineKind if kind is not LineKind.PHONE))
    incoming = made.maybe(0.5)
    if not incoming:
        made.dial(ORDINARY[made.country], weak=False)
    made.talk()
    made.act("office", "hang_up", "answered", AFTER)
    placed = ((OWN[0], made.scene("incoming" if incoming else "outgoing")),)
    made_so = _silent("people on machines' lines", str(kind), made, placed=placed)
    return replace(made_so, line_kind=kind)


def _silent(
    kind: str,
    about: str,
    made: Draft,
    *,
    prefix: str = "",
    placed: tuple[tuple[str, Scene], ...] = (),
) -> Silent:
    return Silent(
        kind=kind,
        about=f"{made.country} {about}",
        country=made.country,
        placed=placed or ((OWN[0], made.scene()),),
        prefix=prefix,
        mono=made.maybe(0.3),
    )


PEOPLE: Mapping[Maker, int] = {
    emergency_by_tones: 320,
    emergency_by_pulses: 180,
    call_back: 80,
    flash: 80,
    on_other_lines: 40,
}
"""What people do -> how many calls of it."""
