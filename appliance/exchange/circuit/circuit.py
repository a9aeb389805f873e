"""Model the line as a circuit: the box's tap sees both parties, the network and itself.

Theory of operation. All sources meet in one node, the tap, and each is a voltage behind an
impedance::

    exchange ──Zn──●──sense──┬──Zp── office phone (on-hook: its ringer alone)
                   V    I→   ├──Rp── the box's prompt, 2.2 kΩ, connected only off-hook
                             ├──Zq── a second phone, if one is off-hook
                             └──Zm── a voice modem, while it holds the loop

    V = (Ef/Zn + Ep/Zp + Eb/Rp + Em/Zm) / (1/Zn + 1/Zp + 1/Rp + 1/Zq + 1/Zm)     I = (Ef - V) / Zn

The current is sensed upstream of everything of the office, the box included, and counts from the
network to the office. So what comes from the network has V and I in phase, what comes from any
phone of the office or from the box has them in antiphase, and V + Zn·I holds nothing but the
network. Impedances are resistances with one parallel capacitor; each way through the node is a
short filter whose taps follow from them by the bilinear transform.

Voltages count like samples: 0 dBm0 on the tap is 0 dBm across 600 Ω. Currents are multiplied by
600 Ω to the same units. An A-law network carries what comes from far; the near side's own sound
returns from it as an echo.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from appliance.exchange.circuit import impairments
from appliance.exchange.scene import Circuit
from appliance.model.audio import FRAME, RATE
from appliance.signals.pcm import Wave, rms_of, through_alaw, to_sound

REFERENCE_OHMS = 600.0
INJECTION_OHMS = 2200.0
"""The box speaks through this resistor, which adds only 1.1 dB of loss to the call."""

_TAPS = 16
_POINTS = 128  # of the frequency grid from which the taps follow


@dataclass(frozen=True, slots=True)
class Impedance:
    """A resistance in series with a resistance and a capacitor in parallel."""

    series: float  # ohms
    parallel: float = 0.0  # ohms
    farads: float = 0.0

    def over_frequency(self) -> np.ndarray[tuple[int], np.dtype[np.complex128]]:
        """Return the impedance in ohms on the grid, by the bilinear transform."""
        back = np.exp(-2j * np.pi * np.arange(_POINTS // 2 + 1) / _POINTS)  # z to the -1
        stored = 2 * RATE * self.parallel * self.farads
        grid = self.series + self.parallel * (1 + back) / ((1 + back) + stored * (1 - back))
        return np.asarray(grid, np.complex128)


RESISTIVE = Impedance(600.0)
NETWORK = {"resistive": RESISTIVE, "complex": Impedance(220.0, 820.0, 115e-9)}
PHONE = {"resistive": RESISTIVE, "complex": Impedance(270.0, 750.0, 150e-9)}
RINGER = Impedance(8000.0)
"""All phones on-hook, in parallel."""
MODEM = RESISTIVE
"""A modem that holds the loop: a load of its own, beside any phone that is off-hook."""
OPEN = Impedance(1e7)


class Loop(Enum):
    """State of the loop, as far as speech is concerned."""

    IDLE = "idle"  # phone on-hook
    TALK = "talk"  # phone off-hook
    DEAD = "dead"  # phone or modem off-hook, the network has opened the loop
    MODEM = "modem"  # phone on-hook, a modem holds the loop
    BOTH = "both"  # both hold it

    @property
    def phone(self) -> bool:
        """Return whether a phone is off-hook."""
        return self in {Loop.TALK, Loop.DEAD, Loop.BOTH}

    @property
    def modem(self) -> bool:
        """Return whether a modem holds the loop and the network feeds it."""
        return self in {Loop.MODEM, Loop.BOTH}


class Node:
    """The tap in one state of the loop: three sources in, voltage and current out."""

    def __init__(self, circuit: Circuit, loop: Loop) -> None:
        """Compute the taps."""
        network = NETWORK[circuit.network] if loop is not Loop.DEAD else OPEN
        phone = PHONE[circuit.phone] if loop.phone else RINGER
        box = Impedance(INJECTION_OHMS) if loop is not Loop.IDLE else OPEN
        other = PHONE["resistive"] if circuit.second_phone and loop.phone else OPEN
        modem = (MODEM,) if loop.modem else ()
        admittance = [1 / z.over_frequency() for z in (network, phone, box, *modem, other)]
        whole = sum(admittance[1:], admittance[0])
        share = [y / whole for y in admittance[:-1]]  # of each source in V
        into = [-admittance[0] * part for part in share]
        into[0] = into[0] + admittance[0]
        self._ways = [
            (_taps(volts), _taps(amperes * REFERENCE_OHMS))
            for volts, amperes in zip(share, into, strict=True)
        ]

    def solve(self, sources: Sequence[Wave]) -> tuple[Wave, Wave]:
        """Return voltage and current of a frame.

        ``sources`` are far, near, box and, where a modem holds the loop, modem, each with the last
        ``_TAPS - 1`` samples before it.
        """
        volts, amperes = np.zeros(FRAME), np.zeros(FRAME)
        for source, (to_volts, to_amperes) in zip(sources, self._ways, strict=True):
            if source.any():
                volts += np.convolve(source, to_volts, "valid")
                amperes += np.convolve(source, to_amperes, "valid")
        return volts, amperes


def _taps(response: np.ndarray[tuple[int], np.dtype[np.complex128]]) -> Wave:
    taps: Wave = np.fft.irfft(response, _POINTS)[:_TAPS]
    return taps


_HISTORY = _TAPS - 1
_INSTALLED_OHMS = 370.0
"""Network and phone in parallel: 300 Ω where both are 600 Ω, about 450 Ω where both are complex."""

_BOX_GAIN = (INJECTION_OHMS + _INSTALLED_OHMS) / _INSTALLED_OHMS
"""The box drives its resistor so hard that the prompt reaches the line at its own level."""


class Wires:
    """A line with its noise and the network behind it, frame by frame."""

    def __init__(self, circuit: Circuit, seed: np.random.SeedSequence) -> None:
        """Put the line together; ``seed`` seeds its noise."""
        self._circuit = circuit
        network, wires = (np.random.default_rng(child) for child in seed.spawn(2))
        self._on_the_way = impairments.of_network(circuit, network)
        self._added = impairments.of_wires(circuit, wires)
        self._of_prompt = impairments.of_prompt(circuit)
        self._noise = np.random.Generator(np.random.SFC64(seed))
        self._nodes = {loop: Node(circuit, loop) for loop in (Loop.IDLE, Loop.TALK, Loop.DEAD)}
        self._to_tap = _ratio(circuit.receive_dbr - circuit.loss_db)
        self._from_far = _ratio(circuit.gain_db)
        self._to_exchange = _ratio(-circuit.loss_db)
        self._box = 0.0 if circuit.prompt_muted else _BOX_GAIN * _ratio(circuit.prompt_db)
        self._capture = _ratio(circuit.capture_db)
        self._of_capture = [impairments.of_capture(circuit) for _ in range(2)]
        self._levels = tuple(
            rms_of(dbm0)
            for dbm0 in (
                circuit.network_noise_dbm0,
                circuit.line_noise_dbm0,
                circuit.sense_noise_dbm0,
            )
        )
        self._before = [np.zeros(_HISTORY) for _ in range(4)]
        self.at_modem: Wave = np.zeros(FRAME)
        """``[FRAME]``, the last one as a modem on the line hears it: without its own voice."""
        self._delay = max(FRAME, round(circuit.echo_ms * RATE / 1000)) if circuit.echo_ms else 0
        self._sent = np.zeros(self._delay)  # to the exchange, waiting to return
        self._echo = _ratio(-circuit.echo_loss_db)

    def carry(
        self, far: Wave, near: Wave, box: Wave | None, loop: Loop, modem: Wave | None = None
    ) -> tuple[Wave, Wave]:
        """Return one frame at the tap: voltage and current.

        Args:
            far: ``[FRAME]``, levels as in the digital network.
            near: ``[FRAME]``, levels as into 600 Ω.
            box: ``[FRAME]`` of the prompt, or None.
            loop: its state.
            modem: ``[FRAME]``, what a modem that holds the loop sends, levels as into 600 Ω.
        """
        noise = self._noise.standard_normal((3, FRAME), dtype=np.float32)
        arriving = impairments.through(self._on_the_way, far * self._from_far)
        arriving = arriving + noise[0] * self._levels[0]
        if self._delay:
            arriving += self._echo * self._sent[:FRAME]
        if self._circuit.alaw:
            arriving = through_alaw(to_sound(arriving)).astype(np.float64)
        sent = np.zeros(FRAME) if modem is None else modem
        frames = (
            2 * self._to_tap * arriving,
            2 * near,
            impairments.through(
                self._of_prompt, np.zeros(FRAME) if box is None else self._box * box
            ),
            2 * sent,
        )
        sources = [
            np.concatenate((before, frame))
            for before, frame in zip(self._before, frames, strict=True)
        ]
        self._before = [source[-_HISTORY:] for source in sources]
        if loop not in self._nodes:
            self._nodes[loop] = Node(self._circuit, loop)
        volts, amperes = self._nodes[loop].solve(sources if loop.modem else sources[:3])
        volts = impairments.through(self._added, volts)
        self.at_modem = volts - sent if loop.modem else volts  # its hybrid takes its own half
        if self._delay:
            # The exchange's hybrid takes away its own half and sends on the rest.
            fed = loop in {Loop.TALK, Loop.MODEM, Loop.BOTH}
            leaving = (volts - frames[0] / 2) * self._to_exchange * fed
            self._sent = np.concatenate((self._sent[FRAME:], leaving))
        voltage = self._capture * (volts + noise[1] * self._levels[1])
        current = self._capture * (amperes + noise[2] * self._levels[2])
        return (
            impairments.through(self._of_capture[0], voltage),
            impairments.through(self._of_capture[1], current),
        )


def _ratio(db: float) -> float:
    return math.pow(10.0, db / 20)


@dataclass(frozen=True, slots=True)
class Direct:
    """Direct voltage and current of the loop, as a line monitor sees them."""

    volts: float  # negative: the wires are swapped
    milliamps: float
    modem_milliamps: float = 0.0
    """Part of them that flows through a modem."""


_FEED_OHMS = 800.0  # the exchange's two feeding resistors
_PHONE = (4.0, 220.0)
"""A phone off-hook: the volts that it needs, and ohms in series."""

_MODEM = (6.0, 50.0)
"""A modem off-hook; ETSI TS 103 021 lets it need up to 9 V at 20 mA."""


def direct(
    circuit: Circuit,
    *,
    off_hook: bool,
    modem: bool = False,
    powered: bool = True,
    broken: bool = False,
    swapped: bool = False,
) -> Direct:
    """Return direct voltage and current of the loop.

    Args:
        circuit: the line.
        off_hook: a phone closes the loop.
        modem: a modem closes it, alone or beside the phone.
        powered: the network feeds the line at all.
        broken: the current is interrupted while the voltage stays.
        swapped: the wires are the other way round.
    """
    sign = -1.0 if swapped else 1.0
    if not powered:
        return Direct(0.0, 0.0)
    loads = [_PHONE] * off_hook + [_MODEM] * modem
    volts, amperes = _loaded(circuit, loads)
    flows = 0.0 if broken else sign * 1000
    through = (volts - _MODEM[0]) / _MODEM[1] if modem else 0.0
    return Direct(sign * volts, flows * amperes, flows * max(0.0, through))


def _loaded(circuit: Circuit, loads: list[tuple[float, float]]) -> tuple[float, float]:
    """Return volts and amperes of the loop; a load that gets less than it needs takes nothing."""
    around = _FEED_OHMS + circuit.loop_ohms
    if not loads:
        return circuit.idle_volts, 0.0
    if len(loads) == 1:
        needs, ohms = loads[0]
        amperes = max(0.0, (circuit.idle_volts - needs) / (around + ohms))
        return needs + ohms * amperes, amperes
    into = circuit.idle_volts / around + sum(needs / ohms for needs, ohms in loads)
    volts = into / (1 / around + sum(1 / ohms for _, ohms in loads))
    if any(volts < needs for needs, _ in loads):
        return _loaded(circuit, [min(loads)])
    return volts, (circuit.idle_volts - volts) / around
