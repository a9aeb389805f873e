"""Define what the ledger keeps of each version of the settings."""

from msgspec import Struct


class ConfirmationRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A statement that a person confirmed with a version."""

    kind: str
    purpose: str
    about: str  # digest of what was confirmed


class VersionRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who made a version, when, and what they confirmed."""

    number: int
    at: float | None  # UTC; None: it is the seed's copy, or nobody knows any more
    author: str = ""  # an operator's id
    name: str = ""  # as it was then
    undone: int | None = None  # the version that was gone back to
    sections: tuple[str, ...] = ()
    sha256: str = ""  # of its text
    confirmed: tuple[ConfirmationRow, ...] = ()


class SeedRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The seed as the keeper last saw it."""

    sha256: str
    settled: str = ""  # digest of the seed that an administrator took over or left
