"""Read any section of the configuration as it is declared."""

from collections.abc import Collection
from functools import partial
from typing import Any, TypeVar

from appliance.config.declare import OfficeFacts, Setting, asked, setting
from appliance.config.mistakes import Invalid
from appliance.config.table import Table
from appliance.config.validators import LANGUAGES, valid_key

Section = TypeVar("Section")


def read(
    table: Table, section: type[Section], office: OfficeFacts | None = None, **given: Any
) -> Section:
    """Return a section's settings; something blank stands for what is wrong, and is noted.

    The caller checks what holds between settings, and finishes the table; ``given`` it has read.
    """
    keys = [each.key for each in asked(section) if each.key not in given]
    return section(**given, **found(table, section, keys, office))


def found(
    table: Table, section: type, keys: Collection[str], office: OfficeFacts | None = None
) -> dict[str, Any]:
    """Return some settings of a section, as far as they are not left to their defaults."""
    about = office or OfficeFacts()
    values = {each.key: _read(table, each, about) for each in asked(section) if each.key in keys}
    return {key: value for key, value in values.items() if value is not None}


def need(table: Table, section: type, key: str) -> None:
    """Note that a setting is missing which may be left out, but for what others say."""
    if not table.holds(key):
        table.wrong("missing", key, example=f"{key} = {setting(section, key).also.example}")


def _read(table: Table, declared: Setting, office: OfficeFacts) -> Any:
    """Return a setting's value; None where its default holds."""
    key, kind = declared.key, declared.kind
    if kind.form == "words":
        return _words(table, declared, office)
    if kind.form == "keys":
        return _keys(table, declared)
    if kind.section is not None:
        return _below(table, key, kind.section, office)
    check = partial(kind.check, office=office) if kind.of_office else kind.check
    if declared.needed:
        return table.required(key, check, otherwise=kind.blank, example=declared.also.example)
    return table.optional(key, check, None)


def _below(table: Table, key: str, section: type[Any], office: OfficeFacts) -> Any:
    below = table.table(key)
    if key not in table:
        return None
    settings: Any = read(below, section, office)
    below.finish()
    return settings


def _words(table: Table, declared: Setting, office: OfficeFacts) -> dict[str, str]:
    """Return words for each language; some for one language need all of the office's."""
    key, check = declared.key, declared.kind.check
    if declared.needed and not table.holds(key):
        table.pass_over(key)
        table.spoilt("missing", key, example=f"{key} = {declared.also.example}")
        return {}
    below = table.table(key)
    needed = office.languages if declared.needed or any(below.keys()) else ()
    words = {}
    for language in LANGUAGES:
        checks = partial(check, language=language)
        if language in needed:
            words[language] = below.required(language, checks, otherwise="", example='"…"')
        else:
            words[language] = below.optional(language, checks, "")
    below.finish()
    return {language: text for language, text in words.items() if text}


def _keys(table: Table, declared: Setting) -> dict[str, tuple[str, ...]]:
    """Return what each telephone key agrees to."""
    below = table.table(declared.key)
    found: dict[str, tuple[str, ...]] = {}
    for key in below.keys():
        agreed = below.optional(key, declared.kind.check, ())
        try:
            found[valid_key(key)] = agreed
        except Invalid as invalid:
            below.spoilt(invalid.code, key, **invalid.values)
    return found
