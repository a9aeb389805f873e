"""Say in code words what an act was; no names, no free text."""

import re
from dataclasses import dataclass

from appliance.vault.audit.entries import AuditEntry

CUT_BACK = "audit_cut"
"""The type of the keeper's own finding: the keyring knows entries that the log has lost."""

ERASURE = frozenset({"erasing", "erased", "erase_failed"})
"""The entry types of an erasure; a recording's last one counts."""

ERASING_ALL, ERASED_ALL = "erasing_all", "erased_all"
"""The entry types of an erasure of everything: what was sealed before the first is gone with the
second."""

OF_ALL = frozenset({ERASING_ALL, ERASED_ALL})

ATTESTED = "attested"
"""The entry type of a recording whose origin the keeper learnt after it was sealed."""

FAILED = "failed"
"""The entry type of an act that was not carried out; ``of`` names its entry."""

_WORD = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_ACTOR = re.compile(r"[a-z0-9]{1,32}")
_HEX = re.compile(r"[0-9a-f]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What an entry says; the log adds number, time, chain and signature."""

    type: str  # a code word such as ``played``
    actor: str  # an operator's id, or ``keeper``, ``recorder``, ``nobody``
    rid: str | None = None  # the recording, if it concerns one
    case: str | None = None  # the case's id, if it belongs to one
    frames: int | None = None  # of a sealed recording
    sha256: str | None = None  # hex, of a sealed recording's file
    head: str | None = None  # hex, of its header alone
    detail: str | None = None  # a further code word
    count: int | None = None  # how often, where one entry stands for many
    key: str | None = None  # hex, the public key that signs from the next entry on
    origin: str | None = None  # fingerprint of the key that signed a recording
    of: int | None = None  # ``failed``: the number of the entry whose act did


def check_words(said: Act | AuditEntry) -> None:
    """Refuse anything that could be a name or free text; raises ValueError."""
    for value in (said.rid, said.case, said.sha256, said.head, said.key, said.origin):
        if value is not None and not _HEX.fullmatch(value):
            raise ValueError("The audit names recordings, cases, digests and keys by hex digits.")
    if said.detail is not None and not _WORD.fullmatch(said.detail):
        raise ValueError("The audit's details are code words.")
    if not _WORD.fullmatch(said.type) or not _ACTOR.fullmatch(said.actor):
        raise ValueError("The audit names acts by code words and actors by ids.")
