"""Calibrating a line: its phones are enrolled and test calls made, step by step.

The recorder serves all of it and keeps what it heard to itself until it is asked to keep it; the
keeper passes it on to an administrator. What is told are figures of keys that the office itself
presses. While a line is calibrated nobody is asked on it and nothing is recorded.
"""

from typing import Literal

from msgspec import Struct

from appliance.link.operations import Allowed, Done, Operation, Role
from appliance.model.calibration import KeyFigures

Step = Literal["level", "alone", "second", "far"]
"""What a test call is for: the box's own level; a phone's keys, alone or with a second phone
off-hook; a caller's keys."""

Stage = Literal["waiting", "speaking", "listening", "dialled", "done", "ended"]
"""Nobody called yet; the box measures itself, before the keys or after them; keys may be pressed; a
call that was dialled here and does not count; all is heard; the calibration is over."""


class Calibrated(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a calibration is worth."""

    line: str
    grade: Literal["A", "B", "C", "none"]
    reasons: tuple[str, ...] = ()
    """Why it is no better, each a sentence."""
    date: str = ""
    phones: tuple[str, ...] = ()
    far_calls: int = 0
    mixed: bool = True
    """Both parties are one signal here, so that phones have to be enrolled."""
    simulated: bool = False


class GetCalibration(Operation[Calibrated], frozen=True, tag="calibration.get"):
    """Ask what is known of a line."""

    roles = Allowed.LOGGED_IN
    served_by = "recorder"
    line: str


class BeginCalibration(Operation[Calibrated], frozen=True, tag="calibration.begin"):
    """Stop asking on a line, to calibrate it; ends by itself after a quarter of an hour."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "calibrating"
    served_by = "recorder"
    line: str


class StepNow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far a step is; replaces what was told before."""

    step: Step
    name: str
    stage: Stage = "waiting"
    keys: tuple[KeyFigures, ...] = ()
    lacking: str = ""
    """Keys that are still to be pressed."""
    prompt_db: float | None = None
    """Level of the box's own words before the keys."""
    tones_db: float | None = None
    trouble: str = ""
    """Why what was heard does not count, and what to do: a phone that is off-hook and should not
    be, or is not and should, or the box's own sound."""


class TakeStep(Operation[StepNow], frozen=True, tag="calibration.step"):
    """Hear one step of a calibration that has begun; ends when all of it was heard."""

    roles = frozenset({Role.ADMINISTRATOR})
    served_by = "recorder"
    streams = True
    line: str
    step: Step
    name: str = ""
    twice: bool = False
    """The office's only phone: each key is wanted twice."""


class PlaceTestCall(Operation[Done], frozen=True, tag="calibration.call"):
    """Let the people of a simulated line do what a step is for."""

    roles = frozenset({Role.ADMINISTRATOR})
    served_by = "recorder"
    line: str
    step: Step
    number: int = 0
    """Of the phone, or of the caller: each has a level of its own."""
    twice: bool = False


class KeepCalibration(Operation[Calibrated], frozen=True, tag="calibration.keep"):
    """Keep what was heard in place of what was known; it counts from the next call on."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "calibrated"
    served_by = "recorder"
    line: str
    every_phone: bool
    single_phone: bool = False


class EndCalibration(Operation[Done], frozen=True, tag="calibration.end"):
    """Ask on the line again as before; what was heard and not kept is forgotten."""

    roles = frozenset({Role.ADMINISTRATOR})
    served_by = "recorder"
    line: str
