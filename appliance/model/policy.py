"""What a line may do with a call: the configuration as the dialogue needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from appliance.config.settings import Basis, LineKind


class Spoken(StrEnum):
    """What the box can say on the line."""

    QUESTION = "question"  # purpose and keys; its mark is the end of the last key's name
    KEYS = "keys"  # the keys alone, repeated once
    NOTICE = "notice"  # for the other five bases: nothing is asked, the notice is heard
    CONFIRMATION = "confirmation"  # a short "recording" before the first sample


@dataclass(frozen=True, slots=True)
class PromptRef:
    """Which words exactly were said."""

    id: str
    sha256: str  # of the 8 kHz samples that go to the line
    language: str


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """A purpose, as far as the dialogue is concerned."""

    id: str
    basis: Basis
    retention_days: int


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one line, fixed at the start of a call."""

    line: str
    kind: LineKind
    version: str  # a digest of everything in here
    purposes: tuple[PurposeRule, ...]
    choices: Mapping[str, frozenset[str]]  # key -> consent purposes; one key maps to none
    prompts: Mapping[Spoken, PromptRef]
    pause_minutes: int = 2
    complete: bool = True  # False: a field is missing, so nothing is asked or recorded
    grades: frozenset[str] = frozenset({"A"})
    """Grades of evidence that may record consent purposes on this line (P3)."""
    lateness_ms: int = 50  # the hook source's declared lateness
    sees_flash: bool = True
    may_ask: bool = True
    """False while the exempt list is unknown and not known to be empty."""
    can_store: bool = True
    """False while a recording could not be stored: a caller is not asked for nothing."""

    @property
    def refuse_key(self) -> str | None:
        """Return the key that refuses, withdraws and objects; None if nothing can be refused."""
        return next((key for key, agreed in self.choices.items() if not agreed), None)

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

    def retention_days(self, purposes: frozenset[str]) -> int:
        """Return the days until the last of these purposes ends."""
        return max(p.retention_days for p in self.purposes if p.id in purposes)


@dataclass(frozen=True, slots=True)
class LineMemory:
    """What must be known across calls."""

    emergency_until: int | None = None  # line clock: exempt for incoming calls until then
    usual_rings: int | None = None  # after so many rings a machine of the office answers here
    sample: int = 0  # line clock when this was read
    greetings: tuple[int, ...] = ()
    """Rings of the latest answered calls: the count if long near speech followed, else 0."""

    def exempts(self, sample: int) -> bool:
        """Say whether who calls then may be calling back after a call for help."""
        return self.emergency_until is not None and sample < self.emergency_until
