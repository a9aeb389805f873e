"""Read each section of the configuration from its table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from appliance.config import validators as valid
from appliance.config.settings import Front, Line, Office, Panel, Part, Vault
from appliance.config.spoken import read_office_words
from appliance.config.table import Table

Options = Mapping[str, Callable[[object], object]]

_NONE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Driver:
    """The options of a driver's table beside ``driver``."""

    roles: frozenset[str]
    required: Mapping[str, str]  # option -> example
    optional: Options = field(default_factory=dict)
    audio: Options = field(default_factory=dict)  # optional in the audio role alone


_ALL = frozenset({"hook", "audio", "prompt"})
_PORT = {"port": '"/dev/serial/by-id/usb-…"'}
_TAPPED = {"sides": partial(valid.valid_word, words=("both", "voltage/current"))}
_HEARD: Options = {
    "rate": valid.valid_sound_rate,
    "sides": partial(valid.valid_word, words=("both", "voltage/current", "far/near")),
}

_STRICTER: Mapping[str, Callable[[object], str]] = {"card": valid.valid_card}
"""Required options that take less than any text."""

DRIVERS: Mapping[str, Driver] = {
    "exchange": Driver(_ALL, {}, audio=_TAPPED),
    "sound": Driver(frozenset({"audio", "prompt"}), {"card": '"LineTap"'}, audio=_HEARD),
    "monitor": Driver(
        frozenset({"hook"}),
        {"dialect": '"lm1"', **_PORT},
        {
            "line": partial(valid.valid_whole, low=1, high=8, unit="(as the unit counts them)"),
            "off_hook": valid.valid_serial_pin,
            "ringing": valid.valid_serial_pin,
            "caller_port": valid.valid_text,
        },
    ),
    "modem": Driver(_ALL, _PORT, {"profile": valid.valid_text}),
    "isdn": Driver(_ALL, {}, {"card": valid.valid_text}),
}


_DIALECTS: Mapping[str, tuple[str, ...]] = {
    "line": ("whozz",),
    "off_hook": ("optocouplers",),
    "ringing": ("optocouplers",),
    "caller_port": ("optocouplers", "lm1"),
}
"""Option of a monitor -> the dialects that have it."""


def read_office(table: Table) -> Office:
    """Read ``[office]``."""
    need = partial(table.required, validator=valid.valid_text, otherwise="")
    office = Office(
        name=need("name", example='"Kancelaria Nowak"'),
        controller=need("controller", example='"Kancelaria Nowak sp. k., Warszawa"'),
        contact=need("contact", example='"rodo@kancelaria.example"'),
        **table.given(
            country=valid.valid_country,
            languages=valid.valid_languages,
            outside_prefix=valid.valid_outside_prefix,
            pause_minutes=valid.valid_pause_minutes,
        ),
    )
    office = read_office_words(table, office)
    table.finish()
    return office


def read_line(table: Table, office: Office) -> Line:
    """Read one ``[[line]]``."""
    number = partial(valid.valid_number, country=office.country)
    line = Line(
        name=table.required("name", valid.valid_line_name, otherwise="", example='"Reception"'),
        number=table.required("number", number, otherwise="", example='"+48221234567"'),
        hook=_read_part(table, "hook"),
        audio=_read_part(table, "audio"),
        prompt=_read_part(table, "prompt"),
        choices=_read_choices(table),
        **table.given(
            kind=valid.valid_kind,
            language=partial(_spoken, office=office),
            purposes=valid.valid_purpose_ids,
            more_key=valid.valid_key_or_none,
            choose_key=valid.valid_key_or_none,
            records_from=valid.valid_day,
        ),
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
    choices: dict[str, tuple[str, ...]] = {}
    for key in below.keys():
        agreed = below.optional(key, valid.valid_purpose_ids, _NONE)
        try:
            choices[valid.valid_key(key)] = agreed
        except valid.Invalid as invalid:
            below.wrong(str(invalid), key)
    return choices


def _read_part(table: Table, role: str) -> Part:
    """Read the driver of one of a line's three roles."""
    if role not in table:
        table.required(role, valid.valid_text, otherwise="", example='{ driver = "exchange" }')
        return Part("")
    part = table.table(role)
    known = [name for name, driver in DRIVERS.items() if role in driver.roles]
    name = part.required(
        "driver", partial(valid.valid_word, words=known), otherwise="", example=f'"{known[-1]}"'
    )
    if not name:
        return Part("")  # nothing says which other keys are right
    driver = DRIVERS[name]
    options: dict[str, object] = {
        option: part.required(
            option, _STRICTER.get(option, valid.valid_text), otherwise="", example=example
        )
        for option, example in driver.required.items()
    }
    options |= part.given(**driver.optional, **(driver.audio if role == "audio" else {}))
    if name == "monitor":
        _check_dialect(part, options)
    part.finish()
    return Part(name, options)


def _check_dialect(part: Table, options: Mapping[str, object]) -> None:
    """Note each option that a monitor's dialect lacks, and each that it needs."""
    dialect = options["dialect"]
    for option, dialects in _DIALECTS.items():
        if option in options and dialect not in dialects:
            having = " and ".join(dialects)
            part.wrong(f"belongs to {having}; remove it, or name that dialect", option)
    if dialect == "optocouplers" and "off_hook" not in part:
        part.wrong(
            'is missing; add the pin that tells it, such as off_hook = "not dcd"', "off_hook"
        )
    if dialect == "netcallerid":
        part.wrong(
            "tells who calls, not that the phone is lifted; name what sees that, "
            "and this port as its caller_port",
            "dialect",
        )


def read_vault(table: Table) -> Vault:
    """Read ``[vault]``."""
    vault = Vault(
        **table.given(
            eraser=valid.valid_eraser,
            board_secret=valid.valid_path,
            eeprom=valid.valid_path,
            pool_ahead=valid.valid_pool_ahead,
            prompts=valid.valid_path,
        )
    )
    if vault.eraser == "board" and "board_secret" not in table:
        table.wrong('is missing; the "board" eraser needs its file', "board_secret")
    if vault.eraser == "eeprom" and "eeprom" not in table:
        table.wrong('is missing; the "eeprom" eraser needs the chip\'s file', "eeprom")
    if vault.eraser != "eeprom" and vault.eeprom:
        table.wrong('is only used by the "eeprom" eraser; set eraser = "eeprom"', "eeprom")
    if vault.eraser == "file" and vault.board_secret:
        table.wrong('is only used by the "board" eraser; set eraser = "board"', "board_secret")
    table.finish()
    return vault


def read_panel(table: Table) -> Panel:
    """Read ``[panel]``."""
    panel = Panel(
        **table.given(
            host=valid.valid_host,
            port=valid.valid_port,
            names=valid.valid_hosts,
            certificate=valid.valid_path,
            key=valid.valid_path,
            trusted=valid.valid_flag,
            allow_unencrypted=valid.valid_flag,
        )
    )
    for name, other in (("certificate", "key"), ("key", "certificate"), ("trusted", "certificate")):
        if getattr(panel, name) and not getattr(panel, other):
            table.wrong(f"needs {other}; name its file, too", name)
    if panel.allow_unencrypted and panel.certificate:
        table.wrong("contradicts certificate; remove one of them", "allow_unencrypted")
    table.finish()
    return panel


def read_front(table: Table) -> Front:
    """Read ``[front]``; its pins must differ."""
    names = ("green", "amber", "red", "button")
    front = Front(**table.given(**dict.fromkeys(names, valid.valid_pin)))
    pins = {name: getattr(front, name) for name in names}
    for name in names:
        others = [each for each in names if each != name and pins[each] == pins[name]]
        if others and name in table:
            table.wrong(f"is {pins[name]}, as {' and '.join(others)}; give each its own pin", name)
    table.finish()
    return front
