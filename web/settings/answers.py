"""Turn a form's answers into settings, and settings into what a form shows."""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from appliance.config.mistakes import Mistake
from appliance.config.settings import RETIRED
from web.settings.fields import LANGUAGE_NAMES, Field, Section, options_asked

Values = dict[str, Any]
Form = MultiDict[str, str]

MOST_KEYS = 10
"""Rows for keys: as many as a telephone has digits."""

_KEYS_OFFERED = 6
"""Rows that a form has anyway."""

_LONGEST_NUMBER = 9


def drafted(values: Values, section: Section, item: int | None, form: Form) -> Values:
    """Return settings with a form's answers in place of what they said there.

    ``item`` says which line or purpose it is about; the number after the last adds one.
    """
    draft = copy.deepcopy(values)
    table = _table(draft, section, item)
    before = table.get("id")
    for field in section.fields:
        _answer(table, field, form, draft)
    for key in RETIRED.get(section.table, ()):
        table.pop(key, None)
    if section.name == "front" and not form.get("fitted"):
        draft.pop("front", None)
    if item is None and not table and section.name != "front" and section.table not in values:
        del draft[section.table]
    if section.name == "purposes" and before and before != table.get("id"):
        _rename(draft, str(before), str(table.get("id", "")))
    return draft


def removed(values: Values, section: Section, item: int) -> Values:
    """Return settings without a line or purpose; lines forget a purpose that goes."""
    draft = copy.deepcopy(values)
    gone = draft.get(section.table, []).pop(item)
    if not draft.get(section.table):
        draft.pop(section.table, None)
    if section.name == "purposes":
        _rename(draft, str(gone.get("id")), None)
    return draft


def _table(draft: Values, section: Section, item: int | None) -> Values:
    if item is None:
        table: Values = draft.setdefault(section.table, {})
        return table
    tables: list[Values] = draft.setdefault(section.table, [])
    if item == len(tables):
        tables.append({})
    return tables[item]


def _answer(table: Values, field: Field, form: Form, draft: Values) -> None:
    """Put one answer into its table; an empty one takes the setting out, unless it is needed.

    An empty one that is written there already stays as it is written.
    """
    match field.kind:
        case "words":
            value: Any = _words(table.get(field.key), field, form)
        case "parts":
            value = _part(field.key, form)
        case "keys":
            value = _choices(form)
        case "list" | "several":
            value = _ticked(field, form, draft)
        case "order":
            asked = [form.get(f"{field.key}-{place}", "") for place in range(len(field.options))]
            value = list(dict.fromkeys(each for each in asked if each))
        case "flag":
            value = bool(form.get(field.key))
        case _:
            value = _plain(field, form.get(field.key, "").strip())
    written = field.key in table and (field.taken_back or table[field.key] == value)
    stays = field.needed or written
    if (value is False or value in ("", [], {})) and not stays:
        table.pop(field.key, None)
    else:
        table[field.key] = value


def _ticked(field: Field, form: Form, draft: Values) -> list[str]:
    """Return what is ticked: purposes in their own order, other words as they came."""
    ticked = form.getlist(field.key)
    if field.kind == "list":
        known = [str(each.get("id")) for each in draft.get("purpose", [])]
        return [name for name in known if name in ticked]
    return list(dict.fromkeys(each.strip() for each in ticked if each.strip()))


def _plain(field: Field, text: str) -> Any:
    if field.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.kind == "long":
        return " ".join(text.split())
    if field.kind == "number":
        return number(text)
    return text


def number(text: str) -> int | str:
    """Return a whole number, or the text that is none, so that its mistake is told."""
    short = len(text) <= _LONGEST_NUMBER
    return int(text) if short and re.fullmatch(r"[0-9]+", text, re.ASCII) else text


def base() -> int:
    """Return the version of the settings that a form was made of; none is negative."""
    given = number(request.form.get("base", ""))
    return given if isinstance(given, int) else -1


def _words(before: object, field: Field, form: Form) -> Values:
    kept = dict(before) if isinstance(before, Mapping) else {}
    typed = {
        language: " ".join(form.get(f"{field.key}-{language}", "").split())
        for language in LANGUAGE_NAMES
    }
    kept |= {language: text for language, text in typed.items() if text}
    return {language: text for language, text in kept.items() if typed.get(language, text)}


def _part(role: str, form: Form) -> Values:
    """Return a role's device; an option that holds anyway is left out."""
    part: Values = {"driver": form.get(f"{role}-driver", "")}
    for option in options_asked(role, form):
        key, text = option.key.removeprefix(f"{role}-"), form.get(option.key, "").strip()
        if option.kind == "flag":
            part |= {key: True} if text else {}
        elif text and text != option.usual:
            part[key] = _plain(option, text)
    return part


def _choices(form: Form) -> Values:
    """Return what each key agrees to; a key in two rows agrees to what stands in both."""
    choices: dict[str, list[str]] = {}
    for row, key in _keys(form):
        choices.setdefault(key, []).extend(form.getlist(f"agrees-{row}"))
    return choices


def _rename(draft: Values, old: str, new: str | None) -> None:
    """Let every line follow a purpose that has another name, or is gone."""

    def renamed(names: list[str]) -> list[str]:
        put = [new if name == old else name for name in names]
        return [name for name in put if name is not None]

    for line in draft.get("line", []):
        line["purposes"] = renamed(line.get("purposes", []))
        line["choices"] = _left(line.get("choices", {}), renamed)
        for key in ("purposes", "choices"):
            if not line[key]:
                del line[key]


def _left(
    choices: Mapping[str, list[str]], renamed: Callable[[list[str]], list[str]]
) -> dict[str, list[str]]:
    """Return the keys that still agree to something of their own; that which refuses stays."""
    left: dict[str, list[str]] = {}
    for key, agreed in choices.items():
        names = renamed(agreed)
        if bool(names) == bool(agreed) and names not in left.values():
            left[key] = names
    return left


def shown(values: Values, section: Section, item: int | None) -> Form:
    """Return what a form shows of settings, as its own answers."""
    tables = values.get(section.table, {})
    if item is not None:
        tables = tables[item] if item < len(tables) else {}
    form: Form = MultiDict()
    if section.name == "front" and "front" in values:
        form["fitted"] = "yes"
    for field in section.fields:
        _show(form, field, tables.get(field.key))
    return form


def _show(form: Form, field: Field, value: Any) -> None:
    """Put a setting into a form; what is of another kind than the field asks for is left out."""
    match field.kind, value:
        case "keys", Mapping():
            for row, (key, agreed) in enumerate(list(value.items())[:MOST_KEYS]):
                form[f"key-{row}"] = str(key)
                form.setlist(f"agrees-{row}", map(str, agreed))
        case "words" | "parts", Mapping():
            form.update({f"{field.key}-{name}": _shown(said) for name, said in value.items()})
        case "several" | "list" | "order", list():
            form.setlist(field.key, map(str, value))
            form.update({f"{field.key}-{at}": str(each) for at, each in enumerate(value)})
        case "keys" | "words" | "parts" | "several" | "list" | "order", _:
            pass
        case _ if value is not None:
            form[field.key] = _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def beside(
    mistakes: tuple[Mistake, ...], section: Section, item: int | None, form: Form
) -> tuple[dict[str, list[Mistake]], list[Mistake]]:
    """Return each question's mistakes, and those that no question of this form can mend."""
    own: dict[str, list[Mistake]] = {}
    others: list[Mistake] = []
    fields = {field.key: field for field in section.fields}
    head = (section.table,) if item is None else (section.table, item)
    for mistake in mistakes:
        inside = mistake.place[: len(head)] == head
        key, *below = [*map(str, mistake.place[len(head) :])] or [""]
        if inside and key in fields:
            own.setdefault(_question(fields[key], below, form), []).append(mistake)
        else:
            others.append(mistake)
    return own, others


def _question(field: Field, below: list[str], form: Form) -> str:
    """Return the key of the question for a place: options, languages and keys have one each."""
    narrow = f"{field.key}-{below[0]}" if below else ""
    if field.kind == "keys":
        narrow = next((f"key-{row}" for row, key in _keys(form) if below[:1] == [key]), "")
    return narrow if narrow in {key for key, _ in narrower(field, form)} else field.key


def narrower(field: Field, form: Form) -> list[tuple[str, Any]]:
    """Return key and label of each question that a question is made of: none of most."""
    if field.kind == "words":
        return [(f"{field.key}-{language}", said) for language, said in LANGUAGE_NAMES.items()]
    if field.kind == "parts":
        return [(option.key, option.label) for option in options_asked(field.key, form)]
    if field.kind == "keys":
        return [(f"key-{row}", gettext("Key %(key)s", key=key)) for row, key in _keys(form)]
    return []


def key_rows(form: Form) -> int:
    """Return how many rows for keys a form has: some, and never fewer than are filled."""
    return max([_KEYS_OFFERED, *(row + 1 for row, _ in _keys(form))])


def _keys(form: Form) -> list[tuple[int, str]]:
    """Return row and key of each row that is filled."""
    rows = ((row, form.get(f"key-{row}", "")) for row in range(MOST_KEYS))
    return [(row, key) for row, key in rows if key]
