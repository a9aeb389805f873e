"""Hold what is so of one line, as far as callers may be told of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from appliance.config.settings import Basis, Config, Line, Purpose

AND = {"pl": ("i", "oraz", ""), "en": ("and", "and also", ","), "de": ("und", "sowie", "")}
"""Language -> conjunction, that beside an item which holds it, what stands before it in a list."""

MANY = {
    "pl": {3: "w trzech celach: ", 4: "w czterech celach: "},
    "en": {3: "for three purposes: ", 4: "for four purposes: "},
    "de": {3: "zu drei Zwecken: ", 4: "zu vier Zwecken: "},
}
FEW = {"pl": "w celu ", "en": "for ", "de": ""}


@dataclass(frozen=True)
class World:
    """One line of an office, in one language."""

    config: Config
    line: Line
    language: str
    elsewhere: bool = False
    """Backups go to a server that is not the office's own."""
    by_hand: bool = False
    """A person renews a backup: the box does not, or cannot, since its medium lies apart."""
    today: str = "2026-12-01"
    """The day that it is; empty: nobody has confirmed the time, so none is known."""
    vouched: bool = True
    """Somebody vouches that all who speak on the line have agreed."""
    holders: int = 0
    """So many others can open what is recorded."""

    @cached_property
    def purposes(self) -> tuple[Purpose, ...]:
        """All purposes of the line; those first that need no consent."""
        return self.others + self.consent

    @cached_property
    def consent(self) -> tuple[Purpose, ...]:
        """Those that need consent."""
        named = map(self.config.purpose, self.line.purposes)
        return tuple(each for each in named if each.basis is Basis.CONSENT)

    @cached_property
    def others(self) -> tuple[Purpose, ...]:
        """Those that need none."""
        named = map(self.config.purpose, self.line.purposes)
        return tuple(each for each in named if each.basis is not Basis.CONSENT)

    @cached_property
    def objectionable(self) -> tuple[Purpose, ...]:
        """Those that the caller may object to (Art. 21)."""
        art_21 = {Basis.PUBLIC_TASK, Basis.LEGITIMATE_INTERESTS}
        return tuple(each for each in self.others if each.basis in art_21)

    @property
    def bases(self) -> set[Basis]:
        """All bases of the line."""
        return {each.basis for each in self.purposes}

    @property
    def erases(self) -> bool:
        """Say whether recordings are erased on their day; a simulation has no callers' own."""
        return bool(self.today) or self.line.simulated

    @property
    def held_days(self) -> int | None:
        """For how many days a backup may hold what was erased; None: nobody has said."""
        return (self.config.office.backup_days or None) if self.by_hand else 0

    @property
    def lawful(self) -> bool:
        """Say whether it may be recorded there: in Germany all who speak agree (§ 201 StGB)."""
        on_notice = {Basis.CONTRACT, Basis.PUBLIC_TASK, Basis.LEGITIMATE_INTERESTS}
        return self.config.office.country != "DE" or not self.bases & on_notice

    @property
    def in_order(self) -> bool:
        """Say whether nothing keeps the line from asking."""
        agreed = self.vouched or self.config.office.country != "DE"
        first = self.line.records_from
        begun = not first or (bool(self.today) and self.today >= first)
        return self.lawful and agreed and self.erases and begun

    @property
    def telling_key(self) -> str:
        """The key that tells more; none where only life is at stake, or it does something else."""
        taken = {*self.line.choices, self.line.choose_key}
        tells = self.bases != {Basis.VITAL_INTERESTS} and self.line.more_key not in taken
        return self.line.more_key if tells else ""

    @property
    def language_key(self) -> str:
        """The key of the next language; none where only life is at stake, or it does more."""
        taken = {*self.line.choices, self.line.choose_key, self.telling_key}
        leads = self.line.other_languages and self.bases != {Basis.VITAL_INTERESTS}
        return self.line.language_key if leads and self.line.language_key not in taken else ""

    @property
    def refuse_key(self) -> str:
        """The key that agrees to nothing."""
        return next((key for key, agreed in self.line.choices.items() if not agreed), "")

    def agreed_by(self, key: str) -> tuple[Purpose, ...]:
        """What a key agrees to."""
        agreed = self.line.choices.get(key, ())
        return tuple(each for each in self.consent if each.id in agreed)

    def on(self, basis: Basis, contract_to: str | None = None) -> tuple[Purpose, ...]:
        """The purposes on a basis."""
        return tuple(
            each
            for each in self.purposes
            if each.basis is basis and contract_to in {None, each.contract_to}
        )

    def named(self, phrase: str) -> tuple[Purpose, ...]:
        """The purposes that a phrase names; none if it names others, or garbles one."""
        return self._phrases.get(phrase, ())

    @cached_property
    def _phrases(self) -> Mapping[str, tuple[Purpose, ...]]:
        found: dict[str, tuple[Purpose, ...]] = {}
        for count in range(1, len(self.purposes) + 1):
            for some in combinations(self.purposes, count):
                found[self._phrase(some)] = some
        return found

    def _phrase(self, some: Sequence[Purpose]) -> str:
        if len(some) < 3:
            return FEW[self.language] + self.listed(each.full[self.language] for each in some)
        labels = self.listed(each.label[self.language] for each in some)
        return MANY[self.language][len(some)] + labels

    def listed(self, items: Iterable[str]) -> str:
        """Words as a list."""
        words = list(items)
        if len(words) == 1:
            return words[0]
        conjunction, other, comma = AND[self.language]
        if any(f" {conjunction} " in each for each in words):
            conjunction = other
        before = comma if len(words) > 2 else ""
        return f"{', '.join(words[:-1])}{before} {conjunction} {words[-1]}"
