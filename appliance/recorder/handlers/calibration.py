"""Answer the link's questions about calibrating a line.

Each act is done in the line's own thread; a watcher of a step is told the newest and holds up
nobody.
"""

from collections.abc import Callable, Iterator
from datetime import date

from appliance.clock import Clock
from appliance.config.settings import LineKind
from appliance.errors import LineError, Refused
from appliance.exchange.script.rehearsal import rehearsal
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.calibration import (
    BeginCalibration,
    CalibrationResult,
    EndCalibration,
    GetCalibration,
    KeepCalibration,
    PlaceTestCall,
    StepNow,
    TakeStep,
)
from appliance.model.calibration import valid_name
from appliance.recorder.calibration.draft import calibration_of
from appliance.recorder.calibration.grading import GradeVerdict, grade
from appliance.recorder.line.build import BuiltLine
from appliance.recorder.line.view import BETWEEN_CALLS


class CalibrationDesk:
    """Lets an administrator calibrate lines."""

    def __init__(self, line: Callable[[str], BuiltLine], clock: Clock) -> None:
        """Begin; ``line`` finds a line and raises Refused if there is none."""
        self._line = line
        self._clock = clock

    @handles(GetCalibration)
    def _get(self, operation: GetCalibration) -> CalibrationResult:
        return _calibrated(self._line(operation.line))

    @handles(BeginCalibration)
    def _begin(self, operation: BeginCalibration) -> CalibrationResult:
        built = self._line(operation.line)
        if built.thread.status.kind != LineKind.PHONE:
            raise Refused("machine_line")
        if built.thread.status.state not in {state.value for state in BETWEEN_CALLS}:
            raise Refused("line_in_use")
        if built.thread.view.check.going:
            raise Refused("tones_playing")
        built.do(built.thread.calibration.begin)
        return _calibrated(built)

    @handles(TakeStep)
    def _step(self, operation: TakeStep) -> Iterator[StepNow | None]:
        built = self._going(operation.line)
        if operation.step != "level" and not valid_name(operation.name):
            raise Refused("phone_name", most=40)
        calibration = built.thread.calibration
        built.do(lambda: calibration.take_step(operation))

        def told() -> Iterator[StepNow | None]:
            for now in calibration.latest.watch(patience=1.0):
                yield now
                if now is not None and now.stage in {"done", "ended"}:
                    return

        return told()

    @handles(PlaceTestCall)
    def _call(self, operation: PlaceTestCall) -> Done:
        built = self._going(operation.line)
        if built.exchange is None:
            raise Refused("not_simulated")
        built.exchange.place(rehearsal(operation.step, operation.number, operation.twice))
        return Done()

    @handles(KeepCalibration)
    def _keep(self, operation: KeepCalibration) -> CalibrationResult:
        built = self._going(operation.line)
        calibration, known = built.thread.calibration, built.thread.calibration.known
        figures = calibration_of(
            calibration.draft,
            date=date.fromtimestamp(self._clock.now()).isoformat(),
            every_phone=operation.every_phone,
            single_phone=operation.single_phone,
            prompt_db=known.figures.prompt_db,
        )
        try:
            known.keep(figures)
        except LineError as error:
            raise Refused("calibration_not_kept") from error
        built.do(calibration.learn)
        return _calibrated(built)

    @handles(EndCalibration)
    def _end(self, operation: EndCalibration) -> Done:
        built = self._line(operation.line)
        if built.thread.calibration.going:
            built.do(built.thread.calibration.end)
        return Done()

    def _going(self, name: str) -> BuiltLine:
        built = self._line(name)
        if not built.thread.calibration.going:
            raise Refused("not_calibrating")
        return built


def _calibrated(built: BuiltLine) -> CalibrationResult:
    """Return what is known of a line."""
    known = built.thread.calibration.known.figures
    mixed = built.thread.calibration.mixed
    verdict = grade(known, built.thread.name)
    return CalibrationResult(
        line=built.thread.name,
        grade=verdict.grade.value if mixed else "A",
        reasons=_reasons(verdict) if mixed else (),
        date=known.date,
        phones=tuple(phone.name for phone in known.phone),
        far_calls=len(known.far),
        mixed=mixed,
        simulated=built.exchange is not None,
    )


def _reasons(verdict: GradeVerdict) -> tuple[str, ...]:
    """Return each reason once, as a sentence: those against B, then what C lacks besides."""
    return tuple(each.text for each in verdict.lacks)
