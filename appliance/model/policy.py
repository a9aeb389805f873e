"""Define a line's policy: the configuration as the dialogue needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from appliance.config.settings import Basis, LineKind, Purpose
from appliance.model.rule import SealedRule
from appliance.model.terms import Obstacle


class PromptKind(StrEnum):
    """A prompt that the box can play on the line."""

    QUESTION = "question"  # purposes and keys; its mark is the end of the last key's name
    KEYS = "keys"  # the keys alone, repeated once
    NOTICE = "notice"  # for the other five bases: no question, the caller hears a notice
    CONFIRMATION = "confirmation"  # what is recorded for, before the first sample
    MORE = "more"  # the second layer: retention, contact, rights, how to take it back later
    CHOICE = "choice"  # one purpose asked alone; its mark is the end of the last key's name
    REFUSED = "refused"  # this and the rest: a short sentence afterwards, 1 to 2 s
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"


@dataclass(frozen=True, slots=True)
class Saying:
    """One prompt of a line, named exactly."""

    spoken: PromptKind
    purposes: frozenset[str] = frozenset()
    """Of a confirmation or ``withdrawn``: what is in force; of a choice: its one purpose."""

    @property
    def code(self) -> str:
        """Return its name in files and addresses: ``confirmation-quality-training``."""
        return "-".join((self.spoken.value, *sorted(self.purposes)))


@dataclass(frozen=True, slots=True)
class PromptRef:
    """The exact prompt that was played."""

    id: str
    sha256: str  # of the 8 kHz samples that go to the line
    language: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one line, fixed at the start of a call."""

    line: str
    kind: LineKind
    version: str  # a digest of the whole policy
    purposes: tuple[Purpose, ...]
    choices: Mapping[str, frozenset[str]]  # key -> consent purposes; one key maps to none
    prompts: Mapping[Saying, PromptRef]
    more_key: str = ""  # asks for the second layer; empty where there is none
    choose_key: str = ""  # asks to choose purposes one by one; empty where that is not offered
    pause_minutes: int = 2
    complete: bool = True  # False: a field is missing, so the line never asks or records
    grades: frozenset[str] = frozenset({"A"})
    """Grades of evidence that permit consent purposes on this line (P3)."""
    lateness_ms: int = 50  # declared lateness of the hook source
    sees_flash: bool = True
    held_back: Obstacle | None = None
    """Why nobody is asked for now: the exempt list is unavailable and might not be empty, test
    calls are going on, the first day has not come, other devices are about to take its place, or
    the line has none that could speak."""
    can_store: bool = True
    """False while a recording could not be stored: then asking would be pointless."""
    rule: SealedRule | None = None
    """The same rules as a recording seals them; without them none begins."""
    language: str = ""
    """That its prompts are in, the only one of which it knows any."""
    languages: tuple[str, ...] = ()
    """All that the line speaks, its own first, each in the place after which the key comes to the
    next; empty where it speaks one."""
    language_key: str = ""  # begins the question again in the next one; empty where there is none
    others: Mapping[str, "Policy"] = field(default_factory=dict)
    """The rules of the same line in each other language, with no others of their own."""

    @property
    def refuse_key(self) -> str | None:
        """Return the key that refuses, withdraws and objects; None without anything to refuse."""
        return next((key for key, agreed in self.choices.items() if not agreed), None)

    @property
    def agree_key(self) -> str | None:
        """Return the key that agrees to every consent purpose; None if there is none."""
        consent = self.consent_purposes
        return next((key for key, agreed in self.choices.items() if agreed == consent), None)

    @property
    def consent_purposes(self) -> frozenset[str]:
        """Return the purposes that need a key press."""
        return frozenset(p.id for p in self.purposes if p.basis is Basis.CONSENT)

    @property
    def other_purposes(self) -> frozenset[str]:
        """Return the purposes on the five other bases."""
        return frozenset(p.id for p in self.purposes) - self.consent_purposes

    @property
    def objectionable_purposes(self) -> frozenset[str]:
        """Return the purposes that the caller may object to (Art. 21)."""
        return frozenset(p.id for p in self.purposes if p.basis.can_be_objected_to)

    @property
    def next_language(self) -> str:
        """Return the language to which the key leads; this one where it is the only one."""
        if self.language not in self.languages:
            return self.language
        after = self.languages.index(self.language) + 1
        return self.languages[after % len(self.languages)]

    def in_language(self, language: str) -> "Policy":
        """Return the line's rules in one of its languages; these if it does not speak it."""
        chosen = self.others.get(language)
        if chosen is None:
            return self
        others = {name: each for name, each in self.others.items() if name != language}
        return replace(chosen, others={**others, self.language: replace(self, others={})})

    def retention_days(self, purposes: frozenset[str]) -> int:
        """Return the longest retention of these purposes, in days."""
        return max(p.retention_days for p in self.purposes if p.id in purposes)


@dataclass(frozen=True, slots=True)
class LineMemory:
    """The memory of a line from one call to the next."""

    emergency_until: int | None = None  # line clock: exempt for incoming calls until then
    usual_rings: int | None = None  # after so many rings the office's answering machine answers
    sample: int = 0  # line clock at the time of this state
    greetings: tuple[int, ...] = ()
    """Ring counts of the latest answered calls where long near speech followed, 0 elsewhere."""

    def exempts(self, sample: int) -> bool:
        """Return whether a call at ``sample`` may be a call-back after an emergency call."""
        return self.emergency_until is not None and sample < self.emergency_until
