"""Grade a calibration, and say in words why it earns no better grade."""

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import structs

from appliance.model.calibration import KeyFigures, LineCalibration, PhoneFigures
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


@dataclass(frozen=True, slots=True)
class GradeVerdict:
    """What a calibration is worth on a line that hears both parties as one signal."""

    grade: Grade
    """B, C or none."""
    not_b: tuple[str, ...]
    """Why it is not B, each reason a sentence."""
    not_c: tuple[str, ...]
    """Why it is not C either."""


def grade(calibration: LineCalibration) -> GradeVerdict:
    """Judge a calibration."""
    not_b, not_c = tuple(_against_b(calibration)), tuple(_against_c(calibration))
    best = Grade.B if not not_b else Grade.C if not not_c else Grade.NONE
    return GradeVerdict(best, not_b, not_c)


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


def _against_both(calibration: LineCalibration) -> Iterator[str]:
    reads = calibration.tones_db
    if reads is None:
        yield "It was not measured whether two tones 20 dB apart read so."
    elif abs(reads - TONES_DB) > TONES_OFF_DB:
        yield (
            f"Two tones 20 dB apart read {reads:.1f} dB: the adapter controls its gain, "
            "and no level means anything; switch that off, or use another adapter."
        )
    calls = _far_calls(calibration)
    if calls < MIN_TESTS:
        wanted = f"{MIN_TESTS} are needed, each with {FEWEST_FAR_KEYS} keys or more"
        yield f"There {'was' if calls == 1 else 'were'} {calls} test calls; {wanted}."
    if not calibration.phone:
        yield "No phone was enrolled."


def _against_b(calibration: LineCalibration) -> Iterator[str]:
    gaps = [*_against_both(calibration), *_missing(calibration)]
    yield from gaps
    if gaps:
        return
    known = enrolled_phones(calibration)
    for phone in calibration.phone:
        yield from _unlike_itself(phone, known)
    taken = min(_taken(calibration, known, drift) for drift in (-PROBE_DB, 0.0, PROBE_DB))
    if taken < FAR_TAKEN:
        yield (
            f"Only {taken:.0%} of the callers' keys could be told from the office's for sure: "
            "levels and frequencies are too much alike on this line; a V/I tap tells them."
        )


def _taken(calibration: LineCalibration, known: EnrolledPhones, drift_db: float) -> float:
    """Return the part of the callers' keys that are told, were they so much louder."""
    told = [
        known.side_of(measurement_of(structs.replace(key, dbm0=key.dbm0 + drift_db)), key.key).side
        for call in calibration.far
        for key in call.keys
    ]
    return told.count(Side.FAR) / len(told)


def _missing(calibration: LineCalibration) -> Iterator[str]:
    """Say what a calibration still lacks."""
    for phone in calibration.phone:
        yield from _not_pressed(phone.name, "alone", phone.alone)
        if not calibration.single_phone:
            yield from _not_pressed(phone.name, "with a second phone off-hook", phone.second)
        elif len(phone.alone) < 2 * len(PAD):
            yield f"{phone.name}: the only phone's keys are pressed twice each; press them again."
    if calibration.phone and not calibration.every_phone:
        yield "There are phones on the line that are not enrolled."


def _not_pressed(name: str, how: str, keys: tuple[KeyFigures, ...]) -> Iterator[str]:
    lacking = [key for key in PAD if key not in {each.key for each in keys}]
    if lacking:
        yield f"{name}, {how}: not pressed were {' '.join(lacking)}."


def _unlike_itself(phone: PhoneFigures, known: EnrolledPhones) -> Iterator[str]:
    spread = spread_db(phone)
    if spread > MOST_SPREAD_DB:
        yield f"{phone.name}: its level varies by {spread:.1f} dB from press to press."
    strange = [
        each.key
        for each in (*phone.alone, *phone.second)
        if known.side_of(measurement_of(each), each.key).side is not Side.NEAR
    ]
    if strange:
        yield (
            f"{phone.name}: {' '.join(strange)} sounded unlike its other keys; "
            "was another phone used? Enrol it again."
        )


def separation_db(calibration: LineCalibration) -> float:
    """Return by how much the quietest near key was louder than the loudest far one."""
    known = level_rule(calibration)
    return known.near_lowest - known.far_highest


def _against_c(calibration: LineCalibration) -> Iterator[str]:
    gaps = list(_against_both(calibration))
    yield from gaps
    apart = separation_db(calibration)
    if not gaps and apart < MIN_SEPARATION_DB:
        yield (
            f"The office's quietest key was {apart:.1f} dB louder than the callers' loudest; "
            f"{MIN_SEPARATION_DB:.0f} dB are needed."
        )
