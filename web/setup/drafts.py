"""Turn the answers of a step into settings."""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from appliance.config.mistakes import Mistake, mistake
from appliance.config.settings import Basis
from appliance.config.words.ready import FORMS, ReadyPurpose, ready_purposes
from appliance.config.words.vocabulary import ONLY_ON
from appliance.link.requests.devices import Proposal
from web.settings import answers
from web.setup import devices
from web.setup.steps import first_phone, phone_lines

Values = dict[str, Any]
Form = MultiDict[str, str]

OBJECTIONABLE = frozenset(str(basis) for basis in Basis if basis.can_be_objected_to)

KEYS_OF_ONE = ("4", "6", "7")
"""Keys that agree to one purpose alone: their names are understood on a telephone."""

CHOOSE = "choose"
"""The answer that names each line on which one key opens the choice, since a key for each purpose
would take too long to say."""

CHOOSE_KEY = "4"
"""The key that opens the choice."""

OWN = "own"
"""The id of a purpose that the office words itself."""


def finished(draft: Values) -> Values:
    """Take the mark of a fresh box off settings that have an office and a line."""
    if draft.get("office") and draft.get("line"):
        draft.pop("fresh", None)
    return draft


def with_line(values: Values, form: Form, proposal: Proposal | None = None) -> Values:
    """Return settings whose first telephone line is as a form describes it.

    Args:
        values: the settings in force.
        form: the answers.
        proposal: the devices that they choose, if they choose one of those.
    """
    draft = copy.deepcopy(values)
    lines: list[Values] = draft.setdefault("line", [])
    at = first_phone(draft)
    if at == len(lines):
        lines.append({})
    line = lines[at]
    for key in ("name", "number"):
        line[key] = form.get(key, "").strip()
    line.update(devices.parts(form, line, proposal))
    return finished(draft)


def with_purposes(values: Values, form: Form) -> Values:
    """Return settings that record for the purposes of a form, with keys that ask for each.

    The first telephone line follows, and every other that had the same purposes or none.
    """
    draft = copy.deepcopy(values)
    tables: list[Values] = draft.setdefault("purpose", [])
    wanted = form.getlist("use")
    for name in wanted:
        table = next((each for each in tables if each.get("id") == name), None)
        if table is None:
            table = {"id": name}
            tables.append(table)
        _fill(table, form, draft)
    kept = [each["id"] for each in tables if each.get("id") in wanted]
    phones = phone_lines(draft)
    before = phones[0].get("purposes", []) if phones else []
    for line in phones:
        if line.get("purposes", []) in ([], before):
            _ask_for(line, kept, tables, choose=line.get("name") in form.getlist(CHOOSE))
    if not tables:
        del draft["purpose"]
    return draft


def unanswered(draft: Values, form: Form) -> Iterator[Mistake]:
    """Yield each purpose of a form that leaves open whether it touches sensitive data (Art. 9)."""
    wanted = form.getlist("use")
    for at, table in enumerate(draft.get("purpose", [])):
        if table["id"] in wanted and _kinds(form, table["id"]) is None:
            yield mistake(("purpose", at, "health"), "not_answered")


def _kinds(form: Form, name: str) -> list[str] | None:
    """Return which sensitive data a form says that callers may speak of; None: it does not say."""
    kinds = list(dict.fromkeys(form.getlist(f"special-{name}")))
    answers_to = {"no": [], "yes": kinds or None}
    return answers_to.get(form.get(f"health-{name}", ""))


def _touch(table: Values, form: Form) -> None:
    """Put down which sensitive data a purpose touches; none is an answer, too, and stays."""
    kinds = _kinds(form, table["id"])
    if kinds is None:
        return
    table["health"] = "health" in kinds
    _put(table, "special", [kind for kind in kinds if kind != "health"])
    reason = _reason(form, f"care_reason-{table['id']}")
    _put(table, "care_reason", reason if kinds else "")


def _reason(form: Form, name: str) -> str:
    return " ".join(form.get(name, "").split())


def _fill(table: Values, form: Form, draft: Values) -> None:
    name = table["id"]
    ready = next((each for each in ready_purposes() if each.id == name), None)
    table["basis"] = form.get(f"basis-{name}") or table.get("basis") or _usual(ready)
    for spoken in FORMS:
        if ready is not None and spoken not in table:
            table[spoken] = dict(getattr(ready, spoken))
        elif ready is None:
            _put(table, spoken, _said(form, table, spoken, draft))
    days = form.get(f"retention_days-{name}", "").strip()
    if days:
        table["retention_days"] = answers.number(days)
    _put(table, "justification", _reason(form, f"justification-{name}"))
    _touch(table, form)
    law, interest = (table["basis"] in ONLY_ON[key] for key in ("law_says", "interest_says"))
    _put(table, "law_says", _said(form, table, "law_says", draft) if law else {})
    said = _said(form, table, "interest_says", draft)
    said = said or (dict(ready.interest_says) if ready else {})
    _put(table, "interest_says", said if interest else {})
    contract = table["basis"] == Basis.CONTRACT
    told = form.get(f"contract_to-{name}")
    if told is None:
        told = table.get("contract_to") or (ready.contract_to if ready else "")
    _put(table, "contract_to", told if contract else "")
    if not contract:
        table.pop("other_way_says", None)


def _usual(ready: ReadyPurpose | None) -> str:
    return str(ready.bases[0]) if ready is not None else str(Basis.CONSENT)


def _said(form: Form, table: Values, key: str, draft: Values) -> dict[str, str]:
    """Return words as they were typed in the office's languages; in others they stay."""
    asked = draft.get("office", {}).get("languages", ["pl"])
    before = table.get(key, {})
    kept = {language: text for language, text in before.items() if language not in asked}
    name = f"{key}-{table['id']}"
    typed = {each: " ".join(form.get(f"{name}-{each}", "").split()) for each in asked}
    return kept | {language: text for language, text in typed.items() if text}


def _put(table: Values, key: str, value: object) -> None:
    if value:
        table[key] = value
    else:
        table.pop(key, None)


def _ask_for(
    line: Values, purposes: Sequence[str], tables: Sequence[Values], *, choose: bool
) -> None:
    """Give a line its purposes, and the keys by which callers decide about them."""
    bases = {table["id"]: table.get("basis") for table in tables}
    consent = [name for name in purposes if bases[name] == Basis.CONSENT]
    objections = [name for name in purposes if bases[name] in OBJECTIONABLE]
    same = list(purposes) == list(line.get("purposes", [])) and line.get("choices")
    offered = {name for agreed in line.get("choices", {}).values() for name in agreed}
    line["purposes"] = list(purposes)
    choose = len(consent) > (1 if choose else len(KEYS_OF_ONE))
    if same and offered == set(consent) and bool(line.get("choose_key")) >= choose:
        return  # keys that a person has chosen stay
    _put(line, "choices", keys_for(consent, objection=bool(objections), alone=not choose))
    _put(line, "choose_key", CHOOSE_KEY if choose else "")
    if not purposes:
        line.pop("purposes")


def keys_for(consent: Sequence[str], *, objection: bool, alone: bool) -> dict[str, list[str]]:
    """Return the keys of a line: one agrees to all, one refuses, and perhaps one to each alone."""
    if not consent:
        return {"2": []} if objection else {}
    single = {}
    if alone and len(consent) > 1:
        single = {key: [name] for key, name in zip(KEYS_OF_ONE, consent, strict=False)}
    return {"1": list(consent), **single, "2": []}


def with_first_day(values: Values, day: str) -> Values:
    """Return settings in which no telephone line records before a day."""
    draft = copy.deepcopy(values)
    for line in phone_lines(draft):
        line["records_from"] = day
    return draft
