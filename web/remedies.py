"""Lead from what a line lacks to the page where it is mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from appliance.model.sentences.lacking import Lacking
from web.words.refusals import KeptRefusal


@dataclass(frozen=True, slots=True)
class Remedy:
    """A page, and perhaps its field."""

    address: str
    title: Any


@dataclass(frozen=True, slots=True)
class _Place:
    endpoint: str
    title: Any
    field: str = ""  # with the values of what is lacking
    about: tuple[tuple[str, str], ...] = ()  # the address's parts


def _step(name: str, title: Any, field: str = "") -> _Place:
    return _Place("setup.step", title, field, (("name", name),))


_OFFICE, _PURPOSES = _l("Office"), _l("Purposes")
_SPOKEN = _Place("words.page", _l("Announcements"))

PLACES: Mapping[str, _Place] = {
    "long_question": _step("office", _OFFICE, "controller_says-{language}"),
    "long_notice": _step("office", _OFFICE, "controller_says-{language}"),
    "long_keys": _step("purposes", _PURPOSES),
    "long_purposes": _step("purposes", _PURPOSES),
    "long_more": _Place(
        "settings.form", _OFFICE, "legal_name_says-{language}", (("section", "office"),)
    ),
    "office_unsaid": _step("office", _OFFICE, "controller_says-{language}"),
    "form_missing": _step("purposes", _PURPOSES, "{form}-{name}-{language}"),
    "justification": _step("purposes", _PURPOSES, "justification-{name}"),
    "speakers": _Place("speakers.page", _l("Consent of the staff")),
    **dict.fromkeys(
        (
            *("words", "changed", "unwritable", "damaged", "office_unconfirmed"),
            *("purpose_unconfirmed", "voice_none", "voice_unclear", "voice_unmeasured"),
        ),
        _SPOKEN,
    ),
}
"""Code of what is lacking -> where it is mended."""

_DAYS = _Place(
    "settings.form",
    _l("Say within how many days you renew backups"),
    "backup_days",
    (("section", "office"),),
)

ASKS: Mapping[str, _Place] = dict.fromkeys(
    ("backup.unsaid", "configuration.backup_days_open", "backup_days_open", "backup_left"), _DAYS
)
"""Finding or refusal that asks the office -> where it answers."""


def of(found: Lacking) -> Remedy | None:
    """Return where something is mended; None if no page mends it, or it is this one."""
    place = PLACES.get(found.code)
    if place is None or place.endpoint == request.endpoint:
        return None
    return _remedy(place, found.values)


def asked(codes: Iterable[str]) -> list[Remedy]:
    """Return where the office answers what findings and refusals ask it, each place once."""
    ways = [_remedy(ASKS[code], {}) for code in codes if code in ASKS]
    return list({way.address: way for way in ways}.values())


def _remedy(place: _Place, values: Mapping[str, str]) -> Remedy:
    field = place.field.format(**values) if place.field else None
    return Remedy(
        url_for(place.endpoint, _anchor=field, **dict[str, Any](place.about)), place.title
    )


def of_refusal(why: KeptRefusal) -> Remedy | None:
    """Return where the reason of a kept refusal is mended."""
    values = {name: str(value) for name, value in why.values.items()}
    code = values.pop("lacks", "")
    return of(Lacking(code, values)) if code in PLACES else None
