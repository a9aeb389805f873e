"""Read the device of each of a line's three roles, as its driver declares it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from appliance.config import validators as valid
from appliance.config.drivers.driver import ByKind, Driver, Options, by_setting, keys, settings
from appliance.config.drivers.known import BY_NAME, DRIVERS
from appliance.config.section import read
from appliance.config.settings import Part
from appliance.config.table import Table


def read_part(table: Table, role: str) -> Part:
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
    options = _read(part, BY_NAME[name], role)
    part.finish()
    if all(each.needed or part.sound(each.key) for each in settings(type(options))):
        for each in options.wrong():
            part.wrong(each.code, each.key, **each.values)
    return Part(name, _said(part, options))


def _read(part: Table, driver: Driver, role: str) -> Options:
    declared = driver.roles[role]
    if not isinstance(declared, ByKind):
        return read(part, declared)
    by = by_setting(declared)
    word = part.required(by.key, by.kind.check, otherwise="", example=by.also.example)
    section = declared.of(word)
    for key in driver.settings(role):
        if key in part and key not in keys(section):
            part.pass_over(key)  # another kind's
            if word:
                part.wrong("of_kind", key, kinds=declared.having(key))
    return read(part, section, None, **{by.key: word})


def _said(part: Table, options: Options) -> Mapping[str, Any]:
    """Return what a part says, and what is needed; defaults are where the options are declared."""
    section = type(options)
    needed = {each.key for each in settings(section) if each.needed}
    return {key: getattr(options, key) for key in keys(section) if key in part or key in needed}
