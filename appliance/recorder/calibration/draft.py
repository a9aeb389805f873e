"""Collect what test calls have shown of a line, and make a calibration of it."""

from dataclasses import dataclass, replace

from msgspec import structs

from appliance.link.requests.calibration import StepNow, TakeStep
from appliance.model.calibration import FarFigures, KeyFigures, LineCalibration, PhoneFigures
from appliance.recorder.calibration.grading import PAD

FAR_KEYS = "159*0#"
"""Every row and every column, of a caller."""


@dataclass(frozen=True, slots=True)
class CalibrationDraft:
    """What was heard so far."""

    phones: tuple[PhoneFigures, ...] = ()
    far: tuple[FarFigures, ...] = ()
    prompts_db: tuple[float, ...] = ()
    tones_db: tuple[float, ...] = ()


def drafted(draft: CalibrationDraft, now: StepNow) -> CalibrationDraft:
    """Return a draft with what a step has shown."""
    if now.prompt_db is not None and now.step != "second":
        draft = replace(draft, prompts_db=(*draft.prompts_db, now.prompt_db))
    if now.tones_db is not None:
        draft = replace(draft, tones_db=(*draft.tones_db, now.tones_db))
    if now.step == "far":
        return replace(draft, far=(*draft.far, FarFigures(name=now.name, keys=now.keys)))
    if now.step == "level":
        return draft
    known = {phone.name: phone for phone in draft.phones}
    phone = known.get(now.name, PhoneFigures(name=now.name))
    known[now.name] = _pressed(phone, now.step == "second", now.keys, now.prompt_db)
    return replace(draft, phones=tuple(known.values()))


def _pressed(
    phone: PhoneFigures, second: bool, keys: tuple[KeyFigures, ...], prompt_db: float | None
) -> PhoneFigures:
    if second:
        return structs.replace(phone, second=keys)
    # What was pressed beside a second phone was told by the level that is now another.
    return structs.replace(phone, alone=keys, prompt_db=prompt_db, second=())


def alone_db(draft: CalibrationDraft, name: str) -> float | None:
    """Return the level of the box's words with a phone alone, if it was measured."""
    return next((phone.prompt_db for phone in draft.phones if phone.name == name), None)


def lacking(step: TakeStep, keys: tuple[KeyFigures, ...]) -> str:
    """Return the keys that a step still wants."""
    if step.step == "level":
        return ""
    times = 2 if step.twice and step.step == "alone" else 1
    pressed = [each.key for each in keys]
    wanted = FAR_KEYS if step.step == "far" else PAD
    return "".join(key for key in wanted if pressed.count(key) < times)


def calibration_of(
    draft: CalibrationDraft, *, date: str, every_phone: bool, single_phone: bool, prompt_db: float
) -> LineCalibration:
    """Return what a draft says of a line.

    ``prompt_db`` is what was known before, for where the box's own words were not measured.
    """
    levels = sorted(draft.prompts_db)
    worst = max(draft.tones_db, key=lambda apart: abs(apart - 20.0), default=None)
    return LineCalibration(
        date=date,
        prompt_db=levels[len(levels) // 2] if levels else prompt_db,
        tones_db=worst,
        every_phone=every_phone,
        single_phone=single_phone,
        phone=draft.phones,
        far=draft.far,
    )
