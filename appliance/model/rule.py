"""Define the rule under which a call is recorded, sealed with it.

Settings change; what a caller agreed to does not. So each recording carries the controller, the
purposes in the very words of that day, their retention, the keys, and what the prompts said.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from appliance.model.records import Day, Purposes


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


class RuleWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A prompt that could be said, by its hash and in words."""

    spoken: str  # question, keys, notice, confirmation …
    prompt_id: str
    prompt_sha256: str
    text: str = ""  # empty: the office recorded it itself and wrote no words down
    voice: str = ""


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
    number: str = ""  # the office's, of this line
    controller_says: str = ""  # the controller as spoken
    more_key: str | None = None  # of the second layer
    choose_key: str | None = None  # that lets the caller choose purposes one by one
    languages: Annotated[tuple[str, ...], Meta(max_length=64)] = ()  # of the office
