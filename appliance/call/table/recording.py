"""Fill the table's fourth part: while a recording is under way.

``recording`` and ``paused``. Every sign of another party ends it; every key is blanked; a refuse
key pauses at once and erases if it stands alone. ``paused`` ends by itself when neither the
button nor a keyed number nor a withdrawal holds it any more.
"""

from appliance.call.effects import endings
from appliance.call.effects import recording as taping
from appliance.call.effects.endings import end_for
from appliance.call.effects.speaking import be_silent, say_afterword
from appliance.call.rule import Row, Rule, row
from appliance.call.states import State, Symbol
from appliance.call.table import common
from appliance.model.records import Reason

_TAPING = {
    Symbol.DIALLED: Rule(State.FAR_CHANGED, endings.end_dialled, "end: far_changed"),
    Symbol.STORAGE_FAILED: Rule(State.RETRYABLE, end_for(Reason.STORAGE), "end: storage"),
}
"""What ends a recording, paused or not, besides what ends any dialogue."""

_IGNORED = """
    nothing LIFT NUMBER unfit TALK KEYS CHOICE language refusal objection less repeat silent time_up
    ask opened begin confirm_over
"""

RECORDING: Row = row(
    State.RECORDING,
    common.UNDER_WAY,
    common.PARTY_AT_STAKE,
    _TAPING,
    {
        Symbol.LOST: Rule(State.RECORDING, taping.hold_while_lost, "hold"),
        Symbol.BACK: Rule(State.RECORDING, taping.release_after_loss, "release"),
        Symbol.KEY: Rule(State.RECORDING, taping.blank, "blank the key"),
        Symbol.NEAR_KEY: Rule(State.RECORDING, taping.blank_and_hold, "blank and hold"),
        Symbol.NEAR_HELD: Rule(State.RECORDING, taping.hold_key, "hold"),
        Symbol.PAUSE: Rule(State.PAUSED, taping.pause_by_button, "pause"),
        Symbol.KEYS_STOPPED: Rule(State.RECORDING, taping.release, "release"),
        Symbol.WITHDRAWAL: Rule(State.PAUSED, taping.begin_withdrawal, "pause and wait"),
        Symbol.KEYED: Rule(State.PAUSED, taping.begin_keyed, "pause while keyed"),
        Symbol.SAY: Rule(State.RECORDING, say_afterword, "say what goes on"),
    },
    ignored=f"{_IGNORED} resume not_yet withdrawn withdrawn_part",
)
"""Sound reaches the file. A single near key is a menu at the other end: it is blanked, and the
writer held for 3 s, since a second one would mean that the office dials. The writer is held
without hook state or sound too, for 2 s at most."""


PAUSED: Row = row(
    State.PAUSED,
    common.UNDER_WAY,
    common.PARTY_AT_STAKE,
    _TAPING,
    {
        Symbol.LOST: Rule(State.PAUSED, taping.hold_while_lost, "hold"),
        Symbol.BACK: Rule(State.PAUSED, taping.release_after_loss, "release"),
        Symbol.KEY: Rule(State.PAUSED, taping.key_in_pause, "blank the key"),
        Symbol.NEAR_KEY: Rule(State.PAUSED, taping.near_key_in_pause, "blank the key"),
        Symbol.NEAR_HELD: Rule(State.PAUSED, be_silent, "be silent"),
        Symbol.SAY: Rule(State.PAUSED, say_afterword, "say what goes on"),
        Symbol.RESUME: Rule(State.RECORDING, taping.resume, "resume"),
        Symbol.NOT_YET: Rule(State.PAUSED, taping.not_yet, "wait for the keys to stop"),
        Symbol.KEYS_STOPPED: Rule(State.PAUSED, taping.keys_stopped, "stay paused"),
        Symbol.WITHDRAWAL: Rule(State.PAUSED, taping.begin_withdrawal, "wait"),
        Symbol.KEYED: Rule(State.PAUSED, taping.begin_keyed, "part of a number"),
        Symbol.WITHDRAWN: Rule(State.REFUSED, endings.end_withdrawn, "erase"),
        Symbol.WITHDRAWN_PART: Rule(State.PAUSED, taping.withdraw_part, "end some purposes"),
    },
    ignored=f"{_IGNORED} pause",
)
"""Silence of its true length. Held by the button, by a keyed number or by a refuse key that may
stand alone. Whatever ends the call while such a key waits makes it a withdrawal."""
