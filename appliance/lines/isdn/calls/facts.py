"""Define what the D-channel tells of its calls, one fact each.

Facts of one call follow each other in this order; those in brackets may be missing:

    Began ─ (DialledDigits · ChannelChosen · Alerting …) ─ (Connected) ─ (Held · Retrieved ·
    Suspended · Resumed · PartyMayChange …) ─ (Clearing) ─ Ended
"""

from dataclasses import dataclass
from enum import StrEnum

from appliance.lines.isdn.q931.causes import Cause
from appliance.lines.isdn.q931.numbers import PartyNumber
from appliance.lines.isdn.q931.services import Service


@dataclass(frozen=True, slots=True)
class Party:
    """What the network says of a party."""

    number: str | None = None  # as it can be dialled, international ones with a plus
    withheld: bool = False  # the party restricts its number
    name: str | None = None

    @staticmethod
    def of(number: PartyNumber | None, name: str | None = None) -> "Party":
        """Return the party of a number; one that withholds its number has no name either."""
        if number is None:
            return Party(name=name)
        withheld = number.presentation is number.presentation.RESTRICTED
        return Party(number.number, withheld, None if withheld else name)


class EndSign(StrEnum):
    """How the end of a call was seen."""

    RELEASED = "released"  # both sides have cleared it, or every terminal has refused it
    NO_RESPONSE = "no_response"  # nobody answered its SETUP
    RESTARTED = "restarted"  # the channel was restarted
    LINK_LOST = "link_lost"  # the terminal's data link ended
    TERMINAL_GONE = "terminal_gone"  # its address was taken back, or given to another
    UNSEEN = "unseen"  # it must be over: its channel or reference is another call's, or time is up


class PartySign(StrEnum):
    """A sign that another far party may be on the line."""

    NOTIFIED = "notified"  # the other side holds, transfers or makes a conference
    FACILITY = "facility"  # the office asked for a service while another call is held
    KEYED = "keyed"  # the office keyed to the exchange, which may hold or join parties by it


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of one call; ``at_us`` as in the frame that told it."""

    at_us: int
    call: int  # counts from 1; never used twice by a tracker


@dataclass(frozen=True, slots=True)
class Began(Fact):
    """A call was set up, or one was met in its middle."""

    incoming: bool
    service: Service
    caller: Party = Party()  # of an incoming call
    called: str = ""  # of an incoming call, as far as its SETUP has it; outgoing: see DialledDigits
    redirecting: Party | None = None  # who diverted it to the office
    channel: int | None = None  # None: not chosen yet, or both are busy and the call waits
    tei: int | None = None  # of the terminal that began it
    partial: bool = False  # its beginning was not seen


@dataclass(frozen=True, slots=True)
class DialledDigits(Fact):
    """More digits of the called number came; of an outgoing call all of them."""

    keys: str  # may be empty
    complete: bool  # nothing will follow


@dataclass(frozen=True, slots=True)
class ChannelChosen(Fact):
    """The call is to use another B-channel than was told, or the first one."""

    channel: int


@dataclass(frozen=True, slots=True)
class Alerting(Fact):
    """A phone rings: the office's, or the called party's."""

    tei: int


@dataclass(frozen=True, slots=True)
class Connected(Fact):
    """The call was answered, and its channel carries speech."""

    tei: int  # of the office's terminal
    channel: int | None
    connected: Party | None = None  # who answered an outgoing call


@dataclass(frozen=True, slots=True)
class Held(Fact):
    """The call gave its channel back and waits."""


@dataclass(frozen=True, slots=True)
class Retrieved(Fact):
    """A held call goes on."""

    channel: int | None


@dataclass(frozen=True, slots=True)
class Suspended(Fact):
    """The terminal is being unplugged; the network keeps the call for it."""


@dataclass(frozen=True, slots=True)
class Resumed(Fact):
    """A suspended call goes on, perhaps at another terminal."""

    tei: int
    channel: int | None


@dataclass(frozen=True, slots=True)
class PartyMayChange(Fact):
    """Another far party may be on the line, or join."""

    sign: PartySign


@dataclass(frozen=True, slots=True)
class Clearing(Fact):
    """One side ends the call; nobody speaks from here on, though tones may follow."""

    by_network: bool  # the other party or the network; False: the office
    cause: Cause | None
    tei: int | None = None  # of the office's terminal, where one is known


@dataclass(frozen=True, slots=True)
class Ended(Fact):
    """The call is over; no fact of it follows."""

    ending: EndSign
