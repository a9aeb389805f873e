"""Define the rule under which a call is recorded, sealed with it.

Settings change; what a caller agreed to does not. So each recording carries the controller, the
purposes in the very words of that day, their retention, the keys, and what the prompts said.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from appliance.digest import sha256
from appliance.model.records import Day, Hex64, Purposes, Unreal, least_real

ContractTo = Annotated[str, Meta(pattern=r"^(conclude|perform)?\Z")]
"""What a contract needs the recording for; empty: nobody answered."""

Recipients = Annotated[str, Meta(pattern=r"^(nobody|these)?\Z")]
"""Who else receives recordings; empty: nobody answered."""

SpecialKind = Annotated[
    str, Meta(pattern=r"^(origin|politics|religion|union|genetic|biometric|sex_life)\Z")
]
"""A kind of data of Art. 9 beside health."""


WANTED_IN = frozenset({"DE"})
"""Countries where no line records without the list."""

MOST_SPEAKERS = 64
LONGEST_SPEAKER = 100
"""Characters of a name."""

SALT_BYTES = 32

_LABEL = "zgoda speakers v1"

Salt = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
SpeakerName = Annotated[str, Meta(min_length=1, max_length=LONGEST_SPEAKER)]


class RulePurpose(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One purpose in the language of the line."""

    id: str
    basis: Literal[
        "consent",
        "contract",
        "legal_obligation",
        "vital_interests",
        "public_task",
        "legitimate_interests",
    ]
    says: str
    retention_days: Day
    justification: str = ""
    short: str = ""  # in lists of keys
    label: str = ""  # in papers
    law: str = ""  # as spoken; of a legal obligation or a public task
    interest: str = ""  # as spoken; of a legitimate interest
    contract_to: ContractTo = ""
    other_way: str = ""  # as spoken: how to contract without a recording
    health: bool = False  # callers may speak of theirs
    special: Annotated[tuple[SpecialKind, ...], Meta(max_length=64)] = ()
    care_reason: str = ""  # the office's, under Art. 9(2)(h)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of Art. 9 that callers may speak of, health first."""
        return (("health",) if self.health else ()) + self.special


class RuleWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A prompt that could be said, by its hash and in words."""

    spoken: str  # question, keys, notice, confirmation …
    prompt_id: str
    prompt_sha256: str
    text: str = ""  # empty: the office recorded it itself and wrote no words down
    voice: str = ""


UNREAL: tuple[Unreal, ...] = ("virtual", "simulated")
"""Buses behind which there is no device that the kernel knows."""


class HeardBy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device of a line, as kernel and address told of it when the line was opened."""

    driver: str
    bus: Literal["usb", "onboard", "network", "virtual", "simulated"]
    device: str


class HeardThrough(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What saw, heard and spoke on a line."""

    hook: HeardBy
    audio: HeardBy
    prompt: HeardBy

    @property
    def parts(self) -> Mapping[str, HeardBy]:
        """Return the devices by their roles."""
        return {"hook": self.hook, "audio": self.audio, "prompt": self.prompt}

    @property
    def unreal(self) -> Unreal:
        """Say whether a device of the line was simulated, or not seen to be real."""
        buses = {each.bus for each in self.parts.values()}
        return least_real(kind for kind in UNREAL if kind in buses)


_NOTHING = HeardBy(driver="", bus="virtual", device="")

NOT_YET_HEARD = HeardThrough(hook=_NOTHING, audio=_NOTHING, prompt=_NOTHING)
"""Of a rule before its call: nobody has asked the devices."""


class RuleHolder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A second holder, who can open the recordings of the line beside the office."""

    name: str
    fingerprint: Hex64  # of the holder's reading key


class RuleRecipients(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the office answered about who else receives recordings, and what callers hear of it."""

    answer: Recipients = ""
    says: str = ""


class RuleSpeakers(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list of those who speak on a line for the office, all of whom have agreed.

    It names nobody, for a caller gets the rule as it is sealed; the office keeps the names.
    """

    count: Annotated[int, Meta(ge=1, le=64)]
    day: Day  # on which an administrator vouched that nobody else speaks on the line
    digest: Hex64
    """SHA-256 of the list with its salt, ``docs/format.md`` section 13."""


class SealedRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that the caller was promised, fixed at the start of the call."""

    version: str  # of the policy
    controller: str
    contact: str
    country: str
    line: str
    kind: str
    language: str  # spoken on the line
    purposes: Annotated[tuple[RulePurpose, ...], Meta(max_length=64)]
    choices: Annotated[dict[str, Purposes], Meta(max_length=64)]
    """Key -> consent purposes; the key with none refuses."""
    grades: Annotated[tuple[str, ...], Meta(max_length=64)]  # of evidence that count on this line
    words: Annotated[tuple[RuleWords, ...], Meta(max_length=64)]
    heard: HeardThrough
    number: str = ""  # the office's, of this line
    controller_says: str = ""  # the controller as spoken
    more_key: str | None = None  # of the second layer
    choose_key: str | None = None  # that lets the caller choose purposes one by one
    languages: Annotated[tuple[str, ...], Meta(max_length=64)] = ()  # of the office
    legal_name_says: str = ""  # the full name as spoken
    contact_says: str = ""  # empty: the number that was called
    notice_says: str = ""  # where the whole notice is read; empty: in writing, on request
    recipients: RuleRecipients = RuleRecipients()
    officer: str = ""  # for data protection; empty: none is named
    officer_says: str = ""
    holders: Annotated[tuple[RuleHolder, ...], Meta(max_length=1)] = ()
    """The second holder, where there is one: a header has room for one more ticket."""
    speakers: RuleSpeakers | None = None
    """Who speaks on the line for the office, where the law of its country wants their consent."""


class LineSpeaker(Struct, frozen=True, forbid_unknown_fields=True):
    """A person who speaks on a line for the office, and when they agreed to be recorded."""

    name: SpeakerName
    day: Day


class VouchedSpeakers(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line's whole list, as an administrator vouched for it."""

    salt: Salt
    by: SpeakerName
    day: Day  # on which they vouched
    people: Annotated[tuple[LineSpeaker, ...], Meta(min_length=1, max_length=MOST_SPEAKERS)]

    @property
    def digest(self) -> str:
        """Return what names it, in hex: the salt keeps names from being tried one by one."""
        said = [_LABEL, self.salt, f"{self.day} {self.by}"]
        said += [f"{one.day} {one.name}" for one in in_order(self.people)]
        return sha256("".join(f"{line}\n" for line in said).encode()).hex()

    @property
    def sealed(self) -> RuleSpeakers:
        """Return what a recording holds of it."""
        return RuleSpeakers(count=len(self.people), day=self.day, digest=self.digest)


class StatedSpeakers(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the recorder is told of a line's list."""

    sealed: RuleSpeakers
    last: Day  # the day of the newest consent: it has to have come


class SpeakersFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the recorder is told of all lines' lists."""

    speakers: Annotated[int, Meta(ge=1, le=1)] = 1
    lines: Mapping[str, StatedSpeakers] = {}


def in_order(people: tuple[LineSpeaker, ...]) -> tuple[LineSpeaker, ...]:
    """Return people in the order in which a digest takes them."""
    return tuple(sorted(people, key=lambda one: one.name.encode()))


def wants_speakers(country: str) -> bool:
    """Say whether no line of an office in a country records without the list."""
    return country in WANTED_IN
