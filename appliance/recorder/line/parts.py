"""Name the parts that make a line."""

from collections.abc import Callable
from dataclasses import dataclass

from appliance.hearing.stream import LineDetectors
from appliance.lines.base import AudioSource, HookSource
from appliance.model.policy import Policy
from appliance.model.terms import Obstacle
from appliance.recorder.line.actions import LineTools
from appliance.recorder.line.inbox import Observer
from appliance.recorder.numbers.dialling import DialObserver
from appliance.recorder.numbers.exempt import ExemptList


@dataclass(frozen=True, slots=True)
class LineParts:
    """Parts of a line: rules, devices, ears and judgement of numbers."""

    policy: Policy
    hook: HookSource
    audio: AudioSource
    listen: Callable[[], LineDetectors]
    """Makes the line's ears."""
    tools: LineTools
    dialling: DialObserver
    exempt: ExemptList
    country: str = "PL"  # of the network's tones
    trial: bool = False
    paced: bool = True  # frames come as time passes; not so on a simulated line at speed
    can_store: Callable[[], bool] = lambda: True
    """Says before each call whether a recording could be stored; if not, no caller is asked."""
    too_soon: Callable[[], Obstacle | None] = lambda: None
    """Says before each call what of its first day, or of the time, keeps the line from asking."""
    speaks: bool = True  # a device can say prompts on the line; else nobody is asked or recorded
    records_from: str = ""
    slow_sync_ms: Callable[[], int] = lambda: 0
    """Tells the slowest sync of the last hour; 0 if all were quick enough."""
    observe: Observer | None = None
    """Sees every step, for ``zgoda call`` and for tests; it must change nothing."""
