"""Read a section as it is declared, and check what must hold between its settings."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from appliance.config import validators as valid
from appliance.config.declare import OfficeFacts, asked, setting
from appliance.config.drivers.driver import ROLES, ByKind, Options, Part, keys
from appliance.config.drivers.known import BY_NAME, DRIVERS
from appliance.config.outside import Backup, Stamp
from appliance.config.section import found, need, read
from appliance.config.settings import (
    RETIRED,
    TABLES,
    Basis,
    Front,
    Line,
    Office,
    Panel,
    Purpose,
    Vault,
)
from appliance.config.table import Table
from appliance.config.words.ready import FORMS, ready_purpose
from appliance.config.words.vocabulary import ONLY_ON

_NEEDED = ("law_says", "interest_says")
"""What a purpose has to say on each basis on which it may."""


def read_whole(table: Table, name: str) -> Any:
    """Return one of ``CHECKS``, whose settings were checked one by one and with each other."""
    settings: Any = read(table, TABLES[name][0])
    for key in RETIRED.get(name, ()):
        table.pass_over(key)
    table.finish()
    CHECKS[name](table, settings)
    return settings


def read_office(table: Table) -> Office:
    """Read ``[office]``: its country and languages first, which others go by."""
    first = {key: setting(Office, key).default for key in ("country", "languages")}
    first |= found(table, Office, first)
    office = read(table, Office, facts_of(table, OfficeFacts(**first)), **first)
    table.finish()
    for key in ("officer", "officer_says") if office.public_body else ():
        need(table, Office, key)
    if table.sound("recipients"):
        if office.recipients == "nobody" and table.holds("recipients_say"):
            table.wrong("nobody_named", "recipients_say")
        if office.recipients == "these":
            need(table, Office, "recipients_say")
    return office


def facts_of(table: Table, office: OfficeFacts) -> OfficeFacts:
    """Return what is surely known of the office; nothing stands for what is wrong."""
    return OfficeFacts(
        office.country if table.sound("country") else "",
        office.languages if table.sound("languages") else (),
    )


def read_purpose(table: Table, office: OfficeFacts) -> Purpose:
    """Read one ``[[purpose]]``."""
    given: dict[str, Any] = {}
    if "says" in table:  # of earlier versions
        given = found(table, Purpose, ("id",)) | {form: {} for form in FORMS}
        table.wrong("says", "says", example=_ready_forms(given["id"], office))
        for key in ("says", *FORMS):
            table.pass_over(key)
    purpose = read(table, Purpose, office, **given)
    for key in _NEEDED:
        if purpose.basis in ONLY_ON[key]:
            need(table, Purpose, key)
    table.finish()
    _check_purpose(table, purpose)
    return purpose


def _check_purpose(table: Table, purpose: Purpose) -> None:
    """Check what goes with a purpose's basis."""
    if purpose.kinds and table.sound("basis") and not _may_touch(purpose):
        table.wrong("special_basis", "basis")
    for key, bases in ONLY_ON.items():
        if key in table and purpose.basis not in bases and table.sound("basis"):
            table.wrong("other_basis", key)


def _may_touch(purpose: Purpose) -> bool:
    """Say whether Art. 9 lets a purpose touch such data: explicit consent, a named law, or care."""
    return purpose.basis in {Basis.CONSENT, *ONLY_ON["law_says"]} or bool(purpose.care_reason)


def _ready_forms(name: str, office: OfficeFacts) -> str:
    """Return the three forms as they are written, ready or as an example."""
    ready = ready_purpose(name)
    lines = []
    for form in FORMS:
        given = ", ".join(f'{each} = "{getattr(ready, form)[each]}"' for each in office.languages)
        lines.append(f"{form} = {{ {given} }}")
    return ", ".join(lines)


def read_line(table: Table, office: OfficeFacts) -> Line:
    """Read one ``[[line]]``."""
    parts = {role: _read_part(table, role) for role in ROLES}
    line = read(table, Line, office, **parts)
    table.finish()
    return line


def _read_part(table: Table, role: str) -> Part:
    """Read the driver of one of a line's three roles, with its options."""
    if role not in table:
        table.required(role, valid.valid_text, otherwise="", example='{ driver = "exchange" }')
        return Part("")
    part = table.table(role)
    known = [driver.name for driver in DRIVERS if role in driver.roles]
    name = part.required(
        "driver", partial(valid.valid_word, words=known), otherwise="", example=f'"{known[-1]}"'
    )
    if not name:
        return Part("")  # nothing says which other keys are right
    options = _options(part, BY_NAME[name].role(role))
    part.finish()
    if all(each.needed or part.sound(each.key) for each in asked(type(options))):
        for each in options.wrong():
            part.wrong(each.code, *each.place, **each.values)
    # What the part says, and what is needed; defaults are where the options are declared.
    said = [each.key for each in asked(type(options)) if each.key in part or each.needed]
    return Part(name, {key: getattr(options, key) for key in said})


def _options(part: Table, declared: ByKind) -> Options:
    if not declared.by:
        return read(part, declared.plain)
    by = setting(declared.plain, declared.by)
    word = part.required(by.key, by.kind.check, otherwise="", example=by.also.example)
    section = declared.of({by.key: word})
    for key in declared.settings:
        if key in part and key not in keys(section):
            part.pass_over(key)  # another kind's
            if word:
                part.wrong("of_kind", key, kinds=declared.having(key))
    return read(part, section, None, **{by.key: word})


def _check_vault(table: Table, vault: Vault) -> None:
    """Check that the eraser has its file, and no other's."""
    if not table.sound("eraser"):
        return
    if vault.eraser == "board" and "board_secret" not in table:
        table.wrong("eraser_needs", "board_secret", eraser="board")
    if vault.eraser == "eeprom" and "eeprom" not in table:
        table.wrong("eraser_needs", "eeprom", eraser="eeprom")
    if vault.eraser != "eeprom" and vault.eeprom:
        table.wrong("eraser_other", "eeprom", eraser="eeprom")
    if vault.eraser == "file" and vault.board_secret:
        table.wrong("eraser_other", "board_secret", eraser="board")


def _check_backup(table: Table, backup: Backup) -> None:
    """Check that backups go somewhere."""
    if "every" in table and not backup.folder and table.sound("folder"):
        table.wrong("backup_nowhere", "folder")


def _check_panel(table: Table, panel: Panel) -> None:
    """Check that certificate and key are both there, or neither."""
    for name, other in (("certificate", "key"), ("key", "certificate"), ("trusted", "certificate")):
        if getattr(panel, name) and not getattr(panel, other) and table.sound(other):
            table.wrong("pair", name)


def _check_stamp(table: Table, stamp: Stamp) -> None:
    """Check that what is stamped can be checked, and that the rest is said of somebody."""
    if stamp.address:
        need(table, Stamp, "roots")
    for key in ("roots", "qualified"):
        if getattr(stamp, key) and not stamp.address and table.sound("address"):
            table.wrong("stamp_nowhere", key)


def _check_front(table: Table, front: Front) -> None:
    """Check that lamps and button have a pin each."""
    pins = {each.key: getattr(front, each.key) for each in asked(Front) if table.sound(each.key)}
    for name, pin in pins.items():
        if name in table and list(pins.values()).count(pin) > 1:
            table.wrong("again", name)


CHECKS: Mapping[str, Callable[[Table, Any], None]] = {
    "vault": _check_vault,
    "backup": _check_backup,
    "panel": _check_panel,
    "stamp": _check_stamp,
    "front": _check_front,
}
"""Table of the file -> what must hold between its settings, where nothing else has a say."""
