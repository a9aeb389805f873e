"""Lines for the composer: the six bases, mixed ones, one to four purposes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from appliance.config.read import trial
from appliance.config.settings import Basis, Config, Line, Purpose
from appliance.config.words.ready import ready_purpose

TRIAL = trial()
LAW = {
    "pl": "ustawa o obrocie instrumentami finansowymi",
    "en": "the law on trading in financial instruments",
    "de": "das Wertpapierhandelsgesetz",
}
TASK = {
    "pl": "ustawa o samorządzie gminnym",
    "en": "the municipal government act",
    "de": "die Gemeindeordnung",
}
OTHER_WAY = {
    "pl": "Zamówienie można też złożyć na piśmie, bez nagrania",
    "en": "You can also order in writing, without a recording",
    "de": "Sie können auch schriftlich bestellen, ohne Aufnahme",
}


Spoken = Mapping[str, str]
NONE: Spoken = {}


def ready(
    name: str,
    basis: Basis,
    days: int = 90,
    law_says: Spoken = NONE,
    interest_says: Spoken = NONE,
    other_way_says: Spoken = NONE,
    contract_to: str = "",
) -> Purpose:
    """A ready purpose on a basis, with the words that the basis needs."""
    forms = ready_purpose(name)
    return Purpose(
        id=name,
        basis=basis,
        full=forms.full,
        short=forms.short,
        label=forms.label,
        retention_days=days,
        law_says=law_says,
        interest_says=interest_says,
        other_way_says=other_way_says,
        contract_to=contract_to,
    )


TRAINING = ready("training", Basis.CONSENT)
QUALITY = ready("quality", Basis.CONSENT)
COMPLAINT = ready("complaint", Basis.CONSENT)
AGREEMENTS = ready("agreements", Basis.CONSENT)
ORDER = ready("order", Basis.CONTRACT, other_way_says=OTHER_WAY, contract_to="conclude")
HANDLED = ready("complaint", Basis.CONTRACT, contract_to="perform")
ORDERS = ready("orders", Basis.LEGAL_OBLIGATION, days=1826, law_says=LAW)
EMERGENCY = ready("emergency", Basis.VITAL_INTERESTS)
REPORT = ready("report", Basis.PUBLIC_TASK, law_says=TASK)
FAULTS = ready(
    "faults",
    Basis.LEGITIMATE_INTERESTS,
    days=30,
    interest_says=ready_purpose("faults").interest_says,
)

Keys = Mapping[str, Sequence[Purpose]]
LINES: Mapping[str, tuple[Sequence[Purpose], Keys, str]] = {
    "consent": ([TRAINING], {"1": [TRAINING], "2": []}, ""),
    "contract": ([ORDER], {}, ""),
    "contract, to perform it": ([HANDLED], {}, ""),
    "legal obligation": ([ORDERS], {}, ""),
    "vital interests": ([EMERGENCY], {}, ""),
    "public task": ([REPORT], {"2": []}, ""),
    "legitimate interests": ([FAULTS], {"2": []}, ""),
    "two, each alone": (
        [TRAINING, QUALITY],
        {"1": [TRAINING, QUALITY], "4": [TRAINING], "6": [QUALITY], "2": []},
        "",
    ),
    "three": (
        [TRAINING, QUALITY, COMPLAINT],
        {
            "1": [TRAINING, QUALITY, COMPLAINT],
            "4": [TRAINING],
            "6": [QUALITY],
            "7": [COMPLAINT],
            "2": [],
        },
        "",
    ),
    "four": (
        [TRAINING, QUALITY, COMPLAINT, AGREEMENTS],
        {"1": [TRAINING, QUALITY, COMPLAINT, AGREEMENTS], "2": []},
        "4",
    ),
    "mixed": (
        [replace(ORDER, other_way_says={}), TRAINING],
        {"1": [TRAINING], "2": []},
        "",
    ),
    "mixed, with an objection": (
        [replace(ORDER, other_way_says={}), FAULTS],
        {"2": []},
        "",
    ),
}
"""Name -> purposes, keys, and the key that opens the choice."""


def line_of(
    purposes: Sequence[Purpose], keys: Keys, choose_key: str = "", more_key: str = "9"
) -> tuple[Config, Line]:
    """The trial with these purposes and keys on its line."""
    config = replace(TRIAL, purposes=tuple(purposes))
    choices = {key: tuple(each.id for each in agreed) for key, agreed in keys.items()}
    names = tuple(each.id for each in purposes)
    line = replace(
        config.lines[0], purposes=names, choices=choices, choose_key=choose_key, more_key=more_key
    )
    return replace(config, lines=(line,)), line
