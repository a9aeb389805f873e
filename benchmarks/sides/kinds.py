"""List the kinds of presses in scenes 1 to 14: who presses, the line, the wanted result."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs

from appliance.exchange.circuit.impairments import through_gsm
from appliance.exchange.scene import Circuit
from appliance.model.audio import FRAME, RATE, samples
from appliance.signals.pcm import Wave
from benchmarks.sides import offices
from benchmarks.sides.offices import Chance, Generator, Office

KEYS = "0123456789*#"


Target = tuple[tuple[str, float], ...]
"""Grade -> which part of the keys may at most be taken for far, or must at least be accepted."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of press."""

    scene: int
    name: str
    near: bool
    by: Callable[[Office, Chance, float], Generator]
    target: Target = ()
    circuit: Callable[[Circuit, Chance], Circuit] = lambda circuit, chance: circuit
    made: Callable[[Wave, Chance], Wave] = lambda wave, chance: wave
    other: Callable[[str, Chance], str] | None = None  # scene 13: what the other party presses
    talks_db: float | None = None  # scene 14: of the office, against the key on its way there
    ata: bool = False
    apart: int = offices.APART  # between the beginnings of two presses


def enrolled(office: Office, chance: Chance, jitter_db: float) -> Generator:
    """Return one of the office's own phones."""
    return office.phones[int(chance.integers(0, len(office.phones)))]


def _stranger(office: Office, chance: Chance, jitter_db: float) -> Generator:
    return offices.phone(chance, jitter_db, exact=bool(chance.integers(0, 2)))


def _app(office: Office, chance: Chance, jitter_db: float) -> Generator:
    return offices.tone_app(chance)


def _analog(office: Office, chance: Chance, jitter_db: float) -> Generator:
    others = [make for make in range(offices.MAKES) if make not in _makes(office)]
    return offices.analog_caller(chance, jitter_db, others)


def _same_make(office: Office, chance: Chance, jitter_db: float) -> Generator:
    return offices.analog_caller(chance, jitter_db, _makes(office))


def _any_make(office: Office, chance: Chance, jitter_db: float) -> Generator:
    return offices.analog_caller(chance, jitter_db, range(offices.MAKES))


def _makes(office: Office) -> list[int]:
    return [phone.make for phone in office.phones if phone.make is not None]


def _network(office: Office, chance: Chance, jitter_db: float) -> Generator:
    return offices.gateway(chance)


def _mobile(office: Office, chance: Chance, jitter_db: float) -> Generator:
    level, twist = float(chance.choice((-7.0, -10.0, -13.0))), float(chance.choice((0.0, 2.0)))
    return Generator(level + 3.0, twist, ms=(100.0, 100.0))  # levels are per tone


def _endless(office: Office, chance: Chance, jitter_db: float) -> Generator:
    return replace(offices.gateway(chance), ms=(500.0, 2000.0))


def _by_app(office: Office, chance: Chance, jitter_db: float) -> Generator:
    return Generator(float(chance.uniform(-13, -7)), 0.0, ms=(120.0, 250.0))


def _second(circuit: Circuit, chance: Chance) -> Circuit:
    return structs.replace(circuit, second_phone=True)


def _noisy(circuit: Circuit, chance: Chance) -> Circuit:
    return structs.replace(circuit, network_noise_dbm0=float(chance.uniform(-62, -45)))


def _lossy(circuit: Circuit, chance: Chance) -> Circuit:
    return structs.replace(circuit, lost_packets=float(chance.uniform(0.01, 0.03)))


def _echoing(circuit: Circuit, chance: Chance) -> Circuit:
    late, loss = float(chance.uniform(50, 400)), float(chance.uniform(6, 20))
    return structs.replace(circuit, echo_ms=late, echo_loss_db=loss)


def _leaked(wave: Wave, chance: Chance) -> Wave:
    leak = wave[: samples(float(chance.choice((0.02, 0.04))))]
    return np.concatenate((leak, np.zeros(samples(float(chance.uniform(0.03, 0.08)))), wave))


def _coded(wave: Wave, chance: Chance) -> Wave:
    return through_gsm(np.concatenate((np.zeros(FRAME), wave, np.zeros(FRAME))))


def _another(key: str, chance: Chance) -> str:
    return str(chance.choice([each for each in KEYS if each != key]))


_NONE: Target = (("A", 0.0), ("B", 0.0))
_A_NONE: Target = (("A", 0.0),)
_TAKEN: Target = (("A", 0.99), ("B", 0.95))
_A_TAKEN: Target = (("A", 0.99),)

NEAR = (
    Kind(8, "enrolled phone", True, enrolled, _NONE),
    Kind(9, "enrolled phone, a second one off-hook", True, enrolled, _NONE, _second),
    Kind(10, "phone not enrolled", True, _stranger, _A_NONE),
    Kind(11, "tone app at the handset", True, _app, _A_NONE),
    Kind(12, "enrolled phone, echo 50–400 ms", True, enrolled, _NONE, _echoing),
    Kind(13, "both press, other keys", True, enrolled, _NONE, other=_another),
)
FAR = (
    Kind(1, "analog caller", False, _analog, _TAKEN, _noisy),
    Kind(1, "analog caller, phone of a make that the office has", False, _same_make, (), _noisy),
    Kind(1, "analog caller, phone of any of the ten makes", False, _any_make, (), _noisy),
    Kind(2, "mobile, 100 ms", False, _mobile, _TAKEN),
    Kind(3, "router or ATA port, caller behind a gateway", False, _network, _A_TAKEN, ata=True),
    Kind(4, "in-band, 1–3 % of packets lost", False, _network, (), _lossy),
    Kind(5, "tone app through a mobile's codec", False, _by_app, _TAKEN, made=_coded),
    Kind(6, "leak, then made anew", False, _network, _TAKEN, made=_leaked),
    Kind(7, "lost end, 0.5–2 s", False, _endless, _TAKEN, apart=offices.APART + 2 * RATE),
    Kind(13, "both press, the same key", False, _network, other=lambda key, chance: key),
    Kind(14, "the office talks 6 dB above the key", False, _network, talks_db=6.0),
    Kind(14, "the office talks 6 dB below the key", False, _network, talks_db=-6.0),
)
