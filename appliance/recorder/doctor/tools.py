"""Gather what an examination of lines and devices works with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from appliance.errors import LineError
from appliance.lines.device import Answer, Finds, Probe
from appliance.lines.plugged.hardware import Hardware
from appliance.lines.plugged.mixer import controls_gain
from appliance.lines.sound.device_list import ask_portaudio, pyaudio_installed
from appliance.link.requests.devices import IsdnCard
from appliance.link.requests.settings import Taken
from appliance.model.records import LineStatus
from appliance.recorder.doctor.grade import CalibrationWorth
from appliance.recorder.drivers import DEVICES

PROBES: Mapping[str, Probe] = {
    device.driver: device.probe for device in DEVICES if device.probe is not None
}

SILENT = tuple(device.silent for device in DEVICES if device.silent is not None)


def lgpio_installed() -> bool:
    """Say whether lgpio is there, without loading it."""
    return find_spec("lgpio") is not None


def list_isdn_cards() -> Sequence[IsdnCard]:
    """Return the kernel's ISDN cards; none where the kernel has no ISDN."""
    from appliance.lines.isdn import af_isdn  # noqa: PLC0415 - a box of analog lines has none

    try:
        return [IsdnCard(card.name, card.terminal, card.network) for card in af_isdn.list_cards()]
    except LineError:
        return ()


@dataclass(frozen=True, slots=True)
class RecorderState:
    """Knowledge that a running recorder has of itself."""

    lines: tuple[LineStatus, ...]
    front_fault: str = ""
    exempt_seconds: float = 0.0
    grades: Mapping[str, str] = field(default_factory=dict)
    """Line that hears both parties as one signal -> the grade that its calibration earns."""
    settings: Taken = field(default_factory=lambda: Taken(0))
    """Why lines follow older settings than they should."""
    finds: Finds | None = None
    """What is plugged in and serves no line, as far as it was asked."""
    earned: Mapping[str, CalibrationWorth] = field(default_factory=dict)
    """Line -> what its calibration is worth."""


@dataclass(frozen=True, slots=True)
class DoctorTools:
    """Means of an examination; tests replace them."""

    hardware: Hardware = field(default_factory=Hardware)
    probes: Mapping[str, Probe] = field(default_factory=lambda: dict(PROBES))
    """Driver -> what asks a port for a device of it."""
    silent: Sequence[Callable[[str], Answer]] = SILENT
    """Look what a port that answers nothing may be."""
    isdn_cards: Callable[[], Sequence[IsdnCard]] = list_isdn_cards
    controls_gain: Callable[[Path, int], bool | None] = controls_gain
    ask_portaudio: Callable[[], list[str]] = ask_portaudio
    pyaudio_installed: Callable[[], bool] = pyaudio_installed
    lgpio_installed: Callable[[], bool] = lgpio_installed
