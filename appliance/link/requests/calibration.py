"""Calibrate a line: enrol its phones and make test calls, step by step.

The recorder serves all of it and stores nothing before it is told to keep the result; the keeper
passes it on to an administrator. The figures are those of keys that the office itself presses.
During a calibration the line asks no caller and records nothing.
"""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, WithoutRole
from appliance.model.calibration import KeyFigures
from appliance.model.sentences.faults import DeviceFault

Step = Literal["level", "alone", "second", "far"]
"""The purpose of a test call: the box's own level; a phone's keys, alone or with a second phone
off-hook; a caller's keys."""

Stage = Literal["waiting", "speaking", "listening", "dialled", "done", "ended"]
"""No call yet; the box measures itself, before the keys or after them; it listens for keys; a call
that was dialled here, which does not count; the step is complete; the calibration is over."""


class CalibrationResult(Message, frozen=True, kw_only=True):
    """The result of a calibration."""

    line: str
    grade: Literal["A", "B", "C", "none"]
    reasons: tuple[str, ...] = ()
    """Why the grade is no better, each a sentence."""
    date: str = ""
    phones: tuple[str, ...] = ()
    far_calls: int = 0
    mixed: bool = True
    """Both parties are one signal here, so that phones have to be enrolled."""
    simulated: bool = False


class GetCalibration(Operation[CalibrationResult], frozen=True, tag="calibration.get"):
    """Ask for a line's calibration."""

    roles = WithoutRole.LOGGED_IN
    served_by = "recorder"
    line: str


class BeginCalibration(Operation[CalibrationResult], frozen=True, tag="calibration.begin"):
    """Begin to calibrate a line: it asks no caller until the end, at most 15 minutes later."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "calibrating"
    served_by = "recorder"
    line: str


class StepNow(Message, frozen=True, kw_only=True):
    """The progress of a step; replaces the one before."""

    step: Step
    name: str
    stage: Stage = "waiting"
    keys: tuple[KeyFigures, ...] = ()
    lacking: str = ""
    """Keys still to press."""
    prompt_db: float | None = None
    """Level of the box's own words before the keys."""
    tones_db: float | None = None
    faults: tuple[DeviceFault, ...] = ()
    """Why the call does not count, and what to do: a phone is off-hook that should not be, or is
    not and should, or the box's own sound is in the way."""


class TakeStep(Operation[StepNow], frozen=True, tag="calibration.step"):
    """Take one step of a calibration; ends when the step is complete."""

    roles = frozenset({Role.ADMINISTRATOR})
    served_by = "recorder"
    streams = True
    line: str
    step: Step
    name: str = ""
    twice: bool = False
    """The office has one phone only: press each key twice."""


class PlaceTestCall(Operation[Done], frozen=True, tag="calibration.call"):
    """Have the parties of a simulated line make a step's test call."""

    roles = frozenset({Role.ADMINISTRATOR})
    served_by = "recorder"
    line: str
    step: Step
    number: int = 0
    """Of the phone or the caller: each has a level of its own."""
    twice: bool = False


class KeepCalibration(Operation[CalibrationResult], frozen=True, tag="calibration.keep"):
    """Replace the line's calibration by this one, from the next call on."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "calibrated"
    served_by = "recorder"
    line: str
    every_phone: bool
    single_phone: bool = False


class EndCalibration(Operation[Done], frozen=True, tag="calibration.end"):
    """End a calibration: ask callers as before, and forget what was not kept."""

    roles = frozenset({Role.ADMINISTRATOR})
    served_by = "recorder"
    line: str
