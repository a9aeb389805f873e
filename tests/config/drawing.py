"""Draw configurations with mistakes from the declarations, each with what has to be found.

A slip changes one place: a value that its own check refuses, a key left out, misspelt or foreign,
something else in a table's place. Slips of one drawing touch places that have no say in each other.
"""

import copy
import datetime
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from appliance import toml
from appliance.config.declare import OfficeFacts, Setting, asked
from appliance.config.drivers.known import BY_NAME, DRIVERS
from appliance.config.mistakes import Invalid, Place
from appliance.config.settings import LISTS, TABLES, Confirmation
from appliance.config.validators import nearest
from tests.config.offices import REAL
from tests.config.test_isdn import KERNEL, L1OIP

ODD: tuple[Any, ...] = (
    *(0, -1, 5, 10**6, -(10**40), 10**4200, True, False, 1.5, float("inf")),
    *("", " ", "x", "9", "*", "ąęć", "a/b", "x" * 401, "two\nlines", "\x00", "%(low)s", "{}"),
    *("Zespół 24", "do szkolenia", "szkolenie", "wykonanie", "工作", "sp. z o.o.", "112"),
    *("2027-02-30", "127.0.0.1:99", "0.0.0.0:9311", "00000000", "-a.lan", "PLX", "dcdd"),
    *([], ["a", "a"], [1], ["Not An Id"], ["pl", "fr"], {}, {"a": 1}),
    *(datetime.date(2027, 1, 11), datetime.datetime(2027, 1, 11, tzinfo=datetime.UTC)),
)
"""Values that some setting or other refuses."""

PINS = (
    'driver = "monitor", dialect = "optocouplers", port = "/dev/a", off_hook = "not dcd", '
    'ringing = "ri", caller_port = "/dev/b", caller = "modem"'
)
MORE = f"""
[[line]]
name = "Bus"
number = "+48221234570"
hook = {{ {L1OIP} }}
audio = {{ driver = "isdn" }}
prompt = {{ driver = "isdn" }}

[[line]]
name = "Cards"
number = "+48221234571"
hook = {{ {KERNEL} }}
audio = {{ driver = "isdn" }}
prompt = {{ driver = "isdn" }}

[[line]]
name = "Pins"
number = "+48221234572"
kind = "alarm"
records_from = "2027-01-11"
hook = {{ {PINS} }}
audio = {{ driver = "sound", card = "Tap2", rate = 48000 }}
prompt = {{ driver = "sound", card = "Tap2" }}

[[line]]
name = "Unit"
number = "+48221234573"
hook = {{ driver = "monitor", dialect = "whozz", port = "/dev/c", line = 2 }}
audio = {{ driver = "sound", card = "Tap3" }}
prompt = {{ driver = "sound", card = "Tap3" }}

[front]
green = 17
amber = 27
red = 22
button = 23

[backup]
folder = "/media/backup"
every = "week"
"""
CONFIRMED = {"by": "Anna Nowak", "day": "2026-11-27", "words": "1a2b3c4d"}
OFFICE = OfficeFacts("PL", ("pl", "en"))


@dataclass(frozen=True)
class Slip:
    """One mistake: how it is made, where it is told, and what it touches."""

    place: Place
    code: str
    touches: tuple[Place, ...]
    make: Callable[[dict[str, Any]], None]


def good() -> dict[str, Any]:
    """Return values without a mistake, in which nearly everything is set."""
    return copy.deepcopy(_good())


@cache
def _good() -> dict[str, Any]:
    values = toml.loads(REAL + MORE)
    values["office"]["confirmed"] = dict(CONFIRMED)
    values["office"]["notice_says"] = {"pl": "na naszej stronie", "en": "on our page"}
    values["purpose"][1]["confirmed"] = dict(CONFIRMED)
    return values


def slips(values: Mapping[str, Any] | None = None) -> list[Slip]:
    """Return every slip that the declarations know of, in a good configuration."""
    return list(_slips(values or good()))


def _slips(values: Mapping[str, Any]) -> Iterator[Slip]:
    for table, (section, _) in TABLES.items():
        if table not in values:
            continue
        for at in range(len(values[table])) if table in LISTS else (None,):
            place: Place = (table,) if at is None else (table, at)
            here = values[table] if at is None else values[table][at]
            yield from _of_section(place, here, asked(section))
            if table == "line":
                for role in ("hook", "audio", "prompt"):
                    yield from _of_part((*place, role), here[role])
        yield _replaced((table,), "not_tables" if table in LISTS else "not_a_table", 3)
    known = [*TABLES, "fresh"]
    yield from _keys((), list(values), known)


def _of_section(
    place: Place, here: Mapping[str, Any], section: tuple[Setting, ...]
) -> Iterator[Slip]:
    for each in section:
        if each.kind.form != "parts":
            yield from _of_setting((*place, each.key), here.get(each.key), each)
    yield from _keys(place, list(here), [each.key for each in section])
    for each in section:
        if each.needed and each.key in here and each.kind.form != "parts":
            yield _left_out((*place, each.key))


def _of_setting(place: Place, now: Any, setting: Setting) -> Iterator[Slip]:
    form = setting.kind.form
    if form in {"words", "keys", "table"}:
        yield _replaced(place, "not_a_table", 3)
    if form == "words" and now:
        yield from _of_words(place, now, setting)
    elif form == "keys" and now:
        yield from _of_keys(place, now, setting)
    elif form == "table" and now:
        yield from _of_section(place, now, asked(Confirmation))
    elif form not in {"words", "keys", "table"}:
        for value, code in refused(setting):
            yield _replaced(place, code, value)


def _of_words(place: Place, now: Mapping[str, str], setting: Setting) -> Iterator[Slip]:
    for language in now:
        for value, code in refused(setting, language=language):
            yield _replaced((*place, language), code, value)
    if setting.needed:
        yield _left_out((*place, "en"))
    yield _added((*place, "xx"), "unknown", "słowa")


def _of_keys(place: Place, now: Mapping[str, Any], setting: Setting) -> Iterator[Slip]:
    for key in now:
        for value, code in refused(setting):
            yield _replaced((*place, key), code, value)
    yield _added((*place, "x"), "key", [])


def _of_part(place: Place, here: Mapping[str, Any]) -> Iterator[Slip]:
    """Yield the slips of a device: those of the options that its kind has."""
    yield _replaced(place, "not_a_table", "sound")
    yield _left_out(place)
    driver, role = BY_NAME[here["driver"]], str(place[-1])
    names = [each.name for each in DRIVERS if role in each.roles]
    whole = (place,)
    for value in ("zzzzzz", 7):
        code = "word" if value == 7 else "word_unknown"
        yield _replaced((*place, "driver"), code, value, whole)
    assert nearest("zzzzzz", names) == ""
    yield _left_out((*place, "driver"), whole)
    declared = driver.role(role)
    by, section = declared.by, declared.of(here)
    for each in asked(section):
        for value, code in refused(each):
            touches = whole if each.key == by else ()
            yield _replaced((*place, each.key), code, value, touches)
        if each.needed and each.key in here:
            yield _left_out((*place, each.key), whole if each.key == by else ())
    every = ["driver", *declared.settings]
    if "zzzzzz" not in every:
        yield _added((*place, "zzzzzz"), "unknown", 1)


def _keys(place: Place, there: list[str], known: list[str]) -> Iterator[Slip]:
    yield _added((*place, "zzzzzz"), "unknown", 1)
    for key in there:
        wrong = f"{key[:-1]}{key[-1] * 2}"
        if len(key) > 3 and nearest(wrong, sorted(known)) == key:
            yield _misspelt((*place, key), wrong)


def refused(setting: Setting, **more: Any) -> Iterator[tuple[Any, str]]:
    """Yield the odd values that a setting's own check refuses, one for each code and type."""
    about = {"office": OFFICE} if setting.kind.of_office else more
    known: set[tuple[str, type]] = set()
    for value in ODD:
        try:
            setting.kind.check(value, **about)
        except Invalid as invalid:
            if (invalid.code, type(value)) not in known:
                yield value, invalid.code
            known.add((invalid.code, type(value)))


def _at(values: Any, place: Place) -> Any:
    for key in place[:-1]:
        values = values[key]
    return values


def put(values: dict[str, Any], place: Place, value: Any, *, gone: bool = False) -> None:
    """Put a value at a place, or take out what is there."""
    if gone:
        del _at(values, place)[place[-1]]
    else:
        _at(values, place)[place[-1]] = copy.deepcopy(value)


def _replaced(place: Place, code: str, value: Any, touches: tuple[Place, ...] = ()) -> Slip:
    def make(values: dict[str, Any]) -> None:
        put(values, place, value)

    return Slip(place, code, (place, *touches), make)


def _added(place: Place, code: str, value: Any) -> Slip:
    return _replaced(place, code, value)


def _left_out(place: Place, touches: tuple[Place, ...] = ()) -> Slip:
    def make(values: dict[str, Any]) -> None:
        put(values, place, None, gone=True)

    return Slip(place, "missing", (place, *touches), make)


def _misspelt(place: Place, wrong: str) -> Slip:
    def make(values: dict[str, Any]) -> None:
        table = _at(values, place)
        said = {wrong if key == place[-1] else key: value for key, value in table.items()}
        table.clear()
        table.update(said)

    return Slip((*place[:-1], wrong), "unknown_near", (place, (*place[:-1], wrong)), make)


HANG_ON: tuple[tuple[Place, Place], ...] = (
    (("office", "country"), ("line",)),  # numbers
    (("office", "languages"), ("office",)),  # which words are needed
    (("office", "languages"), ("purpose",)),
    (("office", "languages"), ("line",)),
)
"""Where the first is not known, nobody can judge the second."""


def draw(pick: random.Random, every: list[Slip]) -> tuple[str, list[tuple[int, Place, str]]]:
    """Return a configuration with one to five slips, and line, place and code of each."""
    made = chosen(pick, every)
    values = good()
    for each in made:
        each.make(values)
    text, lines = written(values)
    return text, sorted((_line(lines, each.place), each.place, each.code) for each in made)


def chosen(pick: random.Random, every: list[Slip]) -> list[Slip]:
    """Return one to five slips that have no say in each other."""
    found: list[Slip] = []
    for _ in range(pick.randint(1, 5) * 3):
        slip = pick.choice(every)
        if not any(_touch(slip, each) for each in found):
            found.append(slip)
        if len(found) == 5:
            break
    return found[: pick.randint(1, 5)]


def _touch(one: Slip, other: Slip) -> bool:
    def over(first: Place, second: Place) -> bool:
        return first[: len(second)] == second or second[: len(first)] == first

    if any(over(a, b) for a in one.touches for b in other.touches):
        return True
    return any(
        over(first, a) and over(second, b)
        for first, second in HANG_ON
        for cause, effect in ((one, other), (other, one))
        for a in cause.touches
        for b in effect.touches
    )


def _line(lines: Mapping[Place, int], place: Place) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def written(values: Mapping[str, Any]) -> tuple[str, dict[Place, int]]:
    """Return values as TOML, each key of a table on a line of its own, and these lines."""
    said: list[str] = []
    lines: dict[Place, int] = {}

    def tell(line: str, place: Place) -> None:
        said.append(line)
        lines.setdefault(place, len(said))

    plain = {key: each for key, each in values.items() if not _tables(each)}
    for key, value in plain.items():
        tell(f"{_key(key)} = {_value(value)}", (key,))
    for key, each in values.items():
        if key in plain:
            continue
        many = isinstance(each, list)
        for at, table in enumerate(each if many else [each]):
            place: Place = (key, at) if many else (key,)
            tell(f"[[{_key(key)}]]" if many else f"[{_key(key)}]", (key,))
            lines.setdefault(place, len(said))
            for below, value in table.items():
                tell(f"{_key(below)} = {_value(value)}", (*place, below))
    return "\n".join(said) + "\n", lines


def _tables(value: Any) -> bool:
    many = isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
    return bool(many) or isinstance(value, dict)


def _key(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(each)}' for key, each in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, int) and abs(value) > 10**18:
        return f"{value:#x}" if value > 0 else "-99999999999999999999"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return "inf" if value == float("inf") else json.dumps(value, ensure_ascii=False)
