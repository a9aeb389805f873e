"""Say where a setting stands, what is wrong with it and what has to be confirmed."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from appliance.config.mistakes import MISTAKES, Mistake, Place
from web.settings.fields import LANGUAGE_NAMES
from web.settings.fields import SECTIONS as FORMS

SECTIONS = {
    "office": _l("Office"),
    "line": _l("Line"),
    "purpose": _l("Purpose"),
    "panel": _l("Network and certificate"),
    "front": _l("Lamps and button"),
    "vault": _l("Vault"),
    "fresh": _l("Not set up yet"),
}
"""Table of the settings -> its name."""

STATEMENTS = {
    "justified": _l(
        "I have read this justification; it is true, and the interests of the callers were weighed."
    ),
    "fits": _l("I have read when this basis fits, and it fits this purpose."),
    "advised": _l("Somebody who knows the law, such as our data protection officer, agrees."),
    "words": _l("I have read these words aloud in their sentences, and they are right in each."),
}

RECORDER = {
    "taken": _l("Saved. Each line follows from its next call on."),
    "away": _l("Saved. The recorder is not running; it follows at its next start."),
    "refused": _l("Saved, but not every line follows. The doctor says why."),
    "none": _l("Nothing was changed."),
    "seed": _l("The configuration file was left as it is. It does not hold."),
}
"""Outcome of a change -> its sentence."""


def mistake(found: Mistake) -> str:
    """Return what to do about a mistake, in the reader's language."""
    return str(gettext(MISTAKES[found.code])) % found.values


_LACKING: tuple[tuple[str, Any], ...] = (
    (
        r"line (?P<line>.+) has no \w+ in \w+ that names its purposes and keys; .*",
        _l("Nobody has spoken the words of line %(line)s yet, with its purposes and keys."),
    ),
    (
        r"nobody has confirmed the office's names as they are spoken; .*",
        _l("Nobody has confirmed how the office's name is spoken."),
    ),
    (
        r"nobody has confirmed the words of purpose (?P<name>\w+); .*",
        _l("Nobody has confirmed the words of purpose “%(name)s”."),
    ),
    (
        r"office.controller_says has no \w+; .*",
        _l("The office's name, as it is spoken, is missing."),
    ),
    (
        r"purpose (?P<name>\w+) has no \w+ in \w+; add it",
        _l("Words of purpose “%(name)s” are missing in the language of the line."),
    ),
    (
        r"The purpose (?P<name>\w+) has no justification\.",
        _l("The purpose “%(name)s” has no justification."),
    ),
)
"""What is missing before a line records, as the recorder says it -> in the reader's language."""

_COMPILED_LACKING = tuple((re.compile(pattern, re.DOTALL), said) for pattern, said in _LACKING)


def lacking(sentence: str) -> str:
    """Return what is missing before a line records; what this page does not know, in English."""
    return _told(sentence, _COMPILED_LACKING) or sentence


def all_lacking(sentences: Iterable[str]) -> list[tuple[str, bool]]:
    """Return what is missing, each once, and whether it is said in English."""
    told = dict.fromkeys((lacking(each), lacking(each) == each) for each in sentences)
    return list(told)


def _told(text: str, patterns: tuple[tuple[re.Pattern[str], Any], ...]) -> str:
    for pattern, said in patterns:
        if (told := pattern.fullmatch(text)) is not None:
            values = {name: value for name, value in told.groupdict().items() if value is not None}
            return str(said) % values if values else str(said)
    return ""


def place(found: Place, values: Mapping[str, Any] | None = None) -> str:
    """Return where a setting stands: its section, which line or purpose, and its field."""
    if not found:
        return str(gettext("Settings"))
    head, *rest = found
    said = [str(SECTIONS.get(str(head), head))]
    if rest and str(head) in {"line", "purpose"}:
        said.append(_item(str(head), rest.pop(0), values))
    return " › ".join([*said, *map(field, rest)])


def _item(table: str, which: str | int, values: Mapping[str, Any] | None) -> str:
    tables = (values or {}).get(table, [])
    if isinstance(which, int):
        named = tables[which] if which < len(tables) else {}
        return str(named.get("name") or named.get("id") or which + 1)
    return which


def field(key: str | int) -> str:
    """Return the name of a setting's field or language; the key itself if it has none."""
    for section in FORMS.values():
        for each in section.fields:
            if each.key == key:
                return str(each.label)
    return str(LANGUAGE_NAMES.get(str(key), key))
