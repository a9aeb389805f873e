"""Act on events from a judged basis to the first sample."""

from dataclasses import replace

from appliance.call.call import Call
from appliance.call.docket import earliest_filing
from appliance.call.effects.endings import finish
from appliance.call.eligibility import other_bases
from appliance.call.receipt import consent_receipt, notice_receipt
from appliance.call.rule import Step, drop_timers, set_timer
from appliance.call.times import CONFIRM_LIMIT
from appliance.model.actions import Play, Resume, StartRecording
from appliance.model.events import DigitPressed, Event
from appliance.model.policy import Saying, Spoken
from appliance.model.records import Reason
from appliance.model.terms import Timer


def confirm(call: Call, event: Event) -> Step:
    """Say "recording" and open the file: a lawful basis exists.

    A notice needs no confirmation of its own: its words say that the call is recorded.
    """
    first, words = earliest_filing(call.docket), call.asking.heard
    if first is None or words is None:  # nothing audible: nothing to confirm
        return finish(call, Reason.NOT_HEARD, event.sample)
    purposes = other_bases(call, refused=call.refused)
    if isinstance(first.permit, DigitPressed):
        purposes |= call.policy.choices[first.permit.key]
        receipt = consent_receipt(call, first.permit, words, purposes)
    else:
        receipt = notice_receipt(call, words, purposes)
    call = replace(drop_timers(call, *Timer), docket=(), receipt=receipt, purposes=purposes)
    call, limit = set_timer(call, Timer.CONFIRM, event.sample + CONFIRM_LIMIT)
    start = StartRecording(purposes, receipt)
    if call.asking.spoken is Spoken.NOTICE:
        return replace(call, confirmed_at=event.sample), (start, *limit)
    call = replace(call, asking=replace(call.asking, playing=True))
    return call, (Play(Saying(Spoken.CONFIRMATION, purposes)), start, *limit)


def note_opened(call: Call, event: Event) -> Step:
    """Note that the file is on disk."""
    return replace(call, opened=True), ()


def note_confirmed(call: Call, event: Event) -> Step:
    """Note that "recording" was said."""
    return replace(call, confirmed_at=event.sample), ()


def begin_recording(call: Call, event: Event) -> Step:
    """Pass the first sample.

    The consent still holds: whatever voids it leaves ``confirming`` on arrival.
    """
    first = max(event.sample, call.confirmed_at or 0)
    call = replace(drop_timers(call, Timer.CONFIRM), opened=True, first_sample=first)
    return call, (Resume(first),)
