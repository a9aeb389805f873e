"""Fill the table's third part: what a caller may wish for before the answer.

``informing``: the second layer plays, once a call. ``choosing``: with many purposes, each is asked
alone. Whatever stops a question stops both; a yes here passes the same guards as any other.
"""

from appliance.call.effects import asking, choosing, confirming, endings
from appliance.call.effects.endings import end_for
from appliance.call.rule import Row, Rule, row
from appliance.call.states import State, Symbol
from appliance.call.table import common
from appliance.model.records import Reason

_IGNORED = "nothing LIFT NUMBER unfit back dialled ask quiet no_pause key repeat say FILE PAUSES"

INFORMING: Row = row(
    State.INFORMING,
    common.UNDER_WAY,
    common.PARTY_AT_STAKE,
    common.DIALOGUE,
    common.UNHEARD,
    common.ANSWERING,
    {
        Symbol.VOICE: Rule(State.INFORMING, asking.follow_talk, "follow the talk"),
        Symbol.SAID: Rule(State.ASKING, choosing.go_on, "say the keys, or all of it"),
        Symbol.NOTICED: Rule(State.AWAITING, choosing.file_notice_again, "file the notice"),
        Symbol.CONSENT: Rule(State.AWAITING, asking.file_consent, "file the consent"),
        Symbol.CROWDED: Rule(State.INFORMING, asking.spoil_crowd, "does not count"),
        Symbol.UNSURE: Rule(State.INFORMING, asking.count_unsure, "wait for another press"),
        Symbol.EARLY: Rule(State.INFORMING, asking.note_early, "does not count"),
        Symbol.CHOOSE: Rule(State.CHOOSING, choosing.begin_choosing, "ask for the first purpose"),
        Symbol.OBJECTION: Rule(State.INFORMING, asking.note_objection, "note the no"),
        Symbol.LESS: Rule(State.AWAITING, asking.file_less, "file the other bases"),
        Symbol.TIME_UP: Rule(State.RETRYABLE, end_for(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.NEAR_HELD: Rule(State.INFORMING, asking.hold_near, "be silent"),
    },
    ignored=f"{_IGNORED} heard talked_over agreed next chosen silent",
)
"""The box says who keeps the recording, for how long, and what may be asked of it. Then the keys
follow, or all of it where the caller asked before the mark. An answer counts as in ``asking``."""


CHOOSING: Row = row(
    State.CHOOSING,
    common.UNDER_WAY,
    common.PARTY_AT_STAKE,
    common.DIALOGUE,
    common.UNHEARD,
    common.ANSWERING,
    {
        Symbol.VOICE: Rule(State.CHOOSING, asking.follow_talk, "follow the talk"),
        Symbol.HEARD: Rule(State.CHOOSING, choosing.keep_choice_mark, "keep the mark"),
        Symbol.TALKED_OVER: Rule(State.SETTLING, asking.replay_choice, "replay in a pause"),
        Symbol.SAID: Rule(State.CHOOSING, asking.await_key, "open the window"),
        Symbol.CONSENT: Rule(State.CHOOSING, choosing.file_yes, "file the yes"),
        Symbol.AGREED: Rule(State.CONFIRMING, confirming.confirm, "open the file"),
        Symbol.EARLY: Rule(State.CHOOSING, asking.note_early, "does not count"),
        Symbol.CROWDED: Rule(State.CHOOSING, asking.spoil_crowd, "does not count"),
        Symbol.UNSURE: Rule(State.CHOOSING, asking.count_unsure, "wait for another press"),
        Symbol.NEXT: Rule(State.CHOOSING, choosing.ask_next, "ask for the next purpose"),
        Symbol.CHOSEN: Rule(State.CHOOSING, choosing.file_chosen, "file what was chosen"),
        Symbol.LESS: Rule(State.AWAITING, choosing.file_no_choice, "file the other bases"),
        Symbol.TIME_UP: Rule(State.RETRYABLE, endings.end_unanswered, "end: no_answer"),
        Symbol.NEAR_HELD: Rule(State.CHOOSING, asking.hold_near, "be silent"),
    },
    ignored=f"{_IGNORED} noticed choose objection silent",
)
"""One purpose is asked, its answer awaited for four seconds, then the next. The refuse key, or
silence, is a no to that purpose alone. After the last one what was agreed to is judged; nothing
agreed to is a refusal."""
