"""Tell what was signed of an erasure: of a call, or of everything."""

from typing import Literal

from appliance.link.operations import Message
from appliance.model.certificate import CertifiedErasure, Supplement


class SignedErasure(Message, frozen=True, kw_only=True):
    """What was signed of an erasure, as far as anything was."""

    kept: Literal["signed", "waits", "unreadable", "dropped", "unsigned"] = "unsigned"
    """``waits``: it is signed soon; ``unreadable``: it does not open, ``dropped``: it is over;
    ``unsigned``: there was none. But for ``signed`` all of this is made from the audit."""
    signed: CertifiedErasure | None = None  # for a caller
    for_office: CertifiedErasure | None = None
    supplements: tuple[Supplement, ...] = ()  # oldest first
    fingerprint: str = ""  # of the key that signed, as on the recovery sheet's page
    head_day: str = ""  # of the signed head to which the office's file leads; empty: not yet
    head_number: int = 0  # the newest entry under that head
    day: int | None = None  # in a list: of the call, as signed; None: nothing says it
    line: str = ""  # likewise
