"""Define the rule under which a call is recorded, sealed with it.

Settings change; what a caller agreed to does not. So each recording carries the controller, the
purposes in the very words of that day, their retention, the keys, and what the prompts said.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from appliance.model.records import Day, Hex64, Purposes, Unreal, least_real

ContractTo = Annotated[str, Meta(pattern=r"^(conclude|perform)?\Z")]
"""What a contract needs the recording for; empty: nobody answered."""

Recipients = Annotated[str, Meta(pattern=r"^(nobody|these)?\Z")]
"""Who else receives recordings; empty: nobody answered."""

SpecialKind = Annotated[
    str, Meta(pattern=r"^(origin|politics|religion|union|genetic|biometric|sex_life)\Z")
]
"""A kind of data of Art. 9 beside health."""


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


class RuleSpeaker(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person of the office who speaks on the line and agreed to be recorded."""

    name: str
    day: Day  # of the consent


class RuleVoucher(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person of the office who vouched for something, and when."""

    by: str
    day: Day


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
    speakers: Annotated[tuple[RuleSpeaker, ...], Meta(max_length=64)] = ()
    speakers_whole: RuleVoucher | None = None  # who vouched that nobody else speaks on the line
