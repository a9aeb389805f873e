"""Examine all lines; watch one line at work, and play tones on it.

Each watcher is told the newest and holds up nobody. What a line shows is the same for all who watch
it, and is measured once.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from msgspec import structs

from appliance.clock import Clock
from appliance.config.drivers.known import declared
from appliance.config.settings import Config, LineKind
from appliance.errors import Refused
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.doctor import (
    BeginToneCheck,
    Channel,
    ChannelFigures,
    EndToneCheck,
    ExamineLines,
    Findings,
    GradeWord,
    LineMoment,
    LookAtLine,
    WatchLine,
)
from appliance.model.audio import Sides
from appliance.model.calibration import LineCalibration
from appliance.recorder.calibration.grading import grade
from appliance.recorder.doctor.grade import CalibrationWorth, in_the_way
from appliance.recorder.doctor.lines import examine_lines
from appliance.recorder.doctor.tools import RecorderState
from appliance.recorder.line.build import BuiltLine
from appliance.recorder.line.speakers import KnownSpeakers
from appliance.recorder.watch.line import LineReport
from appliance.recorder.watch.verdicts import condition_found
from appliance.signals.condition import ChannelCondition

TICK_SECONDS = 0.5
"""So often a watcher is looked after where nothing happens."""

AGAIN_SECONDS = 2.0
"""After so long the same is told again: a page that hears nothing for longer shows nothing."""


class DoctorDesk:
    """Lets administrators watch lines."""

    def __init__(self, line: Callable[[str], BuiltLine], clock: Clock) -> None:
        """Begin; ``line`` finds a line and raises Refused if there is none."""
        self._line = line
        self._clock = clock
        self._judged: dict[str, tuple[LineCalibration, CalibrationWorth]] = {}

    def earned(self, built: BuiltLine) -> CalibrationWorth:
        """Return what a line's calibration is worth; judged anew when it was calibrated."""
        calibration, name = built.thread.calibration, built.thread.name
        known = calibration.known.figures
        before = self._judged.get(name)
        if before is None or before[0] is not known:
            lacks = grade(known, name).lacks if calibration.mixed else ()
            calibrated = known != LineCalibration()
            before = known, CalibrationWorth(calibrated=calibrated, lacks=lacks)
            self._judged[name] = before
        return replace(before[1], grade=calibration.grade, turned=built.thread.tap.turned)

    @handles(LookAtLine)
    def _look(self, operation: LookAtLine) -> LineMoment:
        return self._seen(self._line(operation.line))

    @handles(WatchLine)
    def _watch(self, operation: WatchLine) -> Iterator[LineMoment | None]:
        built = self._line(operation.line)

        def told() -> Iterator[LineMoment | None]:
            last, told_at = self._seen(built), -AGAIN_SECONDS
            for _ in built.thread.view.watch.latest.watch(TICK_SECONDS):
                if self._line(operation.line).thread is not built.thread:
                    return  # it has other devices now; whoever watches asks again
                seen, now = self._seen(built), self._clock.monotonic()
                same = structs.replace(seen, now=last.now) == last
                if same and now - told_at < AGAIN_SECONDS:
                    yield None
                    continue
                last, told_at = seen, now
                yield seen

        return told()

    @handles(BeginToneCheck)
    def _begin(self, operation: BeginToneCheck) -> Done:
        built = self._line(operation.line)
        status = built.thread.status
        if status.kind != LineKind.PHONE:
            raise Refused("machine_line")
        if not checkable(built):
            raise Refused("no_tones")
        if status.state != "idle" or built.thread.calibration.going:
            raise Refused("line_not_idle")
        check, known = built.thread.view.check, built.thread.calibration.known
        built.do(lambda: check.begin(known.figures.prompt_db))
        return Done()

    @handles(EndToneCheck)
    def _end(self, operation: EndToneCheck) -> Done:
        built = self._line(operation.line)
        built.do(built.thread.view.check.end)
        return Done()

    def _seen(self, built: BuiltLine) -> LineMoment:
        """Look at a line."""
        view, sides = built.thread.view, built.devices.audio.sides
        watched, check = view.watch.look(), view.check.now
        found = condition_found(built.line, sides, watched.channels, alike=watched.alike)
        spoils = tuple(each for each in (*found, *check.found) if each.level != "ok")
        earned = self.earned(built)
        return LineMoment(
            status=view.shown.status,
            now=round(self._clock.now(), 3),
            hook=watched.hook.value,
            hook_since=watched.hook_since,
            figures=_state_of(watched),
            channels=_figures(sides, watched.channels),
            alike=watched.alike,
            happened=watched.happened,
            found=found,
            in_the_way=in_the_way(built.line, earned, spoils, heard=bool(watched.channels)),
            grade=cast(GradeWord, earned.grade),
            check=check,
            checkable=checkable(built),
        )


class ExamineDesk:
    """Examines what the lines and their devices are like."""

    def __init__(
        self,
        config: Callable[[], Config],
        clock: Clock,
        running: Callable[[], RecorderState],
        kept: Path,
        speakers: KnownSpeakers,
    ) -> None:
        """Begin.

        Args:
            config: returns the settings that the lines follow.
            clock: the time.
            running: returns what the recorder knows of itself.
            kept: the folder of the panel's prompts.
            speakers: knows for which lines somebody vouches that all who speak have agreed.
        """
        self._config, self._clock = config, clock
        self._running, self._kept, self._speakers = running, kept, speakers

    @handles(ExamineLines)
    def _examine(self, operation: ExamineLines) -> Findings:
        config, running = self._config(), self._running()
        found = examine_lines(
            config, self._clock, running, kept=self._kept, unagreed=self._speakers.lacking
        )
        return Findings(tuple(found))


def checkable(built: BuiltLine) -> bool:
    """Say whether tones can be played on a line and heard again.

    What holds the line to hear would hold it for that, and a digital line has no levels to control.
    """
    line = built.line
    analog = not (line.digital or _digital(built))
    return analog and not declared("audio", line.audio).holds_to_hear and built.devices.speaks


def _digital(built: BuiltLine) -> bool:
    return built.devices.audio.sides[0] == "far"


def _state_of(watched: LineReport) -> Literal["measured", "unheard", "private"]:
    if watched.private:
        return "private"
    return "measured" if watched.channels else "unheard"


def _figures(sides: Sides, channels: tuple[ChannelCondition, ...]) -> tuple[ChannelFigures, ...]:
    return tuple(
        ChannelFigures(
            channel=cast(Channel, side),
            dbm0=each.dbm0,
            headroom_db=each.headroom_db,
            hum_dbm0=each.hum_dbm0,
            hum_hz=each.hum_hz,
            hum_percent=each.hum_percent,
            offset_percent=each.offset_percent,
            clipped=each.clipped,
            silent=each.silent,
        )
        for side, each in zip(sides, channels, strict=False)
    )
