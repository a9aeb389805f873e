"""Say what stands in the way of a line's grade A or B: from settings and calibration alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.config.drivers.known import declared
from appliance.config.settings import Basis, Config, Line, LineKind
from appliance.errors import LineError
from appliance.model.calibration import LineCalibration
from appliance.model.findings import Finding, find
from appliance.recorder.calibration.figures import read_figures
from appliance.recorder.calibration.grading import grade

SAID_BY_THE_DOCTOR = frozenset(
    {"grade.best", "grade.enrolled", "grade.one_signal", "grade.modem_alone"}
    | {"grade.cannot_speak", "grade.not_calibrated"}
)
"""What the doctor says of every line anyway, in the same breath as its grade."""


@dataclass(frozen=True, slots=True)
class CalibrationWorth:
    """What a line's calibration is worth."""

    grade: str = "none"  # A, B, C or none
    calibrated: bool = False
    lacks: tuple[Finding, ...] = ()
    """Why it is no better: of a line that hears both parties as one signal."""
    turned: bool = False
    """Its tap was seen to be wired the wrong way round."""


def kept_by(folder: Path, line: Line) -> CalibrationWorth | None:
    """Return what the calibration is worth that lies in a folder; None if this user may not see it.

    Raises:
        LineError: it cannot be read, or holds a mistake.
    """
    try:
        figures = read_figures(folder, line.name)
    except LineError as error:
        if isinstance(error.__cause__, PermissionError):
            return None
        raise
    if not mixed(line):
        return CalibrationWorth()
    verdict = grade(figures, line.name)
    return CalibrationWorth(verdict.grade.value, figures != LineCalibration(), verdict.lacks)


def mixed(line: Line) -> bool:
    """Say whether a line hears both parties as one signal."""
    return declared("audio", line.audio).one_signal


def asks_for_consent(config: Config, line: Line) -> bool:
    """Say whether a line has a use for a grade."""
    phone = line.kind is LineKind.PHONE
    return phone and any(config.purpose(name).basis is Basis.CONSENT for name in line.purposes)


def in_the_way(
    line: Line, earned: CalibrationWorth, measured: Sequence[Finding] = (), *, heard: bool = True
) -> tuple[Finding, ...]:
    """Return what stands in the way of grade A or B, or that nothing does.

    Args:
        line: its settings.
        earned: what its calibration is worth.
        measured: what was found wrong with its sound; each of these spoils a grade.
        heard: its sound was measured at all; without it nobody knows that nothing is wrong.
    """
    found = [*_of_devices(line), *_of_calibration(line, earned), *measured]
    if not found:
        return (find("grade.best" if heard else "grade.by_devices", line=line.name),)
    if earned.grade == "B" and not measured:
        return (find("grade.enrolled", line=line.name), *found)
    return tuple(found)


def _of_devices(line: Line) -> Iterator[Finding]:
    if not line.speaks:
        yield find("grade.cannot_speak", line=line.name)
    if declared("audio", line.audio).holds_to_hear:
        yield find("grade.modem_alone", line=line.name)
    elif mixed(line):
        yield find("grade.one_signal", line=line.name)


def _of_calibration(line: Line, earned: CalibrationWorth) -> Iterator[Finding]:
    if earned.turned:
        yield find("grade.turned", line=line.name)
    if not mixed(line):
        return
    if earned.calibrated:
        yield from earned.lacks
    else:
        yield find("grade.not_calibrated", line=line.name)
