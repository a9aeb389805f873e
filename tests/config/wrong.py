"""Draw wrong values of every declared setting, each with what the reader has to say of it."""

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from appliance import toml
from appliance.config import read
from appliance.config.declare import OfficeFacts, Setting, asked
from appliance.config.mistakes import Invalid, Mistake, MistakesFound, Place, bounded
from appliance.config.read import trial_text
from appliance.config.settings import LISTS, TABLES, Config, HeardVoices
from appliance.config.validators import LANGUAGES

LONG = "słowo " * 80
TABLED = frozenset({"words", "keys", "table", "parts"})
"""Forms whose value is a table."""

BELOW: dict[str, list[tuple[Any, str, str]]] = {
    "keys": [({"x": []}, "key", "x"), ({"1": "training"}, "list", "1")],
    "parts": [({"driver": "telephone"}, "word_unknown", "driver")],
    "table": [({"by": "Ewa", "day": "soon", "words": "x"}, "day", "day")],
}
"""Wrong values below a setting: the whole, the code and the key."""

GOOD = {("full", "de"): "zur Schulung"}
"""Words that are right where „Tee“ is not."""


@dataclass(frozen=True)
class Wrong:
    """A wrong value, where it stands and the code of its mistake."""

    table: str
    setting: Setting
    value: Any
    code: str
    below: Place = ()

    @property
    def place(self) -> Place:
        """Return the place of the setting."""
        head: Place = (self.table, 0) if self.table in LISTS else (self.table,)
        return (*head, self.setting.key) if self.table else (self.setting.key,)

    def __str__(self) -> str:
        said = bounded(self.value)[:20]
        return f"{'.'.join(map(str, (*self.place, *self.below)))} = {said}"


def settings() -> list[tuple[str, Setting]]:
    """Return every declared setting with its table."""
    sections = {"": Config, **{table: section for table, (section, _) in TABLES.items()}}
    return [(table, each) for table, section in sections.items() for each in asked(section)]


def wrong_values() -> list[Wrong]:
    """Return wrong values of every setting."""
    return list(itertools.chain.from_iterable(_wrong(*each) for each in settings()))


def _wrong(table: str, setting: Setting) -> Iterator[Wrong]:
    form = setting.kind.form
    if form in TABLED:
        yield Wrong(table, setting, 7, "not_a_table")
        if form == "words":
            yield from _words(table, setting)
    for value, code, key in BELOW.get(form, ()):
        if form == "table" and setting.kind.section is HeardVoices:  # a confirmation a language
            yield Wrong(table, setting, {"pl": value}, code, ("pl", key))
        else:
            yield Wrong(table, setting, value, code, (key,))
    if form not in TABLED:
        for value in _plain(setting):
            if code := _code(setting, value):
                yield Wrong(table, setting, value, code)


def _words(table: str, setting: Setting) -> Iterator[Wrong]:
    for language, text in itertools.product(LANGUAGES, ("", LONG, "7 Tee", 7)):
        code = _code(setting, text, language=language)
        says = {each: GOOD.get((setting.key, each), "Tee") for each in LANGUAGES}
        yield Wrong(table, setting, says | {language: text}, code, (language,))
    if setting.needed:
        yield Wrong(table, setting, {}, "missing")


def _plain(setting: Setting) -> Iterator[Any]:
    """Yield values too low and too high, of other types, empty, and of many characters."""
    if setting.kind.limits:
        low, high = setting.kind.limits
        yield from (low - 1, high + 1, 10**4301, True, 1.5)
    yield from ("", "none of them!", LONG, "a\nb", 7.5, ["xx !"], {"a": 1})


def _code(setting: Setting, value: object, **more: Any) -> str:
    """Return the code of what the setting's own check says; empty where it has nothing to say."""
    about = {"office": OfficeFacts("PL", LANGUAGES)} if setting.kind.of_office else more
    try:
        setting.kind.check(value, **about)
    except Invalid as invalid:
        return invalid.code
    return ""


BASES = {
    "law_says": "legal_obligation",
    "interest_says": "legitimate_interests",
    "other_way_says": "contract",
    "contract_to": "contract",
}
"""What is said on this basis alone."""


def values_with(wrong: Wrong) -> dict[str, Any]:
    """Return the trial's settings with a wrong value."""
    values: dict[str, Any] = toml.loads(trial_text())
    values["purpose"][0]["basis"] = BASES.get(wrong.setting.key, "consent")
    *above, key = wrong.place
    here: Any = values
    for each in above:
        here = here.setdefault(each, {}) if isinstance(here, dict) else here[each]
    here[key] = copy.deepcopy(wrong.value)
    return values


def mistakes_of(values: dict[str, Any]) -> tuple[Mistake, ...]:
    """Return all mistakes of settings."""
    try:
        read.check(values)
    except MistakesFound as found:
        return found.mistakes
    return ()
