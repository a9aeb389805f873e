"""Examine the recorder's lines and their devices.

A recorder that runs tells of its own lines and opens nothing. Where none runs, a line monitor is
asked whether it answers, and PortAudio what it sees.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from appliance.clock import Clock
from appliance.config.drivers.known import declared
from appliance.config.settings import Basis, Config, Line, LineKind
from appliance.errors import LineError
from appliance.link.requests.settings import Taken
from appliance.model import lamps
from appliance.model.findings import Finding, find
from appliance.model.records import LineStatus
from appliance.model.sentences.faults import text_of
from appliance.model.sentences.lacking import Lacking
from appliance.model.terms import Obstacle
from appliance.prompts.languages import in_languages
from appliance.prompts.library import Library
from appliance.prompts.on_box import VOICES
from appliance.prompts.voices.piper import amiss
from appliance.recorder.doctor.gpio import examine_gpio
from appliance.recorder.doctor.grade import (
    SAID_BY_THE_DOCTOR,
    CalibrationWorth,
    asks_for_consent,
    in_the_way,
    kept_by,
    mixed,
)
from appliance.recorder.doctor.plugged import examine_plugged
from appliance.recorder.doctor.serial import examine_serial
from appliance.recorder.doctor.sound import examine_sound
from appliance.recorder.doctor.tools import DoctorTools, RecorderState
from appliance.recorder.drivers import DEVICES

Unagreed = Callable[[str, str], Lacking | None]
"""Says of a country and a line what is lacking; None if nothing is."""

LACKS = frozenset({Obstacle.TIME, Obstacle.JUSTIFICATION, Obstacle.KEYS, Obstacle.RULE})
"""Obstacles that are told of a line that cannot be heard, too: it will not ask then either."""

SAID_BETTER = {
    Obstacle.WORDS: "prompts.missing",
    Obstacle.MUTE: "lines.mute",
    Obstacle.PURPOSE: "lines.no_purpose",
    Obstacle.SPEAKERS: "lines.not_agreed",
    Obstacle.EMERGENCY: "lines.exempt",
}
"""Obstacles of which a finding says more than the legend of the lamps does."""


def examine_lines(
    config: Config,
    clock: Clock,
    running: RecorderState | None = None,
    tools: DoctorTools | None = None,
    *,
    kept: Path | None = None,
    calibrations: Path | None = None,
    unagreed: Unagreed = lambda country, line: None,
) -> Iterator[Finding]:
    """Find all that can be found of the lines, their prompts and their devices.

    Args:
        config: the owner's settings.
        clock: the time.
        running: what a recorder that runs in this process knows; None: none runs.
        tools: the means of the examination.
        kept: the folder of the panel's prompts.
        calibrations: the folder of what test calls have taught, for lines that do not run.
        unagreed: says what of the consent of those who speak keeps a line from recording.
    """
    tools = tools or DoctorTools()
    found = list(_found(config, clock, running, tools, kept, calibrations, unagreed))
    yield from found
    if running is not None:
        yield from _silent(running.lines, found)


def _silent(lines: Sequence[LineStatus], found: Sequence[Finding]) -> Iterator[Finding]:
    """Say of each line why its lamp tells that it asks nobody, where nothing found says more."""
    for status in lines:
        why = _obstacle(status)
        if why is not None and not any(
            each.id == SAID_BETTER.get(why) and each.values.get("line", status.line) == status.line
            for each in found
        ):
            yield find(f"lines.silent_{why}", line=status.line)


def _obstacle(status: LineStatus) -> Obstacle | None:
    """Return what keeps a line from asking, as its lamp tells, or will once it is heard again."""
    why = lamps.amiss(status)
    if isinstance(why, Obstacle):
        return why
    unheard = why in {lamps.Cause.FAULT, lamps.Cause.NOT_AT_REST}
    return status.obstacle if unheard and status.obstacle in LACKS else None


def _found(
    config: Config,
    clock: Clock,
    running: RecorderState | None,
    tools: DoctorTools,
    kept: Path | None,
    calibrations: Path | None,
    unagreed: Unagreed,
) -> Iterator[Finding]:
    devices = [
        *examine_serial(config, clock, running is not None, tools),
        *examine_sound(config, running, tools),
    ]
    if not config.lines:
        yield find("lines.none")
    if running is not None:
        broken = {each.values.get("line") for each in devices if each.level == "fail"}
        digital = {line.name for line in config.lines if line.digital}
        yield from _states(running, broken, digital)
        for status in running.lines:
            if status.records_from:
                yield find("lines.not_before", line=status.line, day=status.records_from)
    library = Library(config.vault.prompts, kept)
    for line in config.lines:
        grade, earned, wrong = _graded(line, running, calibrations)
        yield from wrong
        yield from _line(config, line, library, grade)
        yield from _agreed(config, line, unagreed)
        if earned is not None and asks_for_consent(config, line):
            yield from _grade(line, earned)
    yield from _prompts(config, library)
    yield from examine_plugged(config, clock, running, tools)
    yield from devices
    yield from examine_gpio(config, running, tools)


def _prompts(config: Config, library: Library) -> Iterator[Finding]:
    """Look at what is kept for all lines: indexes, voices, and recordings that nobody hears."""
    if library.problems:
        yield find("prompts.damaged", *library.problems)
    owners = Path(config.vault.prompts) / VOICES if config.vault.prompts else None
    if wrong := amiss(owners):
        yield find("prompts.no_voice", *wrong)
    for name, codes in library.outdated_by_line(config).items():
        yield find("prompts.outdated", line=name, prompts=", ".join(codes))


def _graded(
    line: Line, running: RecorderState | None, calibrations: Path | None
) -> tuple[str, CalibrationWorth | None, Sequence[Finding]]:
    """Return a line's grade, what its calibration is worth, and what is wrong with that.

    The grade is empty, and the worth None, where this user may not see the calibration.
    """
    if running is not None:
        earned = running.earned.get(line.name, CalibrationWorth())
        return running.grades.get(line.name, "none"), earned, ()
    try:
        kept = CalibrationWorth() if calibrations is None else kept_by(calibrations, line)
    except LineError as error:
        return "", None, (find("lines.broken", text_of(error).fault, line=line.name),)
    return ("" if kept is None else kept.grade), kept, ()


def _grade(line: Line, earned: CalibrationWorth) -> Iterator[Finding]:
    """Say what a calibration lacks; what is said of the line anyway is not said twice."""
    for each in in_the_way(line, earned):
        if each.id not in SAID_BY_THE_DOCTOR:
            yield each


def settings_read(taken: Taken) -> Iterator[Finding]:
    """Tell what is wrong with the settings that are followed."""
    if taken.problem:
        held = "configuration.copied" if taken.copied else "configuration.not_taken"
        yield find(held, *taken.problem)


def _states(
    running: RecorderState, broken: Collection[str | None], digital: Collection[str]
) -> Iterator[Finding]:
    """Tell how the lines are; one whose device is faulty does not wait for its phone.

    What is wrong is said in the driver's words, unless the look at the devices says it better.
    """
    yield from settings_read(running.settings)
    if running.settings.stuck:
        yield find("configuration.not_followed", lines=", ".join(running.settings.stuck))
    if running.exempt_seconds > 0:
        yield find("lines.exempt", minutes=-int(-running.exempt_seconds // 60))
    slowest = max((status.slow_sync_ms for status in running.lines), default=0)
    if slowest:
        yield find("disk.was_slow", ms=slowest)
    for status in running.lines:
        down = status.state in {"fault", "unknown"}
        unexplained = status.line in digital or status.line not in broken
        if status.fault and down and unexplained:
            yield find("lines.broken", status.fault, line=status.line)
        else:
            yield from _state(status, broken)


def _state(status: LineStatus, broken: Collection[str | None]) -> Iterator[Finding]:
    """Tell how one line is."""
    why = lamps.amiss(status)
    if why is lamps.Cause.FAULT or (why is lamps.Cause.NOT_AT_REST and status.line in broken):
        yield find("lines.fault", line=status.line)
    elif why is lamps.Cause.NOT_AT_REST:
        yield find("lines.waits", line=status.line)
    elif not status.trial and (why is None or why is lamps.Cause.SLOW_DISK):
        yield find("lines.heard", line=status.line)


def _line(config: Config, line: Line, library: Library, grade: str) -> Iterator[Finding]:
    yield from _drivers(line)
    if line.kind is not LineKind.PHONE:
        yield find("lines.never", line=line.name)
    elif not line.purposes:
        yield find("lines.no_purpose", line=line.name)
    else:
        yield from _asked(config, line, library, grade)


def _agreed(config: Config, line: Line, unagreed: Unagreed) -> Iterator[Finding]:
    """Tell where the law wants the consent of those who speak, and nobody vouches for it."""
    lacks = unagreed(config.office.country, line.name)
    if lacks is not None and line.kind is LineKind.PHONE and line.purposes:
        yield find("lines.not_agreed", lacks, line=line.name)


def _drivers(line: Line) -> Iterator[Finding]:
    """Tell what comes of a line's drivers, whatever it records."""
    drivers = {part.driver for part in line.parts.values()}
    for device in DEVICES:
        if device.driver in drivers and device.tells is not None:
            yield from device.tells(line)


def _asked(config: Config, line: Line, library: Library, grade: str) -> Iterator[Finding]:
    """Look at what a line needs that asks its callers."""
    asks = any(config.purpose(name).basis is Basis.CONSENT for name in line.purposes)
    if asks and mixed(line):
        if grade == "none":
            yield find("lines.mixed", line=line.name)
        elif grade:
            yield find("lines.graded", line=line.name, grade=grade)
    if asks and _tapped(line):
        yield find("lines.behind_tap", line=line.name)
    missing = library.missing(config, line)
    if missing:
        yield find("prompts.missing", *missing, line=line.name)
    else:
        yield find("prompts.there", line=line.name)
    yield from _voices(config, line, library)


def _voices(config: Config, line: Line, library: Library) -> Iterator[Finding]:
    """Look at who says what a line says."""
    voiced = [one for each in in_languages(config, line) for one in library.survey(config, each)]
    named = dict.fromkeys(each.saying.code for each in voiced if each.origin == "file")
    drafts = [each for each in voiced if each.entry is not None and each.entry.draft]
    if named:
        yield find("prompts.unread", line=line.name, prompts=", ".join(named))
    if drafts:
        yield find("prompts.draft", line=line.name, count=len(drafts))


def _tapped(line: Line) -> bool:
    """Say whether a line hears the direction of the current on real wires."""
    sides = getattr(declared("audio", line.audio), "sides", "")
    return not line.simulated and sides == "voltage/current"
