"""Gather what an examination of lines and devices works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from appliance.clock import Clock
from appliance.lines.modem.probe import Capabilities
from appliance.lines.modem.talk import ask_what_it_can
from appliance.lines.monitor.probe import answers
from appliance.lines.plugged.hardware import Hardware
from appliance.lines.plugged.mixer import controls_gain
from appliance.lines.profiles import MonitorProfile
from appliance.lines.sound.device_list import ask_portaudio, pyaudio_installed
from appliance.model.records import LineStatus
from appliance.recorder.doctor.grade import Earned


def lgpio_installed() -> bool:
    """Say whether lgpio is there, without loading it."""
    return find_spec("lgpio") is not None


@dataclass(frozen=True, slots=True)
class Running:
    """Knowledge that a running recorder has of itself."""

    lines: tuple[LineStatus, ...]
    front_fault: str = ""
    exempt_seconds: float = 0.0
    grades: Mapping[str, str] = field(default_factory=dict)
    """Line that hears both parties as one signal -> the grade that its calibration earns."""
    settings: str = ""
    """Why lines follow older settings than they should."""
    earned: Mapping[str, Earned] = field(default_factory=dict)
    """Line -> what its calibration is worth."""


@dataclass(frozen=True, slots=True)
class DoctorTools:
    """Means of an examination; tests replace them."""

    hardware: Hardware = field(default_factory=Hardware)
    answers: Callable[[str, MonitorProfile, Clock], bool | None] = answers
    ask_modem: Callable[[str, str | None, Clock], Capabilities] = ask_what_it_can
    controls_gain: Callable[[Path, int], bool | None] = controls_gain
    ask_portaudio: Callable[[], list[str]] = ask_portaudio
    pyaudio_installed: Callable[[], bool] = pyaudio_installed
    lgpio_installed: Callable[[], bool] = lgpio_installed
