"""Read the words that the line speaks: the office's names, and each purpose's forms."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from appliance.config import forms
from appliance.config import validators as valid
from appliance.config.settings import Basis, Confirmation, Office, Purpose
from appliance.config.table import Table
from appliance.config.words.ready import ready_purpose

_NOBODY = ""
_EXAMPLES = {
    "controller_says": {
        "pl": "Kancelaria Nowak w Warszawie",
        "en": "Nowak Law Office in Warsaw",
        "de": "die Kanzlei Nowak in Warschau",
    },
    "law_says": {
        "pl": "ustawa o obrocie instrumentami finansowymi",
        "en": "the law on trading in financial instruments",
        "de": "das Wertpapierhandelsgesetz",
    },
    "interest_says": {
        "pl": "wyjaśnianie awarii",
        "en": "following up fault reports",
        "de": "an der Klärung von Schadensmeldungen",
    },
}
_NEEDED_BY = {
    "law_says": frozenset({Basis.LEGAL_OBLIGATION, Basis.PUBLIC_TASK}),
    "interest_says": frozenset({Basis.LEGITIMATE_INTERESTS}),
}
_FORMS: Mapping[str, Callable[..., str]] = {
    "full": forms.valid_full,
    "short": forms.valid_short,
    "label": forms.valid_label,
}


def read_office_words(table: Table, office: Office) -> Office:
    """Read the office's names as they are spoken, in each of its languages."""
    read = partial(_read_words, table, languages=office.languages)
    return replace(
        office,
        controller_says=read("controller_says", examples=_EXAMPLES["controller_says"]),
        legal_name_says=read("legal_name_says"),
        contact_says=read("contact_says"),
        notice_says=read("notice_says"),
        recipients_say=read("recipients_say"),
        confirmed=_read_confirmed(table),
    )


def read_purpose(table: Table, office: Office) -> Purpose:
    """Read one ``[[purpose]]``."""
    name = table.required("id", valid.valid_purpose_id, otherwise="", example='"training"')
    basis = table.required("basis", valid.valid_basis, otherwise=Basis.CONSENT, example='"consent"')
    says = "says" in table
    if says:
        table.optional("says", lambda value: value, None)
        table.wrong("says", "says", example=_ready_forms(name, office))
    read = partial(_read_words, table, languages=office.languages)
    words = {} if says else {form: _read_form(table, form, name, office) for form in _FORMS}
    purpose = Purpose(
        id=name,
        basis=basis,
        full=words.get("full", {}),
        short=words.get("short", {}),
        label=words.get("label", {}),
        law_says=_read_needed(read, "law_says", basis),
        interest_says=_read_needed(read, "interest_says", basis),
        other_way_says=read("other_way_says"),
        confirmed=_read_confirmed(table),
        **table.given(
            retention_days=valid.valid_retention_days,
            justification=valid.valid_justification,
        ),
    )
    _check_used(table, basis)
    table.finish()
    return purpose


def _read_form(table: Table, form: str, name: str, office: Office) -> dict[str, str]:
    return _read_words(
        table,
        form,
        languages=office.languages,
        validator=_FORMS[form],
        examples=getattr(ready_purpose(name), form),
    )


def _read_needed(read: Callable[..., dict[str, str]], form: str, basis: Basis) -> dict[str, str]:
    return read(form, examples=_EXAMPLES[form] if basis in _NEEDED_BY[form] else None)


def _read_words(
    table: Table,
    key: str,
    *,
    languages: tuple[str, ...],
    validator: Callable[..., str] = forms.valid_spoken,
    examples: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Read words for each language; with examples every language of the office needs them."""
    if key not in table:
        if examples is not None:
            given = ", ".join(f'{name} = "{examples[name]}"' for name in languages)
            table.required(key, valid.valid_text, otherwise="", example=f"{{ {given} }}")
        return {}
    below = table.table(key)
    needed = languages if examples is not None or any(below.keys()) else ()
    words = {
        name: below.required(
            name,
            partial(validator, language=name),
            otherwise="",
            example=f'"{(examples or {}).get(name, "…")}"',
        )
        for name in needed
    }
    others = {
        name: partial(validator, language=name) for name in valid.LANGUAGES if name not in needed
    }
    words |= below.given(**others)
    below.finish()
    return {name: text for name, text in words.items() if text}


def _read_confirmed(table: Table) -> Confirmation | None:
    """Read who confirmed the words, when, and the digest of the words."""
    if "confirmed" not in table:
        return None
    below = table.table("confirmed")
    read = partial(below.required, validator=valid.valid_text, otherwise="")
    confirmed = Confirmation(
        by=read("by", example='"Anna Nowak"'),
        day=below.required("day", valid.valid_day, otherwise="", example='"2026-11-27"'),
        words=read("words", example='"…"'),
    )
    below.finish()
    return confirmed


def _check_used(table: Table, basis: Basis) -> None:
    """Note words that no sentence on this basis holds."""
    users = _NEEDED_BY | {"other_way_says": frozenset({Basis.CONTRACT})}
    for key, bases in users.items():
        if key in table and basis not in bases:
            table.wrong("not_spoken", key)


def _ready_forms(name: str, office: Office) -> str:
    """Return the three forms as they are written, ready or as an example."""
    ready = ready_purpose(name)
    lines = []
    for form in _FORMS:
        given = ", ".join(f'{each} = "{getattr(ready, form)[each]}"' for each in office.languages)
        lines.append(f"{form} = {{ {given} }}")
    return ", ".join(lines)
