"""Arrange the settings' forms; what each asks comes from its declaration."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from appliance.config.declare import FormKind, Setting, asked
from appliance.config.mistakes import Place
from appliance.config.settings import Front, Line, Office, Panel, Purpose
from appliance.config.words.digests import spoken_of
from appliance.config.words.vocabulary import BASES as _BASES
from appliance.config.words.vocabulary import FITS
from appliance.config.words.vocabulary import LANGUAGE_NAMES as _LANGUAGE_NAMES


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


@dataclass(frozen=True, slots=True)
class Section:
    """One form: a table of the settings, or one of a list of tables."""

    name: str  # in addresses
    table: str  # in the settings
    title: Any
    about: Any
    fields: Sequence[Field]
    many: bool = False
    identity: str = ""

    def place(self, item: int | None, key: str) -> Place:
        """Return the place of a key in the settings."""
        return (self.table, key) if item is None else (self.table, item, key)


LANGUAGE_NAMES = {language: _l(said) for language, said in _LANGUAGE_NAMES.items()}
BASES = {str(basis): (_l(said), _l(FITS[basis])) for basis, said in _BASES.items()}
"""Basis -> its name and when it fits."""

ROLES = {
    "hook": _l("Hook sensor"),
    "audio": _l("What hears the line"),
    "prompt": _l("What speaks on the line"),
}

DRIVERS = {
    "exchange": _l("Simulated telephone exchange"),
    "sound": _l("USB sound card with a line tap"),
    "monitor": _l("Serial line monitor"),
    "modem": _l("Voice modem"),
    "isdn": _l("ISDN"),
}

DRIVER_OPTIONS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("exchange", "hook"): ("modem",),
    ("exchange", "audio"): ("sides",),
    ("sound", "audio"): ("card", "rate", "sides"),
    ("sound", "prompt"): ("card",),
    ("monitor", "hook"): (
        "dialect",
        "port",
        "line",
        "off_hook",
        "ringing",
        "caller",
        "caller_port",
    ),
    ("modem", "hook"): ("port", "profile", "short_loop"),
    ("modem", "audio"): ("port", "profile", "holds_line"),
    ("modem", "prompt"): ("port", "profile"),
    ("isdn", "audio"): (),
    ("isdn", "prompt"): (),
    ("isdn", "hook"): (
        "transport",
        "mode",
        "network",
        "terminal",
        "network_here",
        "terminal_here",
        "id",
        "over_vpn",
    ),
}
"""Driver and role -> the options that belong to them."""

OPTIONS = {
    "card": _l("Sound card, by name or socket"),
    "port": _l("Serial port, such as /dev/serial/by-id/…"),
    "dialect": _l("Dialect of the monitor, such as lm1"),
    "line": _l("Whozz Calling: number of this line at the unit, 1 if left empty"),
    "off_hook": _l("Optocouplers: pin for a lifted phone, such as not dcd"),
    "ringing": _l("Optocouplers: pin for ringing, such as ri"),
    "caller": _l("Beside the monitor, who calls is told by: netcallerid or modem"),
    "caller_port": _l("Serial port of that device"),
    "sides": _l("Channels: both, voltage/current or far/near"),
    "rate": _l("Samples a second"),
    "profile": _l("Profile of the modem"),
    "modem": _l("Simulated voice modem, such as conexant"),
    "short_loop": _l("Short loop: the voltage falls little when a phone is lifted"),
    "holds_line": _l("The modem may hold the line in calls"),
    "transport": _l("Way to the ISDN line: l1oip (over the network) or kernel (cards)"),
    "mode": _l("bridge (calls go through the device) or tap (it only listens and records nothing)"),
    "network": _l("Network side: address and port, or name of the card"),
    "terminal": _l("Phone side: address and port, or name of the card"),
    "network_here": _l("Network side: the device’s own address and port"),
    "terminal_here": _l("Phone side: the device’s own address and port"),
    "id": _l("Number of the tunnel, 8 hex digits"),
    "over_vpn": _l("The addresses are inside a VPN"),
}

FLAGS = frozenset({"short_loop", "holds_line", "over_vpn"})
"""Options that are ticked."""


def _fields(section: type, *first: str, but: Collection[str] = ()) -> list[Field]:
    """Return what a form asks of a section: some settings first, then the others as declared."""
    declared = {each.key: each for each in asked(section) if each.kind.form != "table"}
    rest = [key for key in declared if key not in {*first, *but}]
    return [_field(declared[key]) for key in (*first, *rest)]


def only(section: type, *keys: str) -> list[Field]:
    """Return the questions for some settings of a section."""
    declared = {each.key: each for each in asked(section)}
    return [_field(declared[key]) for key in keys]


def _field(setting: Setting) -> Field:
    kind = setting.kind
    return Field(
        setting.key,
        kind.form,
        _l(setting.label),
        LazyString(_hint, setting) if setting.hints else "",
        _options(setting),
        needed=setting.needed or kind.form == "order",
        taken_back=kind.form == "flag" and setting.default is None,
    )


def _hint(setting: Setting) -> str:
    return " ".join(gettext(said, **values) for said, values in setting.hints)


def _options(setting: Setting) -> Mapping[str, Any]:
    kind = setting.kind
    if kind.form == "explained":
        return {word: (_l(said), _l(kind.explained[word])) for word, said in kind.words.items()}
    return {word: _l(said) for word, said in kind.words.items()}


_ELSEWHERE = ("languages", "pause_minutes")
"""Settings of the office that have a form of their own."""

OFFICE = Section(
    "office",
    "office",
    _l("Office"),
    _l("Who records, and whom callers may ask about it."),
    _fields(Office, but=_ELSEWHERE),
)
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
LINES = Section(
    "lines",
    "line",
    _l("Lines and devices"),
    _l("Each telephone line, its devices, and what it may record."),
    _fields(Line, "name", "number", "kind", "language"),
    many=True,
    identity="name",
)
PURPOSES = Section(
    "purposes",
    "purpose",
    _l("Purposes"),
    _l("Why the office records: each on exactly one lawful basis."),
    _fields(Purpose, "id", "basis", *spoken_of(Purpose)),
    many=True,
    identity="id",
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

SECTIONS: Mapping[str, Section] = {
    each.name: each for each in (OFFICE, LINES, PURPOSES, LANGUAGE, PAUSE, FRONT, NETWORK)
}
"""In the order of the page."""
