"""Read the device of each of a line's three roles, as its driver declares it."""

from functools import partial

from appliance.config import validators as valid
from appliance.config.declare import asked, setting
from appliance.config.drivers.driver import ByKind, Options, Part, keys
from appliance.config.drivers.known import BY_NAME, DRIVERS
from appliance.config.section import read
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
    options = _read(part, BY_NAME[name].role(role))
    part.finish()
    if all(each.needed or part.sound(each.key) for each in asked(type(options))):
        for each in options.wrong():
            part.wrong(each.code, *each.place, **each.values)
    # What the part says, and what is needed; defaults are where the options are declared.
    said = [each.key for each in asked(type(options)) if each.key in part or each.needed]
    return Part(name, {key: getattr(options, key) for key in said})


def _read(part: Table, declared: ByKind) -> Options:
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
