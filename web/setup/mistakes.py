"""Put a draft's mistakes beside the questions that can mend them."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import request
from flask_babel import gettext

from appliance.config.drivers.driver import ROLES
from appliance.config.mistakes import Mistake
from appliance.config.words.ready import ready_purposes
from web import language
from web.settings.fields import LANGUAGE_NAMES, Field
from web.setup import drafts, steps
from web.setup.by_hand import WAYS
from web.setup.questions import OFFICE, PURPOSE
from web.words import settings as words

DEVICE = "device"
"""The question of which devices a line has; it tells what no question about one of them can."""


def beside(
    mistakes: tuple[Mistake, ...],
    chosen: steps.Step,
    values: Mapping[str, Any],
    picks: Collection[str] = (),
) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Return each question's mistakes, and those that no question of this step can mend.

    Args:
        mistakes: of the draft.
        chosen: the step.
        values: the settings in force.
        picks: the questions about devices that are put together by hand.
    """
    own: dict[str, list[str]] = {}
    others: list[tuple[str, str]] = []
    for mistake in mistakes:
        name = _question(mistake, chosen, values, picks)
        if not name:
            others.append((words.place(mistake.place, values), words.mistake(mistake)))
        elif words.mistake(mistake) not in own.setdefault(name, []):  # one answer, several roles
            own[name].append(words.mistake(mistake))
    return own, others


def _question(
    mistake: Mistake, chosen: steps.Step, values: Mapping[str, Any], picks: Collection[str]
) -> str:
    """Return the name of the question that can mend a mistake; empty if none can."""
    match (chosen.name, mistake.place):
        case ("office", ("office", str(key), *below)):
            asked = key in {field.key for field in OFFICE.fields}
            return _in_language(key, below, LANGUAGE_NAMES) if asked else ""
        case ("line", ("line", int(at), "name" | "number" as key, *_)):
            return str(key) if at == steps.first_phone(values) else ""
        case ("line", ("line", int(at), str(role), *below)) if role in ROLES:
            way = WAYS.get(request.form.get("device", ""))
            name = way.key(role, str(below[0])) if way is not None and below else ""
            own = name if name in picks else DEVICE
            return own if at == steps.first_phone(values) else ""
        case ("purposes", ("purpose", int(at), str(key), *below)) if key in PURPOSE:
            languages = values.get("office", {}).get("languages", ["pl"])
            return _in_language(f"{key}-{_purpose_at(at, values)}", below, languages)
    return ""


def _in_language(name: str, below: list[str | int], languages: Collection[str]) -> str:
    """Return the question for words in one language, where a mistake is in these alone."""
    return f"{name}-{below[0]}" if below and below[0] in languages else name


def _purpose_at(at: int, values: Mapping[str, Any]) -> str:
    """Return the id of a purpose in the draft that this request sent."""
    tables = drafts.with_purposes(dict(values), request.form).get("purpose", [])
    return str(tables[at].get("id")) if at < len(tables) else ""


def label(name: str, chosen: steps.Step, picks: Mapping[str, Field]) -> str:
    """Return what a question is called in the list of mistakes."""
    if name in picks:
        return str(picks[name].label)
    if name == DEVICE:
        return str(gettext("Devices of this line"))
    if name == "purposes":
        return words.field("line", name)
    key, *below = name.split("-")
    if chosen.name != "purposes":
        said = [words.field(chosen.name, key)]
    else:
        ready = next((each for each in ready_purposes() if each.id == below[0]), None)
        named = ready.label[language.chosen()] if ready is not None else gettext("your own purpose")
        said = [named, words.field("purpose", key)]
        del below[0]
    return ", ".join([*said, *(str(LANGUAGE_NAMES[each]) for each in below)])
