"""End a dialogue, a recording or a call."""

from dataclasses import replace

from appliance.call.call import Call, Dialogue, PauseReasons
from appliance.call.effects.speaking import afterword, be_silent
from appliance.call.eligibility import can_be_asked, withdrawable
from appliance.call.memory import after_answer, after_emergency
from appliance.call.observe import release_sample
from appliance.call.rule import Act, Step, set_timer
from appliance.call.states import State
from appliance.call.times import FRAME, MS, ON_HOOK_SEEN
from appliance.model.actions import Action, Note, Stop, StopRecording, Withdraw
from appliance.model.events import DigitPressed, Event, KeyBegan
from appliance.model.policy import PromptKind
from appliance.model.records import REFUSALS, Reason
from appliance.model.terms import Hook, Obstacle, Side, Timer


def finish(call: Call, reason: Reason, sample: int) -> Step:
    """End prompt, dialogue and recording at once.

    The lawful part of a recording stays, up to ``sample``. A file without a lawful part is erased:
    it has no first sample yet, or the end was captured before that or so soon after that nothing
    would be left, or a withdrawal still stood alone when the call ended.
    """
    actions: list[Action] = [Stop()] if call.asking.playing else []
    purposes = frozenset[str]()
    if call.receipt is not None:
        reason, purposes, ended = _close(call, reason, sample)
        actions += ended
    elif not call.noted:
        actions.append(Note("unrecorded", reason))
    call = replace(
        call,
        reason=reason,
        noted=True,
        refused=call.refused or reason in REFUSALS,
        asking=Dialogue(),
        afterword=None,
        docket=(),
        timers={},
        receipt=None,
        purposes=purposes,
        kept=call.kept or bool(purposes),
        opened=False,
        confirmed_at=None,
        first_sample=None,
        pausing=PauseReasons(),
        held=False,
    )
    return call, tuple(actions)


def _close(call: Call, reason: Reason, sample: int) -> tuple[Reason, frozenset[str], list[Action]]:
    """Return a file's reason to end, the purposes that keep it, and the actions."""
    key = call.pausing.withdrawal
    gone = call.purposes & withdrawable(call.policy) if key else frozenset[str]()
    kept = call.purposes - gone
    # The tape loses at its end the frame in which it begins, and the source's lateness.
    least = FRAME + call.policy.lateness_ms * MS
    empty = call.first_sample is None or sample <= call.first_sample + least
    if empty or not kept:
        reason = _refused_by(key) if key and gone else reason
        note = Note("unrecorded", reason)
        return reason, frozenset(), [Withdraw(call.purposes, sample), note]
    actions: list[Action] = [Withdraw(gone, key.sample)] if key and gone else []
    return reason, kept, [*actions, StopRecording(reason, sample), Note("recorded", None)]


def end_for(reason: Reason) -> Act:
    """Return the act that ends everything for a reason, at the event's capture."""

    def act(call: Call, event: Event) -> Step:
        return finish(call, reason, event.sample)

    return act


def end_refused(call: Call, event: Event) -> Step:
    """End at a no that is not known to be the office's, and say that it was understood.

    Once the outcome was said, a no is not answered: the key may mean something else by then.
    """
    answers = not call.noted or call.afterword is not None or call.asking.playing
    spoken = PromptKind.REFUSED if call.policy.consent_purposes else PromptKind.OBJECTED
    reason = Reason.NOTHING_CHOSEN if call.state is State.CHOOSING else _refused_by(event)
    call, actions = finish(call, reason, event.sample)
    return _and_say(call, actions, spoken, event) if answers else (call, actions)


def _refused_by(event: Event) -> Reason:
    """Return whose no it was, as far as the side of a key tells."""
    side = event.side if isinstance(event, DigitPressed | KeyBegan) else Side.UNSURE
    return _NO_OF[side]


_NO_OF = {
    Side.FAR: Reason.REFUSED,
    Side.NEAR: Reason.OFFICE_REFUSED,
    Side.UNSURE: Reason.REFUSED_UNSURE,
}


def end_withdrawn(call: Call, event: Event) -> Step:
    """Erase the recording, and say so."""
    spoken = PromptKind.WITHDRAWN if call.policy.consent_purposes else PromptKind.OBJECTED
    call, actions = finish(call, _refused_by(call.pausing.withdrawal or event), event.sample)
    return _and_say(call, actions, spoken, event)


def end_answered(reason: Reason) -> Act:
    """Return the act that ends a dialogue since no answer counts, and says that."""

    def act(call: Call, event: Event) -> Step:
        call, actions = finish(call, reason, event.sample)
        return _and_say(call, actions, PromptKind.UNANSWERED, event)

    return act


def _and_say(call: Call, actions: tuple[Action, ...], spoken: PromptKind, event: Event) -> Step:
    call, later = afterword(call, spoken, key_end(event))
    return call, actions + later


def end_unfit(call: Call, event: Event) -> Step:
    """End a call that cannot be recorded: too soon, no sound policy, or nowhere to store it."""
    mute = call.policy.held_back is Obstacle.MUTE
    reason = Reason.STORAGE if can_be_asked(call.policy) and not mute else Reason.NO_POLICY
    if call.policy.held_back in {Obstacle.DAY, Obstacle.TIME}:
        reason = Reason.NOT_YET
    return finish(call, reason, event.sample)


def end_unanswered(call: Call, event: Event) -> Step:
    """End a dialogue without consent; the reason says why no key counted."""
    reason = Reason.TOO_EARLY if call.asking.early else Reason.NO_ANSWER
    reason = Reason.UNSURE if call.asking.unsure else reason
    return end_answered(Reason.CROWDED if call.asking.crowded else reason)(call, event)


def end_dialled(call: Call, event: Event) -> Step:
    """End at the first of the two keys by which the office began to dial."""
    first = call.keys.near_before or call.keys.near
    return finish(call, Reason.FAR_CHANGED, first.sample if first else event.sample)


def end_listed(call: Call, event: Event) -> Step:
    """Erase the recording of a caller who is never recorded, but whose identity came late."""
    return finish(replace(call, first_sample=None), Reason.EXEMPT, event.sample)


def end_unconfirmed(call: Call, event: Event) -> Step:
    """End since the file is not on disk, or "recording" was not said."""
    reason = Reason.NOT_HEARD if call.opened else Reason.STORAGE
    return finish(call, reason, event.sample)


def end_cut(call: Call, event: Event) -> Step:
    """End at the moment when hook state or sound was lost."""
    since = event.sample if call.lost_at is None else call.lost_at
    call, actions = finish(call, Reason.CUT, since)
    call, watching = watch_on_hook(call, event)
    return call, actions + watching


def lose_touch(call: Call, event: Event) -> Step:
    """Lose touch outside a dialogue: count nothing, wait to see on-hook again."""
    call = replace(call, timers={}, reason=Reason.CUT, noted=True)
    return watch_on_hook(call, event)


def watch_on_hook(call: Call, event: Event) -> Step:
    """Wait for a second of on-hook, if the hook is on now."""
    call, silence = be_silent(call)
    if call.hook is not Hook.ON or call.lost:
        return replace(call, timers={}), silence
    call, settling = set_timer(call, Timer.SETTLED, call.now + ON_HOOK_SEEN)
    return call, silence + settling


def hang_up(call: Call, event: Event) -> Step:
    """End the call at on-hook and add it to the line's memory."""
    call, actions = be_silent(call)
    if call.receipt is not None or not call.noted:
        call, ended = finish(call, Reason.HUNG_UP, event.sample)
        actions += ended
    memory = call.memory
    if call.emergency:
        memory = after_emergency(memory, event.sample)
    if call.direction == "incoming":
        memory = after_answer(memory, call.rings, greeted=call.greeted)
    call, settling = set_timer(
        replace(call, memory=memory, timers={}), Timer.SETTLED, event.sample + ON_HOOK_SEEN
    )
    return call, actions + settling


def forget_call(call: Call, event: Event) -> Step:
    """Forget the call; keep only the memory, and the reason for the lamps."""
    fresh = Call(
        policy=call.policy,
        memory=replace(call.memory, sample=call.now),
        now=call.now,
        over=call.offhook_sample is not None,
        hook=call.hook,
        missing=call.missing,
        reason=call.reason,
    )
    return fresh, ()


def key_end(event: Event) -> int:
    """Return a key's release; of other events their capture."""
    return release_sample(event) if isinstance(event, DigitPressed) else event.sample
