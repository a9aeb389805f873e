"""Fill the table's second part: from the wait for a pause to the first sample.

``settling``, ``asking``, ``awaiting``, ``confirming``; ``table.choosing`` holds the two states
beside them that only a caller's wish leads to. What says no, or might mean another
caller, leaves at once; what says yes is filed, and judged when all late events must have come.
``confirming`` is the only way to ``recording``, and ``agreed`` the only way to ``confirming``.
"""

from appliance.call.effects import asking, choosing, confirming, endings, languages
from appliance.call.effects import recording as taping
from appliance.call.effects.endings import end_for
from appliance.call.rule import Row, Rule, row
from appliance.call.states import State, Symbol
from appliance.call.table import common
from appliance.model.records import Reason

_ANSWERING = {
    **common.ANSWERING,
    Symbol.CONSENT: Rule(State.AWAITING, asking.file_consent, "file the consent"),
    Symbol.CHOOSE: Rule(State.CHOOSING, choosing.begin_choosing, "ask for the first purpose"),
    Symbol.LESS: Rule(State.AWAITING, asking.file_less, "file the other bases"),
}

_IGNORED = "nothing LIFT NUMBER back dialled ask PAUSES say"

SETTLING: Row = row(
    State.SETTLING,
    common.UNDER_WAY,
    common.PARTY_AT_STAKE,
    common.DIALOGUE,
    common.UNHEARD,
    common.UNFIT,
    {
        Symbol.VOICE: Rule(State.SETTLING, asking.follow_talk, "follow the talk"),
        Symbol.QUIET: Rule(State.ASKING, asking.ask, "say question or notice"),
        Symbol.NO_PAUSE: Rule(State.RETRYABLE, end_for(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.CHOOSE: Rule(State.CHOOSING, choosing.say_choice, "ask for that purpose again"),
        Symbol.LANGUAGE: Rule(State.SETTLING, languages.next_language, "take the next language"),
        Symbol.OBJECTION: Rule(State.SETTLING, asking.note_objection, "note the no"),
        Symbol.TIME_UP: Rule(State.RETRYABLE, end_for(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.NEAR_HELD: Rule(State.SETTLING, asking.hold_near, "be silent"),
    },
    ignored=f"""
    {_IGNORED} heard talked_over said noticed KEYS next chosen less key repeat silent FILE
    """,
)
"""People speak, or will. The prompt begins in the first pause of 300 ms after 0.8 s; without a
pause for 8 s the call is not asked. A prompt that was talked over waits here for its replay."""


ASKING: Row = row(
    State.ASKING,
    common.UNDER_WAY,
    common.PARTY_AT_STAKE,
    common.DIALOGUE,
    common.UNHEARD,
    _ANSWERING,
    {
        Symbol.VOICE: Rule(State.ASKING, asking.follow_talk, "follow the talk"),
        Symbol.HEARD: Rule(State.ASKING, asking.keep_mark, "keep the mark"),
        Symbol.TALKED_OVER: Rule(State.SETTLING, asking.replay, "replay in a pause"),
        Symbol.SAID: Rule(State.AWAITING, asking.await_key, "open the window"),
        Symbol.NOTICED: Rule(State.AWAITING, asking.file_notice, "file the notice"),
        Symbol.CROWDED: Rule(State.ASKING, asking.spoil_crowd, "does not count"),
        Symbol.UNSURE: Rule(State.ASKING, asking.count_unsure, "wait for another press"),
        Symbol.EARLY: Rule(State.ASKING, asking.note_early, "does not count"),
        Symbol.OBJECTION: Rule(State.ASKING, asking.note_objection, "note the no"),
        Symbol.TIME_UP: Rule(State.RETRYABLE, end_for(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.NEAR_HELD: Rule(State.ASKING, asking.hold_near, "be silent"),
    },
    ignored=f"{_IGNORED} unfit quiet no_pause agreed next chosen key repeat silent FILE",
)
"""The box speaks. A no counts from its first sample on. A yes counts only after the mark was
heard, and stops the words. A key of the office, the button or a flash stops them."""


AWAITING: Row = row(
    State.AWAITING,
    common.UNDER_WAY,
    common.PARTY_AT_STAKE,
    common.DIALOGUE,
    _ANSWERING,
    {
        Symbol.VOICE: Rule(State.AWAITING, asking.follow_talk, "follow the talk"),
        Symbol.AGREED: Rule(State.CONFIRMING, confirming.confirm, "open the file"),
        Symbol.CROWDED: Rule(State.AWAITING, asking.spoil_crowd, "does not count"),
        Symbol.UNSURE: Rule(State.AWAITING, asking.count_unsure, "wait for another press"),
        Symbol.EARLY: Rule(State.AWAITING, asking.note_early, "does not count"),
        Symbol.OBJECTION: Rule(State.AWAITING, asking.note_objection, "note the no"),
        Symbol.REPEAT: Rule(State.ASKING, asking.repeat, "say the keys again"),
        Symbol.SILENT: Rule(State.RETRYABLE, endings.end_unanswered, "end: no_answer"),
        Symbol.TIME_UP: Rule(State.RETRYABLE, endings.end_unanswered, "end: no_answer"),
        Symbol.NEAR_HELD: Rule(State.AWAITING, asking.hold_near, "be silent"),
    },
    ignored=f"""
    {_IGNORED} unfit quiet no_pause heard talked_over unheard said noticed next chosen key FILE
    """,
)
"""The window for an answer: four seconds, and the keys said once more if nothing was pressed.
A yes, a notice that was heard or the other bases wait here to be judged. After a near star a no
is noted, and the star ends the dialogue."""


CONFIRMING: Row = row(
    State.CONFIRMING,
    common.UNDER_WAY,
    common.PARTY_AT_STAKE,
    common.DIALOGUE,
    common.UNHEARD,
    {
        Symbol.SAID: Rule(State.CONFIRMING, confirming.note_confirmed, "it was said"),
        Symbol.OBJECTION: Rule(
            State.CONFIRMING, confirming.object_while_confirming, "say what is left"
        ),
        Symbol.KEY: Rule(State.CONFIRMING, taping.blank, "blank the key"),
        Symbol.NEAR_HELD: Rule(State.RETRYABLE, end_for(Reason.INTERRUPTED), "end: interrupted"),
        Symbol.OPENED: Rule(State.CONFIRMING, confirming.note_opened, "the file stands"),
        Symbol.BEGIN: Rule(State.RECORDING, confirming.begin_recording, "first sample"),
        Symbol.STORAGE_FAILED: Rule(State.RETRYABLE, end_for(Reason.STORAGE), "end: storage"),
        Symbol.CONFIRM_OVER: Rule(State.RETRYABLE, endings.end_unconfirmed, "end: storage"),
    },
    ignored=f"""
    {_IGNORED} unfit voice quiet no_pause heard talked_over noticed KEYS CHOICE language less repeat
    silent time_up
    """,
)
"""A lawful basis exists; the box says "recording" and the file opens. Nothing is written yet. The
first sample comes when both are done; whatever stops before that erases the file."""
