"""Draw offices, lines and purposes, and read them as an owner's file has them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import msgspec

from appliance import toml
from appliance.config import read
from appliance.config.mistakes import MistakesFound
from appliance.config.settings import LONGEST_CONSENT_DAYS, Basis, Config, Line, Part, Purpose
from appliance.config.words.vocabulary import SPECIAL
from tests.prompts.lines import line_of

LANGUAGES = ("pl", "en", "de")
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu wa ze".split()
REASON = "The office has weighed it, as the paper of this spring says in full."
DAYS = (1, 7, 30, 90, 183, 365, 400, 730, 3653)

SAID = {"pl": "Biuro Rachunkowe Lipowa", "en": "Lipowa Accountants", "de": "Buchhaltung Linde"}
LEGAL = {"pl": "Lipowa, spółka jawna", "en": "Lipowa Partners", "de": "Linde Gesellschaft"}
CONTACT = {"pl": "w biurze przy Lipowej", "en": "at our office", "de": "in unserem Büro"}
NOTICE = {"pl": "na tablicy w biurze", "en": "on our board", "de": "am Brett im Büro"}
OFFICER = {"pl": "Jan Nowak, w biurze", "en": "Jan Nowak, at our office", "de": "Jan Nowak"}

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "nobody": {"recipients": "nobody", "recipients_say": {}},
    "these": {"recipients": "these", "recipients_say": SAID},
    "named, as before": {"recipients": "", "recipients_say": SAID},
    "never asked": {"recipients": "", "recipients_say": {}},
}
"""What an office may have answered on who else receives recordings."""

OFFICERS: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "on paper alone": {"officer": "Jan Nowak, iod@urzad.example"},
    "spoken of": {"officer": "Jan Nowak, iod@urzad.example", "officer_says": OFFICER},
    "of a public body": {
        "officer": "Jan Nowak, iod@urzad.example",
        "officer_says": OFFICER,
        "public_body": True,
    },
}
COUNTRIES = ("PL", "DE", "AT", "GB")
FIRST_DAYS = ("", "2026-11-02", "2027-01-11")
"""From which a line may record: at once, since a day that has come, from one that has not."""


@dataclass(frozen=True)
class Backups:
    """What an office with a real keeper can have said of its backups, beside what is so of them."""

    elsewhere: frozenset[tuple[str, bool]]
    """Each answer, beside whether they go to a server of somebody else."""
    by_hand: frozenset[tuple[int, bool]]
    """The days within which a person renews them, beside whether they wait for one."""


@dataclass(frozen=True)
class Case:
    """One line of an office, and what is so of it beside its settings."""

    config: Config
    line: Line
    answer: str
    officer: str
    elsewhere: bool
    by_hand: bool  # a person renews the backups
    vouched: bool  # for those who speak on the line

    @property
    def dimensions(self) -> Mapping[str, object]:
        """Each dimension of the product, with the value here."""
        office, named = self.config.office, self.config.purposes
        return {
            "basis": named[0].basis,
            "answer": self.answer,
            "elsewhere": self.elsewhere,
            "by hand": self.by_hand,
            "backup days": office.backup_days,
            "officer": self.officer,
            "country": office.country,
            "vouched": self.vouched,
            "legal name": bool(office.legal_name_says),
            "contact": bool(office.contact_says),
            "notice": bool(office.notice_says),
            "simulated": self.line.simulated,
            "first day": self.line.records_from,
            "more": bool(self.line.more_key),
            "sensitive": any(each.kinds for each in named),
            "health": any(each.health for each in named),
        }


def cases(pick: random.Random, config: Config, line: Line, reached: Backups) -> Iterator[Case]:
    """Yield the line in offices with each answer; all else is drawn."""
    for answer in ANSWERS:
        yield one_case(pick, config, line, answer, reached)


def one_case(
    pick: random.Random, config: Config, line: Line, answer: str, reached: Backups
) -> Case:
    """The line in an office with an answer; all else is drawn."""
    officer = pick.choice(list(OFFICERS))
    days, by_hand = pick.choice(sorted(reached.by_hand))
    office = replace(
        config.office,
        country=pick.choice(COUNTRIES),
        legal_name_says=pick.choice([{}, LEGAL]),
        contact_says=pick.choice([{}, CONTACT]),
        notice_says=pick.choice([{}, NOTICE]),
        backup_days=days,
        **ANSWERS[answer],
        **OFFICERS[officer],
    )
    first, key = pick.choice(FIRST_DAYS), pick.choice(["", "9", "9"])
    line = replace(line, records_from=first, more_key=key)
    if pick.random() < 0.7:
        line = replace(line, **real_parts())  # type: ignore[arg-type]
    elsewhere = pick.choice(sorted(far for said, far in reached.elsewhere if said == answer))
    config = replace(config, office=office, lines=(line,))
    return Case(config, line, answer, officer, elsewhere, by_hand, pick.random() < 0.7)


@cache
def real_parts() -> Mapping[str, Part]:
    """The devices of a line with callers."""
    values = toml.loads(read.trial_text())
    port = "/dev/serial/by-id/usb-a"
    values["line"][0] |= {
        "hook": {"driver": "monitor", "dialect": "lm1", "port": port},
        "audio": {"driver": "sound", "card": "LineTap"},
        "prompt": {"driver": "sound", "card": "LineTap"},
    }
    return read.check(values).lines[0].parts


def as_read(config: Config) -> tuple[Config | None, set[str]]:
    """Return what the reader makes of the settings as an owner writes them down, and its no."""
    values = _trial() | {"office": _written(config.office)}
    values["purpose"] = [_written(each) for each in config.purposes]
    (line,) = config.lines
    parts = {role: {"driver": part.driver, **part.options} for role, part in line.parts.items()}
    values["line"] = [_written(line) | parts | {"more_key": line.more_key}]
    try:
        return read.check(values), set()
    except MistakesFound as error:
        return None, {each.code for each in error.mistakes}


@cache
def _trial() -> dict[str, Any]:
    return toml.loads(read.trial_text())


def _written(section: Any) -> dict[str, Any]:
    named = {each.name: getattr(section, each.name) for each in fields(section)}
    raw = msgspec.json.encode({key: said for key, said in named.items() if said})
    return msgspec.json.decode(raw, type=dict[str, Any])


# -- purposes and their lines ----------------------------------------------------------------------


def drawn(pick: random.Random, number: int, basis: Basis) -> Purpose:
    """A purpose with words that no other has, as an owner might write them."""
    word = "".join(pick.choice(SYLLABLES) for _ in range(3)) + SYLLABLES[number % 17]
    more = pick.choice(["", " i spraw", " spraw"]), pick.choice([" and work", " work", ""])
    too = pick.choice([" und Arbeit", " unserer Arbeit", ""])
    start = pick.choice(["zur", "zum", "für"])
    return fitted(
        Purpose(
            id=word,
            basis=basis,
            full={
                "pl": f"{word}ania{more[0]}",
                "en": f"{word}ing{more[1]}",
                "de": f"{start} {word.title()}ung{too}",
            },
            short={"pl": f"{word}anie", "en": f"{word}ing", "de": f"{word.title()}ung"},
            label={
                "pl": f"{word}anie{more[0]}",
                "en": f"{word}ing{more[1]}",
                "de": f"{word.title()}ung{too}",
            },
            retention_days=pick.choice(DAYS),
        ),
        pick,
        basis,
    )


def fitted(purpose: Purpose, pick: random.Random, basis: Basis) -> Purpose:
    """A purpose on a basis, with all that it needs there and some of what it may have."""
    other_way = dict.fromkeys(LANGUAGES, f"Inaczej {purpose.id} bez nagrania")
    law = dict.fromkeys(LANGUAGES, f"ustawa {purpose.id[:2]} o telefonach")
    interest = dict.fromkeys(LANGUAGES, f"an {purpose.id}wert")
    contract, consent = basis is Basis.CONTRACT, basis is Basis.CONSENT
    named = basis in {Basis.LEGAL_OBLIGATION, Basis.PUBLIC_TASK}
    days = min(purpose.retention_days, LONGEST_CONSENT_DAYS) if consent else purpose.retention_days
    health = pick.random() < 0.3
    special = tuple(pick.sample(list(SPECIAL), pick.choice([0, 0, 0, 1, 2])))
    care = (health or special) and not (consent or named)
    weighed = basis.can_be_objected_to or days > LONGEST_CONSENT_DAYS
    return replace(
        purpose,
        basis=basis,
        retention_days=days,
        contract_to=pick.choice(["conclude", "perform", ""]) if contract else "",
        other_way_says=other_way if contract and pick.random() < 0.4 else {},
        law_says=law if named else {},
        interest_says=interest if basis is Basis.LEGITIMATE_INTERESTS else {},
        health=health,
        special=special,
        care_reason=REASON if care else "",
        justification=REASON if weighed else "",
    )


def alone(purpose: Purpose) -> tuple[Config, Line]:
    """A line with one purpose."""
    keys: dict[str, list[Purpose]] = {}
    if purpose.basis is Basis.CONSENT:
        keys = {"1": [purpose], "2": []}
    elif purpose.basis.can_be_objected_to:
        keys = {"2": []}
    return line_of([purpose], keys)


def mixed(pick: random.Random, purposes: Sequence[Purpose]) -> tuple[Config, Line]:
    """A line with several purposes, on any bases."""
    some = [fitted(each, pick, pick.choice(list(Basis))) for each in purposes]
    consent = [each for each in some if each.basis is Basis.CONSENT]
    keys: dict[str, list[Purpose]] = {}
    choose = ""
    if consent or any(each.basis.can_be_objected_to for each in some):
        keys["2"] = []
    if len(consent) > 1:
        keys["1"] = consent
        if len(consent) == 4 or pick.random() < 0.3:
            choose = "4"
        else:
            keys |= {key: [each] for key, each in zip("467", consent, strict=False)}
    elif consent:
        keys["1"] = consent
    return line_of(some, keys, choose)
