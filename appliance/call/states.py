"""Name the states of a call, and the finite set of symbols that move it."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """The state of a call."""

    UNKNOWN = "unknown"  # no hook state yet
    IDLE = "idle"
    RINGING = "ringing"
    DIALLING = "dialling"  # off-hook without a ring, until the answer
    SETTLING = "settling"  # waiting for a pause in the talk
    ASKING = "asking"  # question, keys or notice are playing
    AWAITING = "awaiting"  # waiting for the caller's key
    INFORMING = "informing"  # the second layer is playing, since the caller asked for it
    CHOOSING = "choosing"  # the purposes are asked one by one, since the caller wants it so
    CONFIRMING = "confirming"  # agreed; "recording" plays and the file opens
    RECORDING = "recording"
    PAUSED = "paused"
    REFUSED = "refused"
    EXEMPT = "exempt"
    PRIVATE = "private"
    RETRYABLE = "retryable"  # unrecorded; the button may ask again
    MACHINE = "machine"
    FAR_CHANGED = "far_changed"
    ENDED = "ended"  # on-hook, not yet for a second
    FAULT = "fault"


class Symbol(StrEnum):
    """The meaning of an event for a call: ``classify`` finds it, the table answers it."""

    NOTHING = "nothing"  # no meaning here: a stale timer, a late copy, mere information

    # Hook and network.
    ON_HOOK = "on_hook"
    SEEN = "seen"  # on-hook seen for a second
    INCOMING = "incoming"  # lifted after a ring; the call may be asked
    OUTGOING = "outgoing"  # lifted without a ring
    RING = "ring"
    RINGS_STOPPED = "rings_stopped"
    NUMBER = "number"  # an ordinary number is complete
    NUMBER_VOID = "number_void"  # the dialled number is no longer known
    ANSWER = "answer"  # the far end answered; to be judged
    ANSWERED = "answered"  # judged; the call may be asked
    LOST = "lost"  # hook state or sound is gone
    BACK = "back"  # both work again
    TOO_LONG = "too_long"  # gone for more than two seconds

    # Bars to asking.
    EXEMPTED = "exempted"
    UNFIT = "unfit"  # too soon, no sound policy, or nowhere to store a recording
    LISTED = "listed"  # this caller is never recorded; identity came late
    PRIVATE = "private"
    PRIVATE_FIRST = "private_first"  # lifted, and private since the ringing
    MACHINE = "machine"
    PARTY = "party"  # another far party may be on the line
    DIALLED = "dialled"  # two near digits: the office dials

    # Talk and prompt.
    VOICE = "voice"  # a party began or stopped speaking
    QUIET = "quiet"  # a pause to speak in
    NO_PAUSE = "no_pause"
    HEARD = "heard"  # the words up to the mark were audible on the line
    TALKED_OVER = "talked_over"  # talked over; the prompt may be replayed
    UNHEARD = "unheard"
    SAID = "said"  # the prompt is over
    NOTICED = "noticed"  # the whole notice was audible

    # Keys of the caller.
    CONSENT = "consent"  # to be judged
    AGREED = "agreed"  # judged: a lawful basis exists
    EARLY = "early"  # a permitting key before the caller could know its meaning
    CROWDED = "crowded"  # another key too close
    UNSURE = "unsure"
    UNSURE_AGAIN = "unsure_again"
    WRONG = "wrong"
    MORE = "more"  # asks for the second layer, once a call
    LANGUAGE = "language"  # asks for the line's next language
    CHOOSE = "choose"  # asks for one purpose after the other; or their replay can begin
    NEXT = "next"  # one purpose is answered, the next is to be asked
    CHOSEN = "chosen"  # the last is answered, and some were agreed to
    REFUSAL = "refusal"  # nothing is left in force
    OBJECTION = "objection"  # refused, but other bases remain
    LESS = "less"  # the dialogue ends without consent, but other bases remain
    KEY = "key"  # any other key
    REPEAT = "repeat"  # no key: repeat the keys
    SILENT = "silent"
    TIME_UP = "time_up"  # the whole dialogue took too long
    SAY = "say"  # a short sentence about the outcome is due

    # Keys of the office, button, panel.
    NEAR_KEY = "near_key"
    NEAR_REFUSAL = "near_refusal"
    NEAR_HELD = "near_held"  # a near key whose meaning is still open
    PAUSE = "pause"
    ASK = "ask"

    # The recording.
    OPENED = "opened"
    BEGIN = "begin"  # opened and announced
    STORAGE_FAILED = "storage_failed"
    CONFIRM_OVER = "confirm_over"
    RESUME = "resume"
    NOT_YET = "not_yet"  # would resume, but the caller keys a number
    KEYS_STOPPED = "keys_stopped"
    WITHDRAWAL = "withdrawal"  # a refuse key that may stand alone
    KEYED = "keyed"  # a refuse key inside a keyed number
    WITHDRAWN = "withdrawn"  # it stood alone, and nothing is left in force
    WITHDRAWN_PART = "withdrawn_part"


_KEYS = "consent agreed early crowded unsure unsure_again wrong more"
_CHOICE = "choose next chosen"

GROUPS: Mapping[str, tuple[Symbol, ...]] = {
    name: tuple(map(Symbol, symbols.split()))
    for name, symbols in {
        "LIFT": "seen incoming outgoing ring rings_stopped private_first",
        "NUMBER": "number number_void answer answered",
        "BARS": "listed private machine party dialled",
        "TALK": "voice quiet no_pause heard talked_over unheard said noticed",
        "KEYS": _KEYS,
        "CHOICE": _CHOICE,
        "ANSWERS": f"{_KEYS} {_CHOICE} language refusal objection less key repeat silent time_up",
        "OFFICE": "near_key near_refusal near_held pause",
        "FILE": "opened begin storage_failed confirm_over",
        "PAUSES": "resume not_yet keys_stopped withdrawal keyed withdrawn withdrawn_part",
    }.items()
}
"""Symbols that many states ignore together."""
