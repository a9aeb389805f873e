"""Gather what the words of a line are made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from appliance.config.settings import Basis, Config, Line, Purpose
from appliance.config.words.ready import said_alone
from appliance.config.words.vocabulary import CONTRACTS
from appliance.prompts.words import numbers

ORDER = tuple(Basis)
"""In which the bases are named."""

_CONTRACTS = (*CONTRACTS, "")


@dataclass(frozen=True, slots=True)
class Facts:
    """A line, as far as its words tell of it, in one language."""

    language: str
    country: str
    controller: str
    legal_name: str
    officer: str  # empty: none is named
    contact: str  # empty: the number that was called
    notice: str  # empty: on paper, on request
    nobody: bool  # receives the recording; where nobody answered, nothing is said
    recipients: str
    held_days: int  # for which a backup that a person renews may hold what was erased
    consent: tuple[Purpose, ...]
    others: tuple[Purpose, ...]
    refuse_key: str
    more_key: str
    choose_key: str
    all_key: str  # agrees to every consent purpose; empty: no key does
    parts: tuple[tuple[str, tuple[Purpose, ...]], ...]  # keys that agree to some, with these
    language_key: str = ""  # to the next language; empty: it speaks one, or no key leads there
    next_language: str = ""
    brief: int = 0
    """0 as it should be; 1 short for long sentences; 2 the keys as a list with colons."""

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """Return all purposes, those first that need no consent."""
        return self.others + self.consent

    @property
    def objectionable(self) -> tuple[Purpose, ...]:
        """Return the purposes that the caller may object to."""
        return tuple(each for each in self.others if each.basis.can_be_objected_to)

    @property
    def groups(self) -> tuple[tuple[Basis, tuple[Purpose, ...]], ...]:
        """Return the purposes without consent by their reason: basis, and what a contract needs."""
        reasons = sorted({_reason(each) for each in self.others})
        by_reason = {r: tuple(p for p in self.others if _reason(p) == r) for r in reasons}
        return tuple((purposes[0].basis, purposes) for purposes in by_reason.values())

    @property
    def contracts(self) -> tuple[str, ...]:
        """Return what contracts need the recording for, each once; empty where nobody answered."""
        found = {each.contract_to for each in self.others if each.basis is Basis.CONTRACT}
        return tuple(sorted(found, key=_CONTRACTS.index))

    @property
    def none_without(self) -> bool:
        """Say whether without a recording no contract can be concluded on the telephone."""
        other_way = any(self.language in each.other_way_says for each in self.others)
        return "conclude" in self.contracts and not other_way

    @property
    def bases(self) -> frozenset[Basis]:
        """Return all bases of the line."""
        return frozenset(each.basis for each in self.purposes)

    @property
    def longest_days(self) -> int:
        """Return the days after which nothing holds a recording any more, backups included."""
        return max(each.retention_days for each in self.purposes) + self.held_days

    @property
    def exact(self) -> bool:
        """Say whether every recording goes after just so long, and the words say just that."""
        one = len({each.retention_days for each in self.purposes}) == 1
        return one and not self.held_days and numbers.is_exact(self.longest_days)

    @property
    def interests(self) -> list[str]:
        """Return the legitimate interests themselves, each once."""
        found = (each.interest_says.get(self.language) for each in self.others)
        return list(dict.fromkeys(each for each in found if each))

    def laws(self, basis: Basis) -> list[str]:
        """Return the laws that the purposes on a basis name, each once."""
        found = (each.law_says.get(self.language) for each in self.others if each.basis is basis)
        return list(dict.fromkeys(each for each in found if each))

    def full(self, purposes: Iterable[Purpose]) -> list[str]:
        """Return purposes as a sentence names them."""
        return [each.full[self.language] for each in purposes]

    def short(self, purposes: Iterable[Purpose]) -> list[str]:
        """Return purposes as a list of keys names them."""
        return [each.short[self.language] for each in purposes]

    def alone(self, purposes: Iterable[Purpose]) -> list[str]:
        """Return purposes as a key that agrees to them alone names them."""
        return [said_alone(each, self.language) for each in purposes]

    def label(self, purposes: Iterable[Purpose]) -> list[str]:
        """Return purposes by their names."""
        return [each.label[self.language] for each in purposes]

    def shorter(self, brief: int) -> "Facts":
        """Return the same, to be said more briefly."""
        return replace(self, brief=brief)


def _reason(purpose: Purpose) -> tuple[int, int]:
    """Return the place of a purpose's reason among the reasons."""
    contract = purpose.basis is Basis.CONTRACT
    return ORDER.index(purpose.basis), _CONTRACTS.index(purpose.contract_to) if contract else 0


def facts_of(config: Config, line: Line, language: str) -> Facts:
    """Return the facts of a line in a language of the office.

    Raises:
        KeyError: a purpose, or a name of the office, has no form in that language.
    """
    office = config.office
    purposes = [config.purpose(name) for name in line.purposes]
    consent = tuple(each for each in purposes if each.basis is Basis.CONSENT)
    others = tuple(each for each in purposes if each.basis is not Basis.CONSENT)
    refuse = next((key for key, agreed in line.choices.items() if not agreed), "")
    alls = [key for key, agreed in line.choices.items() if agreed and len(agreed) == len(consent)]
    name = office.controller_says[language]
    return Facts(
        language=language,
        country=office.country,
        controller=name,
        legal_name=office.legal_name_says.get(language, name),
        officer=office.officer_says.get(language, ""),
        contact=office.contact_says.get(language, ""),
        notice=office.notice_says.get(language, ""),
        nobody=office.recipients == "nobody",
        recipients=office.recipients_say.get(language, ""),
        held_days=office.backup_days,
        consent=consent,
        others=others,
        refuse_key=refuse,
        more_key=more_key_of(purposes, line),
        choose_key=line.choose_key,
        all_key=alls[0] if alls else "",
        parts=_parts(line, consent),
        language_key=language_key_of(purposes, line),
        next_language=next(iter(line.other_languages), ""),
    )


def more_key_of(purposes: Sequence[Purpose], line: Line) -> str:
    """Return the key of the second layer; none where only life is at stake, or it does more."""
    said = any(each.basis is not Basis.VITAL_INTERESTS for each in purposes)
    taken = line.more_key in {*line.choices, line.choose_key}
    return line.more_key if said and not taken else ""


def language_key_of(purposes: Sequence[Purpose], line: Line) -> str:
    """Return the key of the next language; none where only life is at stake, or it does more."""
    said = any(each.basis is not Basis.VITAL_INTERESTS for each in purposes)
    taken = line.language_key in {*line.choices, line.choose_key, more_key_of(purposes, line)}
    return line.language_key if line.other_languages and said and not taken else ""


def _parts(line: Line, consent: tuple[Purpose, ...]) -> tuple[tuple[str, tuple[Purpose, ...]], ...]:
    """Return the keys that agree to some of the purposes, in the purposes' order."""
    found = [
        (key, tuple(each for each in consent if each.id in agreed))
        for key, agreed in line.choices.items()
        if 0 < len(agreed) < len(consent)
    ]
    return tuple(sorted(found, key=lambda part: [consent.index(each) for each in part[1]]))


def kinds_of(purposes: Iterable[Purpose]) -> list[str]:
    """Return the kinds of Art. 9 that callers may speak of, each once."""
    return list(dict.fromkeys(kind for each in purposes for kind in each.kinds))


def upper_first(text: str) -> str:
    """Return a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def joined(items: Sequence[str], conjunction: str, other: str, *, last_comma: str = "") -> str:
    """Join a list; where an item holds the conjunction itself, with the other one."""
    if len(items) == 1:
        return items[0]
    holds = any(f" {conjunction} " in item for item in items)
    word = other if holds else conjunction
    comma = last_comma if len(items) > 2 else ""
    return f"{', '.join(items[:-1])}{comma} {word} {items[-1]}"
