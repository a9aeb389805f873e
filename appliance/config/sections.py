"""The sections of the configuration, each read from its table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from appliance.config import validators as valid
from appliance.config.settings import (
    Basis,
    Front,
    Line,
    LineKind,
    Office,
    Panel,
    Part,
    Purpose,
    Vault,
)
from appliance.config.table import Table

_NONE: tuple[str, ...] = ()
EXAMPLE_SAYS = '{ pl = "szkolenia naszych pracowników" }'


@dataclass(frozen=True, slots=True)
class Driver:
    """What a driver's table may and must hold beside ``driver``."""

    roles: frozenset[str]
    required: Mapping[str, str]  # option -> example
    optional: Mapping[str, Callable[[object], object]] = field(default_factory=dict)
    audio_only: frozenset[str] = frozenset()  # options that say something of what is heard


_ALL = frozenset({"hook", "audio", "prompt"})
_SOUND = frozenset({"audio", "prompt"})
_HEARD: Mapping[str, Callable[[object], object]] = {
    "rate": valid.valid_sound_rate,
    "sides": partial(valid.valid_word, words=("both", "voltage/current", "far/near")),
}

_TAPPED: Mapping[str, Callable[[object], object]] = {
    "sides": partial(valid.valid_word, words=("both", "voltage/current")),
}

_STRICTER: Mapping[str, Callable[[object], str]] = {"card": valid.valid_card}
"""Options that must be given and cannot be any text."""

DRIVERS: Mapping[str, Driver] = {
    "exchange": Driver(_ALL, {}, _TAPPED, frozenset(_TAPPED)),
    "sound": Driver(_SOUND, {"card": '"LineTap"'}, _HEARD, frozenset(_HEARD)),
    "monitor": Driver(
        frozenset({"hook"}), {"dialect": '"lm1"', "port": '"/dev/serial/by-id/usb-…"'}
    ),
    "modem": Driver(_ALL, {"port": '"/dev/serial/by-id/usb-…"'}, {"profile": valid.valid_text}),
    "isdn": Driver(_ALL, {}, {"card": valid.valid_text}),
}
"""Driver -> where it can be used and what it must be told."""


def read_office(table: Table) -> Office:
    """Read ``[office]``."""
    need = partial(table.required, validator=valid.valid_text, otherwise="")
    office = Office(
        name=need("name", example='"Kancelaria Nowak"'),
        controller=need("controller", example='"Kancelaria Nowak sp. k., Warszawa"'),
        contact=need("contact", example='"rodo@kancelaria.example"'),
        country=table.optional("country", valid.valid_country, "PL"),
        languages=table.optional("languages", valid.valid_languages, ("pl",)),
        outside_prefix=table.optional("outside_prefix", valid.valid_outside_prefix, ""),
        pause_minutes=table.optional("pause_minutes", valid.valid_pause_minutes, 2),
    )
    table.finish()
    return office


def read_purpose(table: Table, office: Office) -> Purpose:
    """Read one ``[[purpose]]``."""
    purpose = Purpose(
        id=table.required("id", valid.valid_purpose_id, otherwise="", example='"training"'),
        basis=table.required(
            "basis", valid.valid_basis, otherwise=Basis.CONSENT, example='"consent"'
        ),
        says=_read_says(table, office),
        retention_days=table.optional("retention_days", valid.valid_retention_days, 90),
        justification=table.optional("justification", valid.valid_text, ""),
    )
    table.finish()
    return purpose


def _read_says(table: Table, office: Office) -> dict[str, str]:
    """Read the words for a purpose, which every language of the office must have."""
    if "says" not in table:
        table.required("says", valid.valid_text, otherwise="", example=EXAMPLE_SAYS)
        return {}
    says = table.table("says")
    words = {
        language: says.required(
            language, valid.valid_text, otherwise="", example='"…", the words for the purpose'
        )
        for language in office.languages
    }
    for language in valid.LANGUAGES:
        if language in says and language not in words:
            words[language] = says.optional(language, valid.valid_text, "")
    says.finish()
    return words


def read_line(table: Table, office: Office) -> Line:
    """Read one ``[[line]]``."""
    number = partial(valid.valid_number, country=office.country)
    names = partial(valid.valid_list, item=valid.valid_purpose_id)
    line = Line(
        name=table.required("name", valid.valid_line_name, otherwise="", example='"Reception"'),
        number=table.required("number", number, otherwise="", example='"+48221234567"'),
        kind=table.optional("kind", valid.valid_kind, LineKind.PHONE),
        language=table.optional("language", partial(_spoken, office=office), ""),
        hook=_read_part(table, "hook"),
        audio=_read_part(table, "audio"),
        prompt=_read_part(table, "prompt"),
        purposes=table.optional("purposes", names, ()),
        choices=_read_choices(table),
    )
    table.finish()
    return line


def _spoken(value: object, office: Office) -> str:
    """Accept one of the office's languages."""
    language = valid.valid_language(value)
    if language not in office.languages:
        raise valid.Invalid(f"is {language!r}, which office.languages lacks; add it there")
    return language


def _read_choices(table: Table) -> dict[str, tuple[str, ...]]:
    below = table.table("choices")
    names = partial(valid.valid_list, item=valid.valid_purpose_id)
    choices: dict[str, tuple[str, ...]] = {}
    for key in below.keys():
        agreed: tuple[str, ...] = below.optional(key, names, _NONE)
        try:
            choices[valid.valid_key(key)] = agreed
        except valid.Invalid as invalid:
            below.wrong(str(invalid), key)
    return choices


def _read_part(table: Table, role: str) -> Part:
    """Read which driver plays one of a line's three roles."""
    if role not in table:
        table.required(role, valid.valid_text, otherwise="", example='{ driver = "exchange" }')
        return Part("")
    part = table.table(role)
    known = [name for name, driver in DRIVERS.items() if role in driver.roles]
    name = part.required(
        "driver", partial(valid.valid_word, words=known), otherwise="", example=f'"{known[-1]}"'
    )
    if not name:
        return Part("")  # what its other keys should be is unknown too
    driver = DRIVERS[name]
    options: dict[str, object] = {
        option: part.required(
            option, _STRICTER.get(option, valid.valid_text), otherwise="", example=example
        )
        for option, example in driver.required.items()
    }
    for option, validator in driver.optional.items():
        if option in part and (role == "audio" or option not in driver.audio_only):
            options[option] = part.optional(option, validator, None)
    part.finish()
    return Part(name, options)


def read_vault(table: Table) -> Vault:
    """Read ``[vault]``."""
    vault = Vault(
        eraser=table.optional("eraser", valid.valid_eraser, "file"),
        board_secret=table.optional("board_secret", valid.valid_path, ""),
        pool_ahead=table.optional("pool_ahead", valid.valid_pool_ahead, 4096),
        prompts=table.optional("prompts", valid.valid_path, ""),
    )
    if vault.eraser == "board" and "board_secret" not in table:
        table.wrong('is missing; the "board" eraser needs its file', "board_secret")
    if vault.eraser == "file" and vault.board_secret:
        table.wrong('is only used by the "board" eraser; set eraser = "board"', "board_secret")
    table.finish()
    return vault


def read_panel(table: Table) -> Panel:
    """Read ``[panel]``."""
    panel = Panel(
        host=table.optional("host", valid.valid_host, "127.0.0.1"),
        port=table.optional("port", valid.valid_port, 8470),
    )
    table.finish()
    return panel


def read_front(table: Table) -> Front:
    """Read ``[front]``; its pins must differ."""
    usual = Front()
    names = ("green", "amber", "red", "button")
    pins = {name: table.optional(name, valid.valid_pin, getattr(usual, name)) for name in names}
    for name in names:
        others = [each for each in names if each != name and pins[each] == pins[name]]
        if others and name in table:
            table.wrong(f"is {pins[name]}, as {' and '.join(others)}; give each its own pin", name)
    table.finish()
    return Front(**pins)
