"""Define the owner's settings, each with its default and a sentence about it.

``appliance.config.read`` turns a TOML file into these and reports all its mistakes at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

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


class LineKind(StrEnum):
    """The kind of equipment on a line; the box asks on phone lines alone."""

    PHONE = "phone"
    FAX = "fax"
    ALARM = "alarm"
    LIFT = "lift"
    CARE_PHONE = "care_phone"
    FRANKING = "franking"
    CARD_TERMINAL = "card_terminal"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that the spoken forms are right in whole sentences."""

    by: str
    day: str  # 2026-11-27
    words: str  # a digest of the forms that were read aloud


@dataclass(frozen=True, slots=True)
class Office:
    """The office that records."""

    name: str
    controller: str  # the controller's full name and seat, as a notice must say it
    contact: str  # the address for data subjects
    country: str = "PL"  # ISO 3166: numbering plan and network tones
    languages: tuple[str, ...] = ("pl",)  # lines without a language speak the first
    outside_prefix: str = ""  # dialled before an outside number on a PBX extension
    pause_minutes: int = 2  # a pause ends by itself after this
    controller_says: Mapping[str, str] = field(default_factory=dict)
    """Language -> the controller as it is spoken: "Kancelaria Nowak w Warszawie"."""
    legal_name_says: Mapping[str, str] = field(default_factory=dict)
    """Language -> its full name as spoken, in the second layer; ``controller_says`` without it."""
    contact_says: Mapping[str, str] = field(default_factory=dict)
    """Language -> where people reach it, as spoken; the number that was called without it."""
    notice_says: Mapping[str, str] = field(default_factory=dict)
    """Language -> where the whole notice is to be read, as spoken."""
    recipients_say: Mapping[str, str] = field(default_factory=dict)
    """Language -> who else receives recordings, as spoken; nobody without it."""
    confirmed: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class Purpose:
    """A reason to record a call, on exactly one lawful basis."""

    id: str
    basis: Basis
    full: Mapping[str, str]  # language -> in sentences: "szkolenia pracowników"
    retention_days: int = 90
    justification: str = ""  # required by (e) and (f)
    short: Mapping[str, str] = field(default_factory=dict)  # in lists of keys: "szkolenie"
    label: Mapping[str, str] = field(default_factory=dict)
    """Language -> the name alone, in lists and papers: "szkolenie pracowników"."""
    law_says: Mapping[str, str] = field(default_factory=dict)
    """Language -> the law as spoken; required by (c) and (e)."""
    interest_says: Mapping[str, str] = field(default_factory=dict)
    """Language -> the interest as spoken; required by (f)."""
    other_way_says: Mapping[str, str] = field(default_factory=dict)
    """Language -> a sentence about another way to contract, without a recording; for (b)."""
    confirmed: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One of a line's three roles and its driver."""

    driver: str  # exchange, sound, monitor, modem, isdn
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone line."""

    name: str
    number: str
    hook: Part
    audio: Part
    prompt: Part
    kind: LineKind = LineKind.PHONE
    language: str = ""  # empty: the office's first
    purposes: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Key -> consent purposes agreed to; exactly one key maps to none and refuses."""
    more_key: str = "9"  # plays the second layer, where the line has one
    choose_key: str = ""  # lets the caller choose purposes one by one
    records_from: str = ""
    """The first day on which it may record, 2027-01-11; empty for any day."""

    @property
    def speaks(self) -> bool:
        """Say whether something can be said on it; a passive ISDN tap only listens."""
        return self.hook.driver != "isdn" or self.hook.options.get("mode") == "bridge"


@dataclass(frozen=True, slots=True)
class Vault:
    """Settings of the vault."""

    eraser: str = "file"  # file (E0), board (E1: under the board's own secret) or eeprom (E2)
    board_secret: str = ""  # E1: the file in which a boot service leaves the board's secret
    eeprom: str = ""  # E2: the at24 driver's file
    pool_ahead: int = 4096  # key pairs made in advance
    prompts: str = ""  # a folder of the owner's own prompt WAVs, empty for the shipped ones


@dataclass(frozen=True, slots=True)
class Backup:
    """Where copies of the vault go, and how often."""

    folder: str = ""  # of a medium that was prepared; empty for no backups
    every: str = "day"  # day, week, or hand: only when somebody asks


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel's address, and what protects the way to it (``appliance.config.reach``)."""

    host: str = "127.0.0.1"
    port: int = 8470
    names: tuple[str, ...] = ()  # by which browsers know it, beside the address itself
    certificate: str = ""  # TLS certificate with its chain, PEM; the proxy serves it
    key: str = ""  # the certificate's private key, PEM; for the proxy's user alone
    trusted: bool | None = None  # browsers trust the certificate: HSTS; False takes it back


@dataclass(frozen=True, slots=True)
class Front:
    """The pins of lamps and button, by BCM number."""

    green: int = 17
    amber: int = 27
    red: int = 22
    button: int = 23  # to ground; the board's own resistor pulls it up


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration."""

    office: Office
    lines: tuple[Line, ...]
    purposes: tuple[Purpose, ...]
    vault: Vault = field(default_factory=Vault)
    backup: Backup = field(default_factory=Backup)
    panel: Panel = field(default_factory=Panel)
    front: Front | None = None  # None: the box leaves the pins alone
    fresh: bool = False
    """Nobody has set the box up yet: office and lines may still be missing."""

    @property
    def trial(self) -> bool:
        """Say whether a line is simulated, so that trial calls can be placed."""
        return any(line.hook.driver == "exchange" for line in self.lines)

    def purpose(self, purpose_id: str) -> Purpose:
        """Return the purpose with an id; raises KeyError."""
        return {purpose.id: purpose for purpose in self.purposes}[purpose_id]
