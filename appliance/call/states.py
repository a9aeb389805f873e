"""The states a call can be in, and the finite set of things that can happen to it."""

from enum import StrEnum


class State(StrEnum):
    """Where a call stands."""

    UNKNOWN = "unknown"  # no hook state yet
    IDLE = "idle"
    RINGING = "ringing"
    DIALLING = "dialling"  # off-hook without a ring, until the answer
    SETTLING = "settling"  # waiting for a pause in the talk
    ASKING = "asking"  # question, keys or notice are being said
    AWAITING = "awaiting"  # waiting for the caller's key
    CONFIRMING = "confirming"  # agreed; "recording" is said and the file opens
    RECORDING = "recording"
    PAUSED = "paused"
    REFUSED = "refused"
    EXEMPT = "exempt"
    PRIVATE = "private"
    RETRYABLE = "retryable"  # unrecorded, may be asked again by button
    MACHINE = "machine"
    FAR_CHANGED = "far_changed"
    ENDED = "ended"  # on-hook, not yet for a second
    FAULT = "fault"


class Symbol(StrEnum):
    """What an event means for a call; ``classify`` finds it, the table answers it."""

    NOTHING = "nothing"  # without meaning here: a stale timer, a late copy, plain news

    # Hook and network.
    ON_HOOK = "on_hook"
    SEEN = "seen"  # on-hook has been seen for a second
    INCOMING = "incoming"  # lifted after a ring, and may be asked
    OUTGOING = "outgoing"  # lifted without a ring
    RING = "ring"
    RINGS_STOPPED = "rings_stopped"
    NUMBER = "number"  # an ordinary number was dialled whole
    NUMBER_VOID = "number_void"  # what was dialled is no longer known
    ANSWER = "answer"  # the far end answered; to be judged
    ANSWERED = "answered"  # judged, and may be asked
    LOST = "lost"  # hook state or sound is gone
    BACK = "back"  # both are there
    TOO_LONG = "too_long"  # gone for more than two seconds

    # What forbids.
    EXEMPTED = "exempted"
    UNFIT = "unfit"  # no policy that could be kept, or nowhere to store a recording
    LISTED = "listed"  # this caller is never recorded, heard too late
    PRIVATE = "private"
    PRIVATE_FIRST = "private_first"  # lifted, and private since it rang
    MACHINE = "machine"
    PARTY = "party"  # another far party may be on the line
    DIALLED = "dialled"  # two near digits: somebody dials

    # Talk and prompt.
    VOICE = "voice"  # somebody began or stopped speaking
    QUIET = "quiet"  # a pause to speak in
    NO_PAUSE = "no_pause"
    HEARD = "heard"  # the words up to the mark were heard on the line
    TALKED_OVER = "talked_over"  # they were not, and may be said once more
    UNHEARD = "unheard"
    SAID = "said"  # the prompt is over
    NOTICED = "noticed"  # the notice was heard whole

    # Keys of the caller.
    CONSENT = "consent"  # to be judged
    AGREED = "agreed"  # judged: a lawful basis exists
    EARLY = "early"  # an agreeing key before anybody could know what it means
    CROWDED = "crowded"  # another key too close
    UNSURE = "unsure"
    UNSURE_AGAIN = "unsure_again"
    WRONG = "wrong"
    REFUSAL = "refusal"  # nothing is left in force
    OBJECTION = "objection"  # refused, while other bases remain
    LESS = "less"  # the dialogue ends without consent, other bases remain
    KEY = "key"  # any other key
    REPEAT = "repeat"  # nothing was pressed: the keys once more
    SILENT = "silent"
    TIME_UP = "time_up"  # the whole dialogue has lasted too long

    # Keys of the office, button, panel.
    NEAR_KEY = "near_key"
    NEAR_REFUSAL = "near_refusal"
    NEAR_HELD = "near_held"  # a near key that is not yet understood
    PAUSE = "pause"
    ASK = "ask"

    # The recording.
    OPENED = "opened"
    BEGIN = "begin"  # opened and announced
    STORAGE_FAILED = "storage_failed"
    CONFIRM_OVER = "confirm_over"
    RESUME = "resume"
    NOT_YET = "not_yet"  # would resume, but a number is being keyed
    KEYS_STOPPED = "keys_stopped"
    WITHDRAWAL = "withdrawal"  # a refuse key that may stand alone
    KEYED = "keyed"  # a refuse key inside a keyed number
    WITHDRAWN = "withdrawn"  # it stood alone, and nothing is left in force
    WITHDRAWN_PART = "withdrawn_part"
