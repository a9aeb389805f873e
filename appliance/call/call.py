"""Everything that is known about one call, as an immutable value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from appliance.call.states import State
from appliance.model.events import (
    Answered,
    CallerId,
    DigitPressed,
    NumberDialled,
    PromptEnded,
    PromptHeard,
)
from appliance.model.policy import LineMemory, Policy, Spoken
from appliance.model.records import ConsentReceipt, Reason
from appliance.model.terms import Hook, Side, Timer

Direction = Literal["incoming", "outgoing"]


@dataclass(frozen=True, slots=True)
class Filing:
    """Something that permits, waiting to be judged."""

    sample: int  # of capture; a key's onset
    due: int  # when every late event must have come
    permit: Answered | DigitPressed | PromptEnded | None
    """None: nobody agreed, but other bases than consent remain."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The latest keys; a value leaves this only in a receipt."""

    last: DigitPressed | None = None
    before: DigitPressed | None = None
    near: DigitPressed | None = None
    near_before: DigitPressed | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """One dialogue: from the wait for a pause to its outcome."""

    spoken: Spoken | None = None
    playing: bool = False
    heard: PromptHeard | None = None  # question or notice, well heard on the line
    repeated: bool = False
    unsure: int = 0
    crowded: bool = False  # keys were pressed, too close to each other to count
    near_held: bool = False  # a near star may become "**"


@dataclass(frozen=True, slots=True)
class Pausing:
    """Why a recording is paused; it goes on when nothing of this is left."""

    by_button: bool = False
    keyed: bool = False  # a number is being keyed
    withdrawal: DigitPressed | None = None  # a refuse key that has stood alone so far


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the party that took the call has said so far without giving anybody a turn."""

    since: int | None = None
    until: int = 0  # when it last paused
    turn: bool = False  # the other party has had a word: people talk


@dataclass(frozen=True, slots=True)
class Call:
    """One call on one line, from the wait for a ring or a lift to on-hook."""

    policy: Policy
    memory: LineMemory
    state: State = State.UNKNOWN
    now: int = 0  # the latest capture seen
    over: bool = False  # ended and back to idle: time for ``next_call``
    timers: Mapping[Timer, int] = field(default_factory=dict)

    hook: Hook = Hook.UNKNOWN
    missing: frozenset[str] = frozenset()  # parts of the line that are gone
    lost_at: int | None = None
    voices: Mapping[Side, int] = field(default_factory=dict)  # who speaks, since when
    quiet_at: int = 0  # when the last voice stopped
    far_word_at: int | None = None  # when the far party last ended a word, surely its own
    hello_since: int = 0  # when the office's words began that may have covered a machine's tone
    hello_until: int = 0  # and ended

    direction: Direction | None = None
    rings: int = 0
    ring_at: int | None = None
    offhook_sample: int | None = None
    caller: CallerId | None = None
    number: NumberDialled | None = None
    placed: bool = False  # an ordinary number was dialled whole: what follows is no dialling
    ringback_at: int | None = None  # the far end was heard ringing, after the number
    answered: Answered | None = None
    private_wanted: bool = False  # asked for while it still rang
    greeting: Greeting = Greeting()
    greeted: bool = False  # long near speech followed the answer
    emergency: bool = False

    asking: Asking = Asking()
    docket: tuple[Filing, ...] = ()
    keys: Keys = Keys()
    ready_at: int = 0  # a pause in the talk counts from here on

    receipt: ConsentReceipt | None = None
    purposes: frozenset[str] = frozenset()  # in force; of a finished recording, those it kept
    opened: bool = False  # the sealed file stands on disk
    confirmed_at: int | None = None  # "recording" has been said
    first_sample: int | None = None  # of the recording
    pausing: Pausing = Pausing()
    held: bool = False

    asked: bool = False  # the party now there has heard the question begin
    refused: bool = False  # somebody said no: never asked again in this call
    reason: Reason | None = None  # why the call is not recorded, or no longer
    noted: bool = False

    @property
    def recording(self) -> bool:
        """Say whether a recording is under way, paused or not."""
        return self.state in {State.RECORDING, State.PAUSED}

    @property
    def dialled(self) -> str | None:
        """Return the number of an outgoing call, if it was heard whole."""
        return self.number.number if self.number else None

    @property
    def lost(self) -> bool:
        """Say whether hook state or sound is gone."""
        return self.hook is Hook.UNKNOWN or bool(self.missing & {"hook", "audio"})
