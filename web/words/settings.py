"""Say where a setting stands, what is wrong with it and what has to be confirmed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from appliance.config.declare import Setting, asked
from appliance.config.mistakes import MISTAKES, Mistake, Place
from appliance.config.settings import LISTS, TABLES, Config
from appliance.config.words.vocabulary import with_language
from appliance.model.sentences.lacking import LACKING, Lacking
from web.language import said
from web.settings.fields import LANGUAGE_NAMES, option_label

SECTIONS = {
    **{table: _l(title) for table, (_, title) in TABLES.items()},
    **{each.key: _l(each.label) for each in asked(Config)},
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
    "refused": _l("Saved, but not every line follows. The device check says why."),
    "none": _l("Nothing was changed."),
    "seed": _l("The configuration file was left as it is. It does not hold."),
}
"""Outcome of a change -> its sentence."""


def mistake(found: Mistake) -> str:
    """Return what to do about a mistake, in the reader's language."""
    return str(gettext(MISTAKES[found.code])) % with_language(found.values, gettext)


def lacking(found: Lacking) -> Markup:
    """Return what is missing before a line records, in the reader's language."""
    values = with_language(found.values, gettext)
    if "form" in values:
        values["form"] = field("purpose", values["form"])
    return said(LACKING[found.code], values)


def place(found: Place, values: Mapping[str, Any] | None = None) -> str:
    """Return where a setting stands: its section, which line or purpose, and its field."""
    if not found:
        return str(gettext("Settings"))
    table, *rest = map(str, found)
    said = [str(SECTIONS.get(table, table))]
    if rest and table in LISTS:
        said.append(_item(table, found[1], values))
        del rest[0]
    if rest:
        said.append(field(table, rest[0]))
    return " › ".join([*said, *(_below(rest[0], key) for key in rest[1:])])


def _item(table: str, which: str | int, values: Mapping[str, Any] | None) -> str:
    tables = (values or {}).get(table, [])
    if isinstance(which, int):
        named = tables[which] if which < len(tables) else {}
        return str(named.get("name") or named.get("id") or which + 1)
    return which


def field(table: str, key: str) -> str:
    """Return the name of a setting below a table; the key itself if it is none."""
    declared = _declared(table, key)
    return str(gettext(declared.label)) if declared is not None else key


def _declared(table: str, key: str) -> Setting | None:
    section = TABLES[table][0] if table in TABLES else Config
    return next((each for each in asked(section) if each.key == key), None)


def _below(above: str, key: str) -> str:
    """Return the name of a language, or of an option of a role's device; else the key."""
    return str(LANGUAGE_NAMES.get(key) or option_label(above, key))


def value(found: Place, said: str) -> str:
    """Return what a setting says, in the names of its words."""
    table, *rest = map(str, found)
    rest = rest[1:] if table in LISTS else rest
    declared = _declared(table, rest[0]) if len(rest) == 1 else None
    names = declared.kind.words if declared is not None else {}
    return ", ".join(
        str(gettext(names[each])) if each and each in names else each for each in said.split(", ")
    )
