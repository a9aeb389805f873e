"""The table, second part: from the wait for a pause to the first sample.

``settling``, ``asking``, ``awaiting``, ``confirming``. Whatever says no, or might mean that the
caller is another one, leaves at once; what says yes is filed and judged when all late events
must have come. ``confirming`` is the only way to ``recording``, and ``agreed`` the only way to
``confirming``.
"""

from appliance.call.effects import asking, confirming, endings
from appliance.call.effects import recording as taping
from appliance.call.effects.endings import stop
from appliance.call.rule import Row, Rule, row
from appliance.call.states import State, Symbol
from appliance.model.records import Reason

SETTLING: Row = row(
    State.SETTLING,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.TOO_LONG: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.UNFIT: Rule(State.EXEMPT, endings.unfit, "end: no_policy, storage"),
        Symbol.LISTED: Rule(State.EXEMPT, endings.listed, "end: exempt"),
        Symbol.PRIVATE: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
        Symbol.MACHINE: Rule(State.MACHINE, stop(Reason.MACHINE), "end: machine"),
        Symbol.PARTY: Rule(State.FAR_CHANGED, stop(Reason.FAR_CHANGED), "end: far_changed"),
        Symbol.VOICE: Rule(State.SETTLING, asking.listen, "follow the talk"),
        Symbol.QUIET: Rule(State.ASKING, asking.ask, "say question or notice"),
        Symbol.NO_PAUSE: Rule(State.RETRYABLE, stop(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.UNHEARD: Rule(State.RETRYABLE, stop(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.OBJECTION: Rule(State.SETTLING, asking.object_to, "note the no"),
        Symbol.TIME_UP: Rule(State.RETRYABLE, stop(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.NEAR_KEY: Rule(State.RETRYABLE, stop(Reason.INTERRUPTED), "end: interrupted"),
        Symbol.NEAR_REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.NEAR_HELD: Rule(State.SETTLING, asking.hold_near, "be silent"),
        Symbol.PAUSE: Rule(State.RETRYABLE, stop(Reason.INTERRUPTED), "end: interrupted"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back private_first dialled heard talked_over said noticed consent agreed early crowded
    unsure unsure_again wrong less key repeat silent ask opened begin storage_failed
    confirm_over resume not_yet keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""Somebody speaks, or will. The prompt begins in the first pause of 300 ms after 0.8 s; without
a pause for 8 s nobody is asked. A prompt that was talked over waits here for its replay."""


ASKING: Row = row(
    State.ASKING,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.TOO_LONG: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.LISTED: Rule(State.EXEMPT, endings.listed, "end: exempt"),
        Symbol.PRIVATE: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
        Symbol.MACHINE: Rule(State.MACHINE, stop(Reason.MACHINE), "end: machine"),
        Symbol.PARTY: Rule(State.FAR_CHANGED, stop(Reason.FAR_CHANGED), "end: far_changed"),
        Symbol.VOICE: Rule(State.ASKING, asking.listen, "follow the talk"),
        Symbol.HEARD: Rule(State.ASKING, asking.heard, "keep the mark"),
        Symbol.TALKED_OVER: Rule(State.SETTLING, asking.ask_once_more, "replay in a pause"),
        Symbol.UNHEARD: Rule(State.RETRYABLE, stop(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.SAID: Rule(State.AWAITING, asking.await_key, "open the window"),
        Symbol.NOTICED: Rule(State.AWAITING, asking.file_notice, "file the notice"),
        Symbol.CONSENT: Rule(State.AWAITING, asking.file_consent, "file the consent"),
        Symbol.CROWDED: Rule(State.ASKING, asking.spoil_crowd, "does not count"),
        Symbol.UNSURE: Rule(State.ASKING, asking.doubt, "wait for another press"),
        Symbol.UNSURE_AGAIN: Rule(State.RETRYABLE, stop(Reason.UNSURE), "end: unsure"),
        Symbol.WRONG: Rule(State.RETRYABLE, stop(Reason.WRONG_KEY), "end: wrong_key"),
        Symbol.REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.OBJECTION: Rule(State.ASKING, asking.object_to, "note the no"),
        Symbol.LESS: Rule(State.AWAITING, asking.file_less, "file the other bases"),
        Symbol.TIME_UP: Rule(State.RETRYABLE, stop(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.NEAR_KEY: Rule(State.RETRYABLE, stop(Reason.INTERRUPTED), "end: interrupted"),
        Symbol.NEAR_REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.NEAR_HELD: Rule(State.ASKING, asking.hold_near, "be silent"),
        Symbol.PAUSE: Rule(State.RETRYABLE, stop(Reason.INTERRUPTED), "end: interrupted"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back unfit private_first dialled quiet no_pause agreed early key repeat silent ask
    opened begin storage_failed confirm_over resume not_yet keys_stopped withdrawal keyed
    withdrawn withdrawn_part
    """,
)
"""Words are being said. A no counts from their first sample on. A yes counts only after the
mark was heard, and stops the words. A key of the office, the button or a flash stops them."""


AWAITING: Row = row(
    State.AWAITING,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.TOO_LONG: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.LISTED: Rule(State.EXEMPT, endings.listed, "end: exempt"),
        Symbol.PRIVATE: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
        Symbol.MACHINE: Rule(State.MACHINE, stop(Reason.MACHINE), "end: machine"),
        Symbol.PARTY: Rule(State.FAR_CHANGED, stop(Reason.FAR_CHANGED), "end: far_changed"),
        Symbol.VOICE: Rule(State.AWAITING, asking.listen, "follow the talk"),
        Symbol.CONSENT: Rule(State.AWAITING, asking.file_consent, "file the consent"),
        Symbol.AGREED: Rule(State.CONFIRMING, confirming.confirm, "open the file"),
        Symbol.CROWDED: Rule(State.AWAITING, asking.spoil_crowd, "does not count"),
        Symbol.UNSURE: Rule(State.AWAITING, asking.doubt, "wait for another press"),
        Symbol.UNSURE_AGAIN: Rule(State.RETRYABLE, stop(Reason.UNSURE), "end: unsure"),
        Symbol.WRONG: Rule(State.RETRYABLE, stop(Reason.WRONG_KEY), "end: wrong_key"),
        Symbol.REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.LESS: Rule(State.AWAITING, asking.file_less, "file the other bases"),
        Symbol.REPEAT: Rule(State.ASKING, asking.repeat, "say the keys again"),
        Symbol.SILENT: Rule(State.RETRYABLE, endings.silent, "end: no_answer"),
        Symbol.TIME_UP: Rule(State.RETRYABLE, endings.silent, "end: no_answer"),
        Symbol.NEAR_KEY: Rule(State.RETRYABLE, stop(Reason.INTERRUPTED), "end: interrupted"),
        Symbol.NEAR_REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.NEAR_HELD: Rule(State.AWAITING, asking.hold_near, "be silent"),
        Symbol.PAUSE: Rule(State.RETRYABLE, stop(Reason.INTERRUPTED), "end: interrupted"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back unfit private_first dialled quiet no_pause heard talked_over unheard said noticed
    early objection key ask opened begin storage_failed confirm_over resume not_yet
    keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""The window for an answer: four seconds, and the keys said once more if nothing was pressed.
A yes, a notice that was heard or the other bases wait here to be judged."""


CONFIRMING: Row = row(
    State.CONFIRMING,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.TOO_LONG: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.LISTED: Rule(State.EXEMPT, endings.listed, "end: exempt"),
        Symbol.PRIVATE: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
        Symbol.MACHINE: Rule(State.MACHINE, stop(Reason.MACHINE), "end: machine"),
        Symbol.PARTY: Rule(State.FAR_CHANGED, stop(Reason.FAR_CHANGED), "end: far_changed"),
        Symbol.UNHEARD: Rule(State.RETRYABLE, stop(Reason.NOT_HEARD), "end: not_heard"),
        Symbol.SAID: Rule(State.CONFIRMING, confirming.confirmed, "it was said"),
        Symbol.REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.OBJECTION: Rule(State.CONFIRMING, taping.object_while_confirming, "end a part"),
        Symbol.KEY: Rule(State.CONFIRMING, taping.blank, "blank the key"),
        Symbol.NEAR_KEY: Rule(State.RETRYABLE, stop(Reason.INTERRUPTED), "end: interrupted"),
        Symbol.NEAR_REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "end: refused"),
        Symbol.NEAR_HELD: Rule(State.RETRYABLE, stop(Reason.INTERRUPTED), "end: interrupted"),
        Symbol.PAUSE: Rule(State.RETRYABLE, stop(Reason.INTERRUPTED), "end: interrupted"),
        Symbol.OPENED: Rule(State.CONFIRMING, confirming.opened, "the file stands"),
        Symbol.BEGIN: Rule(State.RECORDING, confirming.begin, "first sample"),
        Symbol.STORAGE_FAILED: Rule(State.RETRYABLE, stop(Reason.STORAGE), "end: storage"),
        Symbol.CONFIRM_OVER: Rule(State.RETRYABLE, endings.confirm_over, "end: storage"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back unfit private_first dialled voice quiet no_pause heard talked_over noticed consent
    agreed early crowded unsure unsure_again wrong less repeat silent time_up ask resume
    not_yet keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""A lawful basis exists; "recording" is said and the file opens. Nothing is written yet. The
first sample comes when both are done; whatever stops before that erases the file."""
