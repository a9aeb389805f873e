"""Hold the whole state of one call, as an immutable value."""

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
from appliance.model.policy import LineMemory, Policy, PromptKind, PromptRef, Saying
from appliance.model.records import ConsentReceipt, Reason
from appliance.model.terms import Hook, Side, Timer

Direction = Literal["incoming", "outgoing"]


@dataclass(frozen=True, slots=True)
class PendingPermit:
    """A permit that waits to be judged: an answer, a consent or a notice."""

    sample: int  # time of capture; a key's onset
    due: int  # by then every late event must have come
    permit: Answered | DigitPressed | PromptEnded | None
    """None: no consent, but other bases remain."""


@dataclass(frozen=True, slots=True)
class LatestKeys:
    """The latest keys; their values leave this only in a receipt."""

    last: DigitPressed | None = None
    before: DigitPressed | None = None
    near: DigitPressed | None = None
    near_before: DigitPressed | None = None


@dataclass(frozen=True, slots=True)
class HeardPrompt:
    """One prompt of the dialogue, as it was heard."""

    saying: Saying
    heard: PromptHeard
    prompt: PromptRef  # in the language of that moment


KeyMeaning = Literal["agreed", "refused", "more", "choose", "language", "early"]


@dataclass(frozen=True, slots=True)
class DialogueKey:
    """A key that the dialogue took, for the receipt."""

    key: DigitPressed
    means: KeyMeaning
    purposes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PurposeChoice:
    """The choice of purposes one by one."""

    left: tuple[str, ...]  # not answered yet; the first is being asked
    chosen: frozenset[str] = frozenset()
    yes: DigitPressed | None = None  # the latest key that agreed
    marked: PromptHeard | None = None  # the present purpose was audible to its mark


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One dialogue: from the wait for a pause to its outcome."""

    saying: Saying | None = None  # the latest prompt
    playing: bool = False
    began: int = 0  # when it was ordered
    heard: PromptHeard | None = None  # question or notice, audible on the line
    repeated: bool = False
    unsure: int = 0
    crowded: bool = False  # keys came too close to each other to count
    early: bool = False  # a key came before the caller could know its meaning
    near_held: bool = False  # a near star may become "**"
    choosing: PurposeChoice | None = None
    changed: bool = False  # the caller chose another language, and the dialogue may last longer
    said: tuple[HeardPrompt, ...] = ()  # for the receipt; no rule reads it
    taken: tuple[DialogueKey, ...] = ()  # likewise

    @property
    def spoken(self) -> PromptKind | None:
        """Return the kind of the latest prompt."""
        return self.saying.spoken if self.saying else None


@dataclass(frozen=True, slots=True)
class PauseReasons:
    """The reasons for a pause; the recording goes on when none is left."""

    by_button: bool = False
    keyed: bool = False  # the caller keys a number
    withdrawal: DigitPressed | None = None  # a refuse key that stood alone so far


@dataclass(frozen=True, slots=True)
class GreetingSpeech:
    """The speech of the answering party so far, without a turn of the other party."""

    since: int | None = None
    until: int = 0  # end of its latest words
    turn: bool = False  # the other party has spoken: people talk


@dataclass(frozen=True, slots=True)
class Call:
    """One call on one line, from the wait for a ring or a lift to on-hook."""

    policy: Policy
    memory: LineMemory
    state: State = State.UNKNOWN
    now: int = 0  # latest capture so far
    over: bool = False  # ended and back to idle: time for ``next_call``
    timers: Mapping[Timer, int] = field(default_factory=dict)

    hook: Hook = Hook.UNKNOWN
    missing: frozenset[str] = frozenset()  # failed parts of the line
    lost_at: int | None = None
    voices: Mapping[Side, int] = field(default_factory=dict)  # who speaks, since when
    quiet_at: int = 0  # when the last voice stopped
    far_word_at: int | None = None  # end of the far party's latest word, surely its own
    hello_since: int = 0  # start of office speech that may have covered a machine's tone
    hello_until: int = 0  # its end

    direction: Direction | None = None
    rings: int = 0
    ring_at: int | None = None
    offhook_sample: int | None = None
    caller: CallerId | None = None
    number: NumberDialled | None = None
    placed: bool = False  # an ordinary number was complete: later keys are no dialling
    ringback_at: int | None = None  # ringback heard after the number
    answered: Answered | None = None
    private_wanted: bool = False  # asked for during the ringing
    greeting: GreetingSpeech = GreetingSpeech()
    greeted: bool = False  # long near speech followed the answer
    emergency: bool = False

    asking: Dialogue = Dialogue()
    docket: tuple[PendingPermit, ...] = ()
    keys: LatestKeys = LatestKeys()
    ready_at: int = 0  # from here on a pause in the talk counts

    receipt: ConsentReceipt | None = None
    purposes: frozenset[str] = frozenset()  # in force; of a finished recording, the ones it kept
    kept: bool = False  # a finished recording of this call stays
    opened: bool = False  # the sealed file is on disk
    confirmed_at: int | None = None  # end of the word "recording"
    first_sample: int | None = None  # of the recording
    pausing: PauseReasons = PauseReasons()
    held: bool = False

    asked: bool = False  # the present far party has heard the question begin
    informed: frozenset[str] = frozenset()  # languages in which it has asked for the second layer
    afterword: Saying | None = None  # a short sentence about the outcome, about to be said
    refused: bool = False  # the caller or the office refused: never ask again in this call
    reason: Reason | None = None  # why the call is not recorded, or no longer
    noted: bool = False

    @property
    def recording(self) -> bool:
        """Return whether a recording is under way, paused or not."""
        return self.state in {State.RECORDING, State.PAUSED}

    @property
    def dialled(self) -> str | None:
        """Return the number of an outgoing call, if it was heard complete."""
        return self.number.number if self.number else None

    @property
    def lost(self) -> bool:
        """Return whether hook state or sound is gone."""
        return self.hook is Hook.UNKNOWN or bool(self.missing & {"hook", "audio"})
