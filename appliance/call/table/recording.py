"""The table, third part: while a recording is under way.

``recording`` and ``paused``. Every sign of another party ends it; every key is blanked; a refuse
key pauses at once and erases if it stands alone. ``paused`` goes on by itself when neither the
button nor a keyed number nor a withdrawal holds it any more.
"""

from appliance.call.effects import endings
from appliance.call.effects import recording as taping
from appliance.call.effects.endings import stop
from appliance.call.rule import Row, Rule, row
from appliance.call.states import State, Symbol
from appliance.model.records import Reason

RECORDING: Row = row(
    State.RECORDING,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.RECORDING, taping.lose, "hold"),
        Symbol.BACK: Rule(State.RECORDING, taping.regain, "release"),
        Symbol.TOO_LONG: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.LISTED: Rule(State.EXEMPT, endings.listed, "end: exempt"),
        Symbol.PRIVATE: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
        Symbol.MACHINE: Rule(State.MACHINE, stop(Reason.MACHINE), "end: machine"),
        Symbol.PARTY: Rule(State.FAR_CHANGED, stop(Reason.FAR_CHANGED), "end: far_changed"),
        Symbol.DIALLED: Rule(State.FAR_CHANGED, endings.dialled, "end: far_changed"),
        Symbol.KEY: Rule(State.RECORDING, taping.blank, "blank the key"),
        Symbol.NEAR_KEY: Rule(State.RECORDING, taping.blank_and_hold, "blank and hold"),
        Symbol.NEAR_REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.NEAR_HELD: Rule(State.RECORDING, taping.hold_key, "hold"),
        Symbol.PAUSE: Rule(State.PAUSED, taping.pause, "pause"),
        Symbol.STORAGE_FAILED: Rule(State.RETRYABLE, stop(Reason.STORAGE), "end: storage"),
        Symbol.KEYS_STOPPED: Rule(State.RECORDING, taping.let_go, "release"),
        Symbol.WITHDRAWAL: Rule(State.PAUSED, taping.begin_withdrawal, "pause and wait"),
        Symbol.KEYED: Rule(State.PAUSED, taping.begin_keyed, "pause while keyed"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    unfit private_first voice quiet no_pause heard talked_over unheard said noticed consent
    agreed early crowded unsure unsure_again wrong refusal objection less repeat silent
    time_up ask opened begin confirm_over resume not_yet withdrawn withdrawn_part
    """,
)
"""Sound reaches the file. A single near key is a menu at the other end: blanked, and the writer
held for 3 s, since a second one would mean that somebody dials. Hook state or sound gone
holds the writer too, for 2 s at most."""


PAUSED: Row = row(
    State.PAUSED,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.PAUSED, taping.lose, "hold"),
        Symbol.BACK: Rule(State.PAUSED, taping.regain, "release"),
        Symbol.TOO_LONG: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.LISTED: Rule(State.EXEMPT, endings.listed, "end: exempt"),
        Symbol.PRIVATE: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
        Symbol.MACHINE: Rule(State.MACHINE, stop(Reason.MACHINE), "end: machine"),
        Symbol.PARTY: Rule(State.FAR_CHANGED, stop(Reason.FAR_CHANGED), "end: far_changed"),
        Symbol.DIALLED: Rule(State.FAR_CHANGED, endings.dialled, "end: far_changed"),
        Symbol.KEY: Rule(State.PAUSED, taping.key_in_pause, "blank the key"),
        Symbol.NEAR_KEY: Rule(State.PAUSED, taping.key_in_pause, "blank the key"),
        Symbol.NEAR_REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.STORAGE_FAILED: Rule(State.RETRYABLE, stop(Reason.STORAGE), "end: storage"),
        Symbol.RESUME: Rule(State.RECORDING, taping.go_on, "resume"),
        Symbol.NOT_YET: Rule(State.PAUSED, taping.not_yet, "wait for the keys to stop"),
        Symbol.KEYS_STOPPED: Rule(State.PAUSED, taping.keys_stopped, "stay paused"),
        Symbol.WITHDRAWAL: Rule(State.PAUSED, taping.begin_withdrawal, "wait"),
        Symbol.KEYED: Rule(State.PAUSED, taping.begin_keyed, "part of a number"),
        Symbol.WITHDRAWN: Rule(State.REFUSED, stop(Reason.REFUSED), "erase"),
        Symbol.WITHDRAWN_PART: Rule(State.PAUSED, taping.withdraw_part, "end some purposes"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    unfit private_first voice quiet no_pause heard talked_over unheard said noticed consent
    agreed early crowded unsure unsure_again wrong refusal objection less repeat silent
    time_up near_held pause ask opened begin confirm_over
    """,
)
"""Silence of its true length. Held by the button, by a keyed number or by a refuse key that may
stand alone. Whatever ends the call while such a key waits makes it a withdrawal."""
