"""Act on events from a judged basis to the first sample."""

from dataclasses import replace

from appliance.call.call import Call
from appliance.call.docket import earliest_filing
from appliance.call.effects.choosing import take_answer
from appliance.call.effects.endings import finish, key_end
from appliance.call.effects.recording import blank
from appliance.call.effects.speaking import play
from appliance.call.eligibility import other_bases, withdrawable
from appliance.call.receipt import consent_receipt, notice_receipt
from appliance.call.rule import Step, drop_timers, set_timer
from appliance.call.times import CONFIRM_LIMIT
from appliance.model.actions import Play, Resume, StartRecording, Withdraw
from appliance.model.events import DigitPressed, Event
from appliance.model.policy import PromptKind, Saying
from appliance.model.records import Reason
from appliance.model.terms import Timer


def confirm(call: Call, event: Event) -> Step:
    """Say what is recorded for and open the file: a lawful basis exists.

    A notice needs no confirmation of its own unless a part of it was objected to: its words say
    that the call is recorded.
    """
    first, words = earliest_filing(call.docket), call.asking.heard
    if first is None or words is None:  # nothing audible: nothing to confirm
        return finish(call, Reason.NOT_HEARD, event.sample)
    purposes = other_bases(call, refused=call.refused)
    if isinstance(first.permit, DigitPressed):
        call, agreed = _agreed(call, event, first.permit)
        purposes |= agreed
        receipt = consent_receipt(call, first.permit, words, purposes)
    else:
        receipt = notice_receipt(call, words, purposes)
    call = replace(drop_timers(call, *Timer), docket=(), receipt=receipt, purposes=purposes)
    start = StartRecording(purposes, receipt)
    if not call.policy.consent_purposes and not call.refused:
        call, limit = set_timer(call, Timer.CONFIRM, event.sample + CONFIRM_LIMIT)
        return replace(call, confirmed_at=event.sample), (start, *limit)
    call, saying = say_confirmation(call, event)
    return call, (saying[0], start, *saying[1:])


def _agreed(call: Call, event: Event, key: DigitPressed) -> tuple[Call, frozenset[str]]:
    """Return the purposes agreed to: by this key, or one by one."""
    choosing = call.asking.choosing
    if choosing is None:
        return call, call.policy.choices[key.key]
    call = take_answer(call, event) if choosing.left else call
    return call, call.asking.choosing.chosen if call.asking.choosing else frozenset()


def say_confirmation(call: Call, event: Event) -> Step:
    """Say what is recorded for; the first sample waits for the end of these words."""
    saying = Saying(PromptKind.CONFIRMATION, call.purposes)
    call = replace(play(call, saying, key_end(event)), confirmed_at=None)
    call, limit = set_timer(call, Timer.CONFIRM, event.sample + CONFIRM_LIMIT)
    return call, (Play(saying), *limit)


def object_while_confirming(call: Call, event: Event) -> Step:
    """End some purposes before the first sample, and say which are left."""
    gone = call.purposes & withdrawable(call.policy)
    _, blanked = blank(call, event)
    if not gone:
        return call, blanked
    call = replace(call, purposes=call.purposes - gone, refused=True)
    call, saying = say_confirmation(call, event)
    return call, (*blanked, Withdraw(gone, event.sample), *saying)


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
