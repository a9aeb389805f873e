"""Define what a driver's ``DEVICE`` says: how it opens, is known, and makes lines.

The other half of a driver, its options and facts, is in ``config.drivers``, under the same
name. Nothing of a driver is loaded before one of these functions is called.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from appliance.clock import Clock
from appliance.config.settings import Line
from appliance.errors import LineError
from appliance.lines.base import AudioSource, HookSource, LineClock, PromptSink
from appliance.lines.plugged.connection import Connected, unknown
from appliance.lines.plugged.hardware import SoundCard
from appliance.link.requests.devices import IsdnCard, Proposal
from appliance.model.audio import Sound
from appliance.model.findings import Finding, find
from appliance.model.sentences.faults import FaultText

Options = Mapping[str, Any]
Settings = dict[str, str | bool]
"""Of a part, as a proposal has them."""


# -- opening --------------------------------------------------------------------------------------


class VoltageStore(Protocol):
    """Keeps a line's on-hook voltage from one start to the next."""

    def load(self) -> float | None:
        """Return the voltage; None if none is known."""

    def save(self, volts: float) -> None:
        """Keep a voltage; a disk that fails is no reason to stop."""


class SimulatedLines(Protocol):
    """How simulated lines behave; a driver of real devices takes no heed of it."""

    @property
    def at_speed(self) -> bool:
        """Say whether lines run as fast as the processor goes."""

    @property
    def seed(self) -> int | None:
        """Return what everything random follows from; None: another every time."""

    @property
    def far_voice(self) -> Sound | None:
        """Return the callers' voice in place of the shipped one."""

    @property
    def near_voice(self) -> Sound | None:
        """Return what speaks in the office in place of the shipped voice."""


@dataclass(frozen=True, slots=True)
class Supplies:
    """What the drivers of a line are made with."""

    clock: Clock
    simulation: SimulatedLines
    settled: Callable[[], None]  # waits until the line has dealt with what was delivered at speed
    shared: Callable[["Device"], Any]
    """Returns what all lines of the box share of a driver, such as the owner of its sound cards."""
    voltage: VoltageStore  # keeps what a modem learns of the line's voltage
    country: str  # ISO 3166, whose network the lines are on
    caller: Callable[[str, "Line", str, LineClock, "Supplies"], HookSource]
    """Opens a device of another driver that tells who calls: driver, line, port, line's clock."""


def _never_idle(idle: Callable[[], bool]) -> None:
    """Take no heed of when the line is between calls."""


@dataclass(frozen=True, slots=True)
class LineRoles:
    """What a driver has made for a line: the roles that it plays. Nothing runs before ``start``."""

    hook: HookSource | None = None
    audio: AudioSource | None = None
    prompt: PromptSink | None = None
    clock: LineClock | None = None
    """The line's time, of a driver that hears it; drivers of the hook alone go by it."""
    ask_when_idle: Callable[[Callable[[], bool]], None] = _never_idle
    """Gives the driver a function that says whether the line is between calls."""
    exchange: Any = None  # the simulated network, where the line is simulated
    connected: Connected = unknown
    """Tells how the device of these roles was connected when it was last opened."""


# -- what is plugged in ---------------------------------------------------------------------------


class NoAnswer(LineError):
    """What hangs on a port does not answer as a device of this driver."""


class Answer(Protocol):
    """What a port has answered, or why it has not."""

    @property
    def says(self) -> Finding:
        """Return it as a finding."""

    @property
    def known(self) -> bool:
        """Say whether a device that a line needs has answered."""

    @property
    def sees_hook(self) -> bool:
        """Say whether what hangs there can tell that a phone is lifted."""


@dataclass(frozen=True, slots=True)
class IsSilent:
    """A device that gave no answer that is known here."""

    battery: bool = False  # its DCD is on, as optocouplers on an idle line hold it
    known: bool = False

    @property
    def sees_hook(self) -> bool:
        """Say whether it may be what sees the phone."""
        return self.battery

    @property
    def says(self) -> Finding:
        """Return that it is silent, and what it may be all the same."""
        return find("serial.is_voltage" if self.battery else "serial.is_silent")


@dataclass(frozen=True, slots=True)
class UnaskedDevice:
    """A device that could not be asked."""

    why: FaultText
    known: bool = False
    sees_hook: bool = False

    @property
    def says(self) -> Finding:
        """Return why."""
        return find("serial.is_unasked", self.why.fault)


@dataclass(frozen=True, slots=True)
class Finds:
    """What is plugged in and serves no line yet."""

    answers: Mapping[str, Answer]  # stable path of a port -> what it answered
    unasked: Sequence[str] = ()  # ports that could be asked and were not
    cards: Sequence[SoundCard] = ()
    isdn: Sequence[IsdnCard] = ()


@dataclass(frozen=True, slots=True)
class HookOffer:
    """A device that sees the phone: its part of the settings."""

    word: str  # its place among the others: monitor, modem or couplers
    port: str
    settings: Settings
    takes_caller: bool = False  # another device may tell who calls beside it
    caller: str = ""  # the port of that


@dataclass(frozen=True, slots=True)
class CallerOffer:
    """A device that can only tell who calls, beside one that sees the phone."""

    driver: str
    port: str


@dataclass(frozen=True, slots=True)
class SoundOffer:
    """A device that hears and speaks: its part of the settings, as a tap or as one signal."""

    card: str
    audio: Settings
    prompt: Settings
    tapped: bool
    built_in: bool = False  # the computer's own, and not what somebody has plugged in


Offer = HookOffer | CallerOffer | SoundOffer | Proposal
"""A part of a line, or a whole one."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a line uses a port for."""

    line: str
    port: str
    driver: str
    options: Options
    alone: bool  # its driver makes the line's sound, too
    callers: bool = False  # its device tells who calls, and another one sees the hook
    number: int | None = None  # of the line at a device that several share


Probe = Callable[[str, Options, Clock], Answer | None]
"""Asks what hangs on a port, with the options of a line or of a variant; None: it is silent.

Raises ``NoAnswer``, or another LineError if it cannot be asked.
"""


@dataclass(frozen=True, slots=True)
class Device:
    """The device half of a driver."""

    driver: str
    open: Callable[[Line, Supplies, LineClock | None], LineRoles]
    """Makes the roles that a line gives this driver, by the clock of what hears the line."""
    share: Callable[[Clock], Any] | None = None
    """Makes what all lines of a box share of it, once."""
    caller: Callable[[Line, str, LineClock, Supplies], HookSource] | None = None
    """Opens a device that only tells who calls, by its port."""
    release: Callable[[str], str] | None = None
    """Hangs up what may still hold the line at a port, and says what was done; of a recorder that
    has ended, however it ended."""
    named: re.Pattern[str] | None = None
    """How the product names of its own devices begin, and no other's."""
    usb_ids: Callable[[], Mapping[str, str]] = field(default=dict)
    """USB id under which one was seen -> its profile; a hint whom to ask first."""
    variants: Callable[[], Sequence[Options]] = tuple
    """Options with which a free port can be asked, one after the other."""
    probe: Probe | None = None
    look: Callable[[Use, Callable[[], Answer | None] | None], Iterator[Finding]] | None = None
    """Says how a line's own port is; asks it by the function, which is None while it is in use."""
    silent: Callable[[str], Answer] | None = None
    """Looks what a port that answers nothing may be."""
    tells: Callable[[Line], Iterator[Finding]] | None = None
    """Says what comes of it for a line that has it, whatever the line records."""
    offers: Callable[[Finds], Iterator[Offer]] | None = None
    """Says what lines can be made of its devices."""
