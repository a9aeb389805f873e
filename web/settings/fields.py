"""Declare what each form of the settings asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

from appliance.config.mistakes import Place
from appliance.config.settings import Basis, Front, Line, LineKind, Office, Purpose

Kind = Literal[
    "text", "long", "number", "day", "flag", "one", "list", "order", "words", "parts", "keys"
]


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form."""

    key: str  # below the form's table
    kind: Kind
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


LANGUAGE_NAMES = {"pl": _l("Polish"), "en": _l("English"), "de": _l("German")}
COUNTRIES = {
    "PL": _l("Poland"),
    "DE": _l("Germany"),
    "AT": _l("Austria"),
    "CZ": _l("Czechia"),
    "GB": _l("United Kingdom"),
    "IE": _l("Ireland"),
    "FR": _l("France"),
}

BASES: dict[str, tuple[Any, Any]] = {
    Basis.CONSENT: (
        _l("Consent"),
        _l("The caller is asked and presses a key. This fits nearly every office."),
    ),
    Basis.CONTRACT: (
        _l("Contract"),
        _l("Without the recording the contract with the caller cannot be made or kept."),
    ),
    Basis.LEGAL_OBLIGATION: (
        _l("Legal obligation"),
        _l("A law demands the recording, such as for orders of securities."),
    ),
    Basis.VITAL_INTERESTS: (
        _l("Vital interests"),
        _l("A life depends on it, as on a medical emergency line. Never for training or quality."),
    ),
    Basis.PUBLIC_TASK: (
        _l("Public task"),
        _l("Only for public bodies, and only where a provision names the task."),
    ),
    Basis.LEGITIMATE_INTERESTS: (
        _l("Legitimate interests"),
        _l("The office weighs its interest against the caller's, in writing. They may object."),
    ),
}
"""Basis -> its name and when it fits."""

KINDS: dict[str, Any] = {
    LineKind.PHONE: _l("Telephone"),
    LineKind.FAX: _l("Fax: never asked"),
    LineKind.ALARM: _l("Alarm: never asked"),
    LineKind.LIFT: _l("Lift: never asked"),
    LineKind.CARE_PHONE: _l("Care phone: never asked"),
    LineKind.FRANKING: _l("Franking machine: never asked"),
    LineKind.CARD_TERMINAL: _l("Card terminal: never asked"),
}

ROLES = {
    "hook": _l("What sees that the phone is lifted"),
    "audio": _l("What hears the line"),
    "prompt": _l("What speaks on the line"),
}

DRIVERS = {
    "exchange": _l("Simulated telephone exchange"),
    "sound": _l("Sound adapter with a line tap"),
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
    "mode": _l("bridge (calls go through the box) or tap (it only listens and records nothing)"),
    "network": _l("Network side: address and port, or name of the card"),
    "terminal": _l("Phone side: address and port, or name of the card"),
    "network_here": _l("Network side: the box’s own address and port"),
    "terminal_here": _l("Phone side: the box’s own address and port"),
    "id": _l("Number of the tunnel, 8 hex digits"),
    "over_vpn": _l("The addresses are inside a VPN"),
}

FLAGS = frozenset({"short_loop", "holds_line", "over_vpn"})
"""Options that are ticked."""

_WORDS: Mapping[str, tuple[Any, Any]] = {
    "says": (_l("In words, as the caller hears them"), _l("Such as: training our staff")),
    "full": (_l("In a sentence, as the caller hears it"), _l("Such as: staff training")),
    "short": (_l("Short, for the list of keys"), ""),
    "label": (_l("Name, for lists and papers"), ""),
    "law_says": (_l("The law, as it is spoken"), _l("Needed for a legal obligation or task.")),
    "interest_says": (_l("The interest, as it is spoken"), _l("Needed for legitimate interests.")),
    "other_way_says": (_l("Another way to contract, without a recording"), ""),
    "controller_says": (_l("The office's name, as it is spoken"), ""),
    "legal_name_says": (_l("The full legal name, as it is spoken"), ""),
    "contact_says": (_l("Where people reach the office, as it is spoken"), ""),
    "notice_says": (_l("Where the whole notice can be read, as it is spoken"), ""),
    "recipients_say": (_l("Who else receives recordings, as it is spoken"), ""),
}
"""What is asked in each language, where this version has such words."""


def _words(kind: type) -> list[Field]:
    return [
        Field(each.name, "words", *_WORDS[each.name])
        for each in fields(kind)
        if each.name in _WORDS
    ]


def _keys_of(kind: type, *wanted: Field) -> list[Field]:
    known = {each.name for each in fields(kind)}
    return [each for each in wanted if each.key in known]


OFFICE = Section(
    "office",
    "office",
    _l("Office"),
    _l("Who records, and whom callers may ask about it."),
    [
        Field("name", "text", _l("Name of the office"), needed=True),
        Field(
            "controller",
            "text",
            _l("Controller: full name and seat"),
            _l("As a notice must say it."),
            needed=True,
        ),
        Field("contact", "text", _l("Address for people who ask about their data"), needed=True),
        Field("country", "one", _l("Country"), options=COUNTRIES),
        Field(
            "outside_prefix",
            "text",
            _l("Dialled before an outside number"),
            _l("Only behind a telephone system; otherwise empty."),
        ),
        *_words(Office),
    ],
)
LANGUAGE = Section(
    "languages",
    "office",
    _l("Languages"),
    _l("Spoken on the lines. A line that names none speaks the first."),
    [Field("languages", "order", _l("Languages"), options=LANGUAGE_NAMES, needed=True)],
)
PAUSE = Section(
    "pause",
    "office",
    _l("Pauses"),
    _l("A pause ends by itself, so that nobody forgets it."),
    [
        Field(
            "pause_minutes",
            "number",
            _l("Minutes until recording goes on"),
            _l("From 1 to 30; 2 if it is left empty."),
        )
    ],
)
LINES = Section(
    "lines",
    "line",
    _l("Lines and devices"),
    _l("Each telephone line, its devices, and what it may record."),
    [
        Field(
            "name",
            "text",
            _l("Name of the line"),
            _l("What was calibrated belongs to it."),
            needed=True,
        ),
        Field("number", "text", _l("Telephone number"), needed=True),
        Field("kind", "one", _l("What is on the line"), options=KINDS),
        Field(
            "language", "one", _l("Language"), options={"": _l("the first one"), **LANGUAGE_NAMES}
        ),
        *(Field(role, "parts", label, needed=True) for role, label in ROLES.items()),
        Field("purposes", "list", _l("Purposes")),
        Field(
            "choices", "keys", _l("Keys"), _l("A key with no purpose refuses; exactly one does.")
        ),
        Field(
            "records_from",
            "day",
            _l("First day on which it may record"),
            _l("Two weeks after the staff were told in writing. Empty: at once."),
        ),
        *_keys_of(
            Line,
            Field("more_key", "text", _l("Key to hear more")),
            Field("choose_key", "text", _l("Key to choose one by one"), _l("Usually empty.")),
        ),
    ],
    many=True,
    identity="name",
)
PURPOSES = Section(
    "purposes",
    "purpose",
    _l("Purposes"),
    _l("Why the office records: each on exactly one lawful basis."),
    [
        Field("id", "text", _l("Short name"), _l("Small letters, such as training."), needed=True),
        Field("basis", "one", _l("Lawful basis"), options=BASES, needed=True),
        *_words(Purpose),
        Field("retention_days", "number", _l("Kept for how many days")),
        Field(
            "justification",
            "long",
            _l("Justification"),
            _l("A sentence. Needed for a public task, legitimate interests and long retention."),
        ),
    ],
    many=True,
    identity="id",
)
FRONT = Section(
    "front",
    "front",
    _l("Lamps and button"),
    _l("The pins of the board, by their BCM numbers."),
    [
        Field(each.name, "number", label)
        for each, label in zip(
            fields(Front),
            (_l("Green lamp"), _l("Amber lamp"), _l("Red lamp"), _l("Button")),
            strict=True,
        )
    ],
)
NETWORK = Section(
    "network",
    "panel",
    _l("Network and certificate"),
    _l("Where browsers find this panel, and what protects the way."),
    [
        Field("host", "text", _l("Address to listen on"), _l("127.0.0.1 is this computer alone.")),
        Field(
            "port",
            "number",
            _l("Port"),
            _l("The services of an installed box allow 8470 alone, until somebody edits them."),
        ),
        Field("names", "long", _l("Names by which browsers know it"), _l("One a line.")),
        Field("certificate", "text", _l("Certificate"), _l("A file in /etc/zgoda/tls.")),
        Field("key", "text", _l("Its private key"), _l("A file that the proxy alone can read.")),
        Field(
            "trusted",
            "flag",
            _l("Every browser here trusts the certificate"),
            _l(
                "Tick it once no browser warns. Each one then comes with TLS alone for a year, and "
                "lets nobody pass a warning. Unticked again, it is told so at its next visit."
            ),
            taken_back=True,
        ),
    ],
)

SECTIONS: Mapping[str, Section] = {
    each.name: each for each in (OFFICE, LINES, PURPOSES, LANGUAGE, PAUSE, FRONT, NETWORK)
}
"""In the order of the page."""
