"""Silence copies for authorities, list silences, end them by two people or a day."""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, Secret
from appliance.model.records import Unreal

DESK = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})
OFFICER = frozenset({Role.PRIVACY_OFFICER})

SilenceState = Literal["in_force", "soon", "over"]
"""In force; its day comes within 14 days; its day is over, and it goes on."""


class SilencePaper(Message, frozen=True, kw_only=True):
    """What was typed of an authority's paper; for privacy officers."""

    whom: str = ""
    file_number: str = ""
    legal_basis: str = ""
    signed_by: str = ""
    readable: Literal["yes", "locked", "lost", "none"] = "none"


class SilenceEndOrder(Message, frozen=True, kw_only=True):
    """An order to end a silence, which waits for a second person or a counted day."""

    by: str  # an operator's id
    at: float  # UTC
    seconds_left: float | None  # counted; None: nothing is counted, a person has to confirm
    mine: bool  # of the person who looks


class SilencedCall(Message, frozen=True, kw_only=True):
    """A call whose copy is silenced."""

    recording: str  # one that is here, if any is; else its first
    here: bool  # at least one of its recordings is not erased
    left: bool  # something of its copy left the box
    unreal: Unreal = ""  # of its line; empty too once it is erased


class Silence(Message, frozen=True, kw_only=True):
    """A silence."""

    case: str  # of the copy
    calls: tuple[SilencedCall, ...]  # that were handed over in one act
    until: int  # days since 1970-01-01
    state: SilenceState
    author: str  # an operator's id
    at: float  # UTC
    named_on: float | None = None  # UTC at which a caller's proof named the copy
    hold_stays: bool = False  # a hold of its calls belongs to another silence, too
    paper: SilencePaper = SilencePaper()  # the newest
    ending: SilenceEndOrder | None = None


class UnsilencedCopy(Message, frozen=True, kw_only=True):
    """A copy for an authority that is not silenced."""

    case: str
    calls: int  # that were handed over in one act
    paper: SilencePaper


class SilenceList(Message, frozen=True):
    """All silences, the one whose day comes first at the top."""

    silences: tuple[Silence, ...]


class ListSilences(Operation[SilenceList], frozen=True, tag="silences.list"):
    """Look at all silences."""

    roles = DESK
    audit = "viewed"
    audited = "once"

    @property
    def seen(self) -> tuple[object, ...]:
        """Return what a person sees by it."""
        return ("silences",)


class SilenceCount(Message, frozen=True):
    """How many silences ask for somebody."""

    soon: int
    over: int


class CountSilences(Operation[SilenceCount], frozen=True, tag="silences.count"):
    """Ask how many silences need a person: their day comes, or is over."""

    roles = DESK
    keeps_awake = False


class SilenceSet(Message, frozen=True):
    """A silence that was set."""

    named_on: float | None  # UTC at which a caller's proof had named the copy before; None: none


class SetSilence(Operation[SilenceSet], frozen=True, tag="silences.set"):
    """Silence a copy for an authority that has left, or enter a new paper for a silence."""

    roles = OFFICER
    audit = "silenced"
    audited = "inside"  # once the paper holds
    case: str  # of the copy
    until: str  # day
    file_number: str
    legal_basis: str
    signed_by: str
    whom: str = ""  # empty: as before
    hold_silent: bool = True  # a hold of the call belongs to it; a new paper leaves that as it was


class AskSilencesEnd(Operation[Done], frozen=True, tag="silences.ask_end"):
    """Ask for the end of silences; a second person confirms it, or 24 counted hours pass."""

    roles = OFFICER
    audit = "silence_end_asked"
    audited = "inside"  # once the password is proved
    cases: tuple[str, ...]
    password: Secret


class ConfirmSilencesEnd(Operation[Done], frozen=True, tag="silences.confirm_end"):
    """End silences that another person has asked to end."""

    roles = DESK
    audit = "silence_ended"
    audited = "inside"  # once the password is proved
    cases: tuple[str, ...]
    password: Secret


class CancelSilencesEnd(Operation[Done], frozen=True, tag="silences.cancel_end"):
    """Cancel the order to end silences: they go on."""

    roles = DESK
    audit = "silence_end_cancelled"
    audited = "inside"  # if there is an order
    cases: tuple[str, ...]
