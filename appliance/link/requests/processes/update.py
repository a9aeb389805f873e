"""Give the courier an update to look for or a piece of it to fetch; take what it brings."""

from appliance.link.operations import Done, Message, Operation, WithoutRole
from appliance.model.outside.update import Description

PIECE = 1024 * 1024
"""Bytes that are handed over at once, at most."""


class Fetch(Message, frozen=True):
    """What the courier is to look at, or a part of a file that it is to fetch."""

    wanted: bool  # False: nothing is set up, so no courier is needed for it
    number: int = 0
    address: str = ""  # https; empty: nothing is to be done now
    size: int = 0  # of the whole file; 0: its description is to be looked at
    start: int = 0  # the first byte
    end: int = 0  # the byte after the last
    tag: str = ""  # the server's word for this very file; empty: it has none


class TakeFetch(Operation[Fetch], frozen=True, tag="fetch.take"):
    """Ask for what is to be looked at or fetched."""

    roles = WithoutRole.COURIER
    audit = "update_sought"
    audited = "inside"  # or ``update_fetching``; only if there is something


class BringPiece(Operation[Done], frozen=True, tag="fetch.bring"):
    """Hand over the next bytes of a file that is fetched."""

    roles = WithoutRole.COURIER
    upload = PIECE
    number: int
    start: int  # of these bytes in the whole file
    tag: str  # the server's word for this very file; empty: it has none


class TellFetch(Operation[Done], frozen=True, tag="fetch.tell"):
    """Tell how a look or a part of a fetch ended."""

    roles = WithoutRole.COURIER
    audit = "update_seen"
    audited = "inside"  # or what else became of it
    number: int
    code: str  # of ``model.outside.update``; empty: all was well
    found: Description | None = None  # of a look
