"""Arrange the settings' forms; what each asks comes from its declaration."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from appliance.config.declare import BASIS, LANGUAGES, FormKind, Kind, Setting, asked, setting
from appliance.config.drivers import known as drivers
from appliance.config.outside import Backup, Stamp
from appliance.config.settings import Front, Line, Office, Panel, Purpose
from appliance.config.words.digests import spoken_of
from appliance.config.words.vocabulary import ASKED_ON, ONLY_ON


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form."""

    key: str  # below the form's table
    kind: FormKind
    label: Any
    hint: Any = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    needed: bool = False  # an empty answer is a mistake, not the default
    taken_back: bool = False  # a flag that was set stays there as false
    bases: Sequence[str] = ()  # of a purpose, on which alone it is asked; all if none is named
    usual: str = ""  # what holds without an answer, where a list of words shows it


@dataclass(frozen=True, slots=True)
class Section:
    """One form: a table of the settings, or one of a list of tables."""

    name: str  # in addresses
    table: str  # in the settings
    title: Any
    about: Any
    fields: Sequence[Field]
    many: bool = False


def _options(kind: Kind) -> Mapping[str, Any]:
    if kind.form == "explained":
        return {word: (_l(said), _l(kind.explained[word])) for word, said in kind.words.items()}
    return {word: _l(said) for word, said in kind.words.items()}


LANGUAGE_NAMES = _options(LANGUAGES)
BASES = _options(BASIS)
"""Basis -> its name and when it fits."""

DRIVERS = {driver.name: _l(driver.label) for driver in drivers.DRIVERS}


def devices_for(role: str) -> Mapping[str, Any]:
    """Return the kinds of device that a role may have, with their names."""
    return {each.name: DRIVERS[each.name] for each in drivers.DRIVERS if role in each.roles}


def options_asked(role: str, said: Mapping[str, str]) -> list[Field]:
    """Return the questions about a role's device: what the driver that is ``said`` asks."""
    driver = drivers.BY_NAME.get(said.get(f"{role}-driver") or next(iter(devices_for(role)), ""))
    if driver is None or role not in driver.roles:
        return []
    declared = driver.role(role)
    section = declared.of({declared.by: said.get(f"{role}-{declared.by}", "").strip()})
    return [_option(role, each) for each in asked(section)]


def option_label(role: str, key: str) -> str:
    """Return the name of an option that a role's device may have; the key if none has it."""
    declared = (each.role(role).settings for each in drivers.DRIVERS if role in each.roles)
    labels = (gettext(found[key].label) for found in declared if key in found)
    return next(labels, key)


def _option(role: str, declared: Setting) -> Field:
    usual = "" if declared.needed else str(declared.default)
    return replace(question(declared), key=f"{role}-{declared.key}", usual=usual)


def _fields(section: type, *first: str, but: Collection[str] = ()) -> list[Field]:
    """Return what a form asks of a section: some settings first, then the others as declared."""
    declared = [each.key for each in asked(section) if each.kind.form != "table"]
    return only(
        section, *dict.fromkeys(first), *(key for key in declared if key not in {*first, *but})
    )


def only(section: type, *keys: str) -> list[Field]:
    """Return the questions for some settings of a section."""
    bases = ASKED_ON if section is Purpose else {}
    return [replace(question(setting(section, key)), bases=bases.get(key, ())) for key in keys]


def question(declared: Setting) -> Field:
    """Return the question for a setting, as it is declared."""
    kind = declared.kind
    return Field(
        declared.key,
        kind.form,
        _l(declared.label),
        LazyString(_hint, declared) if declared.hints else "",
        _options(kind),
        needed=declared.needed or kind.form == "order",
        taken_back=kind.form == "flag" and declared.default is None,
    )


def _hint(declared: Setting) -> str:
    return " ".join(gettext(said, **values) for said, values in declared.hints)


LANGUAGE = Section(
    "languages",
    "office",
    _l("Languages"),
    _l("Spoken on the lines. A line that names none speaks the first."),
    only(Office, "languages"),
)
PAUSE = Section(
    "pause",
    "office",
    _l("Pauses"),
    _l("A pause ends by itself, so that nobody forgets it."),
    only(Office, "pause_minutes"),
)
OFFICE = Section(
    "office",
    "office",
    _l("Office"),
    _l("Who records, and whom callers may ask about it."),
    _fields(Office, but=[field.key for field in (*LANGUAGE.fields, *PAUSE.fields)]),
)
LINES = Section(
    "lines",
    "line",
    _l("Lines and devices"),
    _l("Each telephone line, its devices, and what it may record."),
    _fields(Line, "name", "number", "kind", "language"),
    many=True,
)
PURPOSES = Section(
    "purposes",
    "purpose",
    _l("Purposes"),
    _l("Why the office records: each on exactly one lawful basis."),
    _fields(Purpose, "id", "basis", *ONLY_ON, *spoken_of(Purpose)),
    many=True,
)
FRONT = Section(
    "front",
    "front",
    _l("Lamps and button"),
    _l("The pins of the board, by their BCM numbers."),
    _fields(Front),
)
NETWORK = Section(
    "network",
    "panel",
    _l("Network and certificate"),
    _l("Where browsers find this panel, and what protects the way."),
    _fields(Panel),
)
STAMP = Section(
    "stamp",
    "stamp",
    _l("Time stamps"),
    _l("Who outside the office confirms each day when the activity log was there."),
    _fields(Stamp),
)
BACKUP = Section(
    "backup",
    "backup",
    _l("Folder for backups"),
    _l("Whose computer it is on, where it is a network drive."),
    only(Backup, "whose"),
)

SECTIONS: Mapping[str, Section] = {
    each.name: each
    for each in (OFFICE, LINES, PURPOSES, LANGUAGE, PAUSE, FRONT, NETWORK, STAMP, BACKUP)
}
"""In the order of the page."""
