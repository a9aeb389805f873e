"""Grade a calibration, and find why it earns no better grade."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec import structs

from appliance.model.calibration import KeyFigures, LineCalibration, PhoneFigures
from appliance.model.findings import Finding, find
from appliance.model.terms import Grade, Side
from appliance.signals.side.direction import MIN_SEPARATION_DB, MIN_TESTS, PROBE_DB, LevelRule
from appliance.signals.side.fingerprint import (
    EnrolledPhones,
    enrolled_phones,
    measurement_of,
    spread_db,
)

PAD = "123456789*0#"
"""The keys that a phone is enrolled by."""

FEWEST_FAR_KEYS = 4
"""A test call in which fewer were pressed shows nothing."""

TONES_DB, TONES_OFF_DB = 20.0, 0.5
"""Two tones so far apart must read so, within this: else something controls the level."""

MOST_SPREAD_DB = 3.0
FAR_TAKEN = 0.8
"""Of the callers' keys in the test calls; where fewer are told, nobody could agree. So it must be
wherever the line may drift to before its calibration is void: a call that is told by less than that
shows nothing of the next."""


_Reason = tuple[str, Mapping[str, object]]
"""What is amiss, as the finding's id has it after the dot, and the values of its sentence."""


@dataclass(frozen=True, slots=True)
class GradeVerdict:
    """What a calibration is worth on a line that hears both parties as one signal."""

    grade: Grade
    """B, C or none."""
    not_b: tuple[Finding, ...]
    """Why it is not B."""
    not_c: tuple[Finding, ...]
    """Why it is not C either."""

    @property
    def lacks(self) -> tuple[Finding, ...]:
        """Return each reason once: those against B, then what C lacks besides."""
        found: list[Finding] = []
        for each in (*self.not_b, *(self.not_c if self.not_b else ())):
            if each not in found:
                found.append(each)
        return tuple(found)


def grade(calibration: LineCalibration, line: str = "") -> GradeVerdict:
    """Judge a calibration; the reasons name the line."""
    not_b, not_c = _reasons(_against_b(calibration), line), _reasons(_against_c(calibration), line)
    best = Grade.B if not not_b else Grade.C if not not_c else Grade.NONE
    return GradeVerdict(best, not_b, not_c)


def _reasons(against: Iterator[_Reason], line: str) -> tuple[Finding, ...]:
    return tuple(find(f"grade.{why}", line=line, **values) for why, values in against)


def rule(calibration: LineCalibration) -> EnrolledPhones | LevelRule | None:
    """Return what tells sides by the best grade that a calibration earns."""
    match grade(calibration).grade:
        case Grade.B:
            return enrolled_phones(calibration)
        case Grade.C:
            return level_rule(calibration)
        case _:
            return None


def level_rule(calibration: LineCalibration) -> LevelRule:
    """Return the levels of both sides, whether or not they lie apart."""
    near = [key.dbm0 for phone in calibration.phone for key in (*phone.alone, *phone.second)]
    far = [key.dbm0 for call in calibration.far for key in call.keys]
    return LevelRule(min(near, default=-80.0), max(far, default=20.0), _far_calls(calibration))


def _far_calls(calibration: LineCalibration) -> int:
    return sum(len(call.keys) >= FEWEST_FAR_KEYS for call in calibration.far)


def _against_both(calibration: LineCalibration) -> Iterator[_Reason]:
    reads = calibration.tones_db
    if reads is None:
        yield "not_measured", {}
    elif abs(reads - TONES_DB) > TONES_OFF_DB:
        yield "gain", {"reads": f"{reads:.1f}"}
    calls = _far_calls(calibration)
    if calls < MIN_TESTS:
        yield "calls", {"calls": calls, "wanted": MIN_TESTS, "keys": FEWEST_FAR_KEYS}
    if not calibration.phone:
        yield "no_phone", {}


def _against_b(calibration: LineCalibration) -> Iterator[_Reason]:
    gaps = [*_against_both(calibration), *_missing(calibration)]
    yield from gaps
    if gaps:
        return
    known = enrolled_phones(calibration)
    for phone in calibration.phone:
        yield from _unlike_itself(phone, known)
    taken = min(_taken(calibration, known, drift) for drift in (-PROBE_DB, 0.0, PROBE_DB))
    if taken < FAR_TAKEN:
        yield "alike", {"share": f"{taken:.0%}"}


def _taken(calibration: LineCalibration, known: EnrolledPhones, drift_db: float) -> float:
    """Return the part of the callers' keys that are told, were they so much louder."""
    told = [
        known.side_of(measurement_of(structs.replace(key, dbm0=key.dbm0 + drift_db)), key.key).side
        for call in calibration.far
        for key in call.keys
    ]
    return told.count(Side.FAR) / len(told)


def _missing(calibration: LineCalibration) -> Iterator[_Reason]:
    """Say what a calibration still lacks."""
    for phone in calibration.phone:
        yield from _not_pressed("not_pressed", phone.name, phone.alone)
        if not calibration.single_phone:
            yield from _not_pressed("not_pressed_second", phone.name, phone.second)
        elif len(phone.alone) < 2 * len(PAD):
            yield "press_again", {"phone": phone.name}
    if calibration.phone and not calibration.every_phone:
        yield "others", {}


def _not_pressed(why: str, name: str, keys: tuple[KeyFigures, ...]) -> Iterator[_Reason]:
    lacking = [key for key in PAD if key not in {each.key for each in keys}]
    if lacking:
        yield why, {"phone": name, "keys": " ".join(lacking)}


def _unlike_itself(phone: PhoneFigures, known: EnrolledPhones) -> Iterator[_Reason]:
    spread = spread_db(phone)
    if spread > MOST_SPREAD_DB:
        yield "varies", {"phone": phone.name, "spread": f"{spread:.1f}"}
    strange = [
        each.key
        for each in (*phone.alone, *phone.second)
        if known.side_of(measurement_of(each), each.key).side is not Side.NEAR
    ]
    if strange:
        yield "strange", {"phone": phone.name, "keys": " ".join(strange)}


def separation_db(calibration: LineCalibration) -> float:
    """Return by how much the quietest near key was louder than the loudest far one."""
    known = level_rule(calibration)
    return known.near_lowest - known.far_highest


def _against_c(calibration: LineCalibration) -> Iterator[_Reason]:
    gaps = list(_against_both(calibration))
    yield from gaps
    apart = separation_db(calibration)
    if not gaps and apart < MIN_SEPARATION_DB:
        yield "too_close", {"apart": f"{apart:.1f}", "wanted": f"{MIN_SEPARATION_DB:.0f}"}
