"""Define the words that a setting chooses from, each with the name that people read."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from appliance.language import N_

LONGEST_TEXT = 400  # of a text of one line
LONGEST_SPOKEN = 120
"""Characters; of what a prompt says about a purpose."""


class Basis(StrEnum):
    """The six lawful bases of Art. 6(1) GDPR, points (a) to (f)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTERESTS = "legitimate_interests"

    @property
    def can_be_objected_to(self) -> bool:
        """Say whether Art. 21 gives a right to object; the office then needs a justification."""
        return self in {Basis.PUBLIC_TASK, Basis.LEGITIMATE_INTERESTS}


ONLY_ON: Mapping[str, tuple[Basis, ...]] = {
    "law_says": (Basis.LEGAL_OBLIGATION, Basis.PUBLIC_TASK),
    "interest_says": (Basis.LEGITIMATE_INTERESTS,),
    "contract_to": (Basis.CONTRACT,),
    "other_way_says": (Basis.CONTRACT,),
}
"""A setting of a purpose -> the bases on which it may say something."""

_UNASKED = tuple(basis for basis in Basis if basis is not Basis.CONSENT)

ASKED_ON: Mapping[str, tuple[Basis, ...]] = {
    **ONLY_ON,
    "justification": _UNASKED,
    "care_reason": _UNASKED,
}
"""A setting of a purpose -> the bases on which a form asks for it; for any other, on all."""


class LineKind(StrEnum):
    """The kind of equipment on a line; the box asks on phone lines alone."""

    PHONE = "phone"
    FAX = "fax"
    ALARM = "alarm"
    LIFT = "lift"
    CARE_PHONE = "care_phone"
    FRANKING = "franking"
    CARD_TERMINAL = "card_terminal"


BASES: Mapping[str, str] = {
    Basis.CONSENT: N_("Consent"),
    Basis.CONTRACT: N_("Contract"),
    Basis.LEGAL_OBLIGATION: N_("Legal obligation"),
    Basis.VITAL_INTERESTS: N_("Vital interests"),
    Basis.PUBLIC_TASK: N_("Public task"),
    Basis.LEGITIMATE_INTERESTS: N_("Legitimate interests"),
}
FITS: Mapping[str, str] = {
    Basis.CONSENT: N_("The caller is asked and presses a key. This fits nearly every office."),
    Basis.CONTRACT: N_(
        "Without the recording the contract with the caller cannot be made or kept."
    ),
    Basis.LEGAL_OBLIGATION: N_("A law demands the recording, such as for orders of securities."),
    Basis.VITAL_INTERESTS: N_(
        "A life depends on it, as on a medical emergency line. Never for training or quality."
    ),
    Basis.PUBLIC_TASK: N_("Only for public bodies, and only where a provision names the task."),
    Basis.LEGITIMATE_INTERESTS: N_(
        "The office weighs its interest against the caller's, in writing. They may object."
    ),
}
"""When a basis fits."""

NOT_ANSWERED = N_("Not answered yet")
"""The name of no answer, where a form offers a few words and none of them is usual."""

CONTRACTS: Mapping[str, str] = {
    "conclude": N_("To conclude it"),
    "perform": N_("To perform it"),
}
"""What a recording is needed for, where a contract is its basis (Art. 6(1)(b))."""

SPECIAL: Mapping[str, str] = {
    "origin": N_("racial or ethnic origin"),
    "politics": N_("political opinions"),
    "religion": N_("religion or belief"),
    "union": N_("membership of a trade union"),
    "genetic": N_("genetic data"),
    "biometric": N_("biometric data"),
    "sex_life": N_("sex life or sexual orientation"),
}
"""The other kinds of data of Art. 9(1) GDPR, beside health."""

RECIPIENTS: Mapping[str, str] = {
    "nobody": N_("Nobody"),
    "these": N_("Those who are named below"),
}
"""Who else receives recordings, as the office answers."""

LINE_KINDS: Mapping[str, str] = {
    LineKind.PHONE: N_("Telephone"),
    LineKind.FAX: N_("Fax: never asked"),
    LineKind.ALARM: N_("Alarm: never asked"),
    LineKind.LIFT: N_("Lift: never asked"),
    LineKind.CARE_PHONE: N_("Care phone: never asked"),
    LineKind.FRANKING: N_("Franking machine: never asked"),
    LineKind.CARD_TERMINAL: N_("Card terminal: never asked"),
}
LANGUAGE_NAMES: Mapping[str, str] = {"pl": N_("Polish"), "en": N_("English"), "de": N_("German")}


def with_language(values: Mapping[str, Any], translate: Callable[[str], str]) -> dict[str, Any]:
    """Return the values of a sentence, with the name of the language that they mean."""
    named = LANGUAGE_NAMES.get(values.get("language", ""))
    return {**values, **({"language": translate(named)} if named else {})}


COUNTRY_NAMES: Mapping[str, str] = {
    "PL": N_("Poland"),
    "DE": N_("Germany"),
    "AT": N_("Austria"),
    "CZ": N_("Czechia"),
    "GB": N_("United Kingdom"),
    "IE": N_("Ireland"),
    "FR": N_("France"),
}
"""Those that a form offers; the file may name any country."""

ERASERS: Mapping[str, str] = {"file": "E0", "board": "E1", "eeprom": "E2"}
WHOSE: Mapping[str, str] = {
    "own": N_("The office’s own: no other company runs it"),
    "other": N_("Another company’s, such as a hosting provider’s"),
}
"""Whose a place for backups is: whoever else runs it receives what lies there."""

BY_HAND = "hand"
"""How often a backup is made that nobody but a person begins."""

EVERY: Mapping[str, str] = {"day": N_("Daily"), "week": N_("Weekly"), BY_HAND: N_("By hand")}
