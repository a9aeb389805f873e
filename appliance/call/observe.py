"""Record what each event says, in any state of the call."""

from dataclasses import replace

from appliance.call.call import Call, HeardPrompt, LatestKeys
from appliance.call.greeting import (
    continues_hello,
    follow_greeting,
    is_word,
    lasts_like_a_machine,
    may_cover_tone,
)
from appliance.call.memory import after_emergency
from appliance.call.states import State
from appliance.call.times import FRAME, KEY_LENGTH_MS, LEAK, MS, SECOND
from appliance.model import events as ev
from appliance.model.terms import Hook, NumberKind, Side, Timer, Tone

MOST_SAID = 16
"""Prompts kept for the receipt; a dialogue has fewer."""

_TAKES_CALLER = {State.IDLE, State.RINGING, State.DIALLING, State.SETTLING}


def observe(call: Call, event: ev.Event) -> Call:
    """Return the call with the event recorded; this decides nothing."""
    call = replace(call, now=event.sample) if event.sample > call.now else call
    match event:
        case ev.HookChanged() | ev.LineFault() | ev.LineRestored():
            return _lost(_line(call, event), event.sample)
        case ev.DigitPressed():
            return replace(call, keys=_keys(call.keys, event))
        case ev.VoiceHeard():
            return _voice(call, event)
        case ev.CallerId():
            return _caller(call, event)
        case _:
            return _other(call, event)


def _other(call: Call, event: ev.Event) -> Call:
    if isinstance(event, ev.PromptMarked | ev.PromptEnded):
        return _said(call, event)
    if isinstance(event, ev.ToneHeard) and event.tone is Tone.RINGBACK:
        return replace(call, ringback_at=event.sample)
    if isinstance(event, ev.PartyChanged | ev.ToneHeard) and call.placed:
        return replace(call, placed=False)  # a flash, a dial tone: the office may dial again
    if isinstance(event, ev.NumberDialled):
        return _dialled(call, event)
    return _greeted(call, event) if isinstance(event, ev.TimerFired) else call


def _said(call: Call, event: ev.PromptMarked | ev.PromptEnded) -> Call:
    """Keep how a prompt was heard: up to its mark at first, as a whole once it has ended."""
    if is_of_another(call, event):
        return call
    asking, ended = call.asking, isinstance(event, ev.PromptEnded)
    said, prompt = asking.said, call.policy.prompts.get(asking.saying) if asking.saying else None
    if asking.saying is not None and prompt is not None:
        if ended and said and isinstance(said[-1].heard, ev.PromptMarked):
            said = said[:-1]
        said = (*said, HeardPrompt(asking.saying, event, prompt))[-MOST_SAID:]
    return replace(call, asking=replace(asking, said=said, playing=asking.playing and not ended))


def is_of_another(call: Call, event: ev.PromptHeard) -> bool:
    """Return whether a report is of the prompt before, which the present one replaced.

    Both may come in one frame: nobody has heard more of a prompt than time has passed.
    """
    return event.heard_ms * MS > event.sample - call.asking.began + FRAME


def _dialled(call: Call, event: ev.NumberDialled) -> Call:
    if event.kind is not NumberKind.EMERGENCY:
        return replace(call, placed=event.kind is NumberKind.ORDINARY)
    memory = after_emergency(call.memory, event.sample)
    return replace(call, memory=memory, emergency=call.offhook_sample is not None)


def _greeted(call: Call, event: ev.TimerFired) -> Call:
    """Remember that long near speech followed the answer, for later calls."""
    long = event.timer is Timer.SPEECH and is_due(call, event) and lasts_like_a_machine(call)
    return replace(call, greeted=True) if long and call.direction == "incoming" else call


def _line(call: Call, event: ev.HookChanged | ev.LineFault | ev.LineRestored) -> Call:
    if isinstance(event, ev.HookChanged):
        return _hook(call, event)
    if isinstance(event, ev.LineRestored):
        return replace(call, missing=call.missing - {event.part})
    hook = Hook.UNKNOWN if event.part == "hook" else call.hook
    return replace(call, missing=call.missing | {event.part}, hook=hook)


def _hook(call: Call, event: ev.HookChanged) -> Call:
    call = replace(call, hook=event.hook)
    if event.hook is not Hook.OFF or call.state not in {State.IDLE, State.RINGING}:
        return call
    rang = call.ring_at is not None and event.sample - call.ring_at <= ev.RING_TO_ANSWER
    return replace(call, offhook_sample=event.sample, direction="incoming" if rang else "outgoing")


def _lost(call: Call, sample: int) -> Call:
    if not call.lost:
        return call if call.lost_at is None else replace(call, lost_at=None)
    return call if call.lost_at is not None else replace(call, lost_at=sample)


def _voice(call: Call, event: ev.VoiceHeard) -> Call:
    began = call.voices.get(event.side, event.sample)
    call = follow_greeting(call, event, began)
    voices = {side: since for side, since in call.voices.items() if side is not event.side}
    if event.active:
        return replace(call, voices={**voices, event.side: began})
    if is_word(call, event, began):
        call = replace(call, far_word_at=event.sample)
    elif may_cover_tone(call, event, began):
        since = call.hello_since if continues_hello(call, began) else began
        call = replace(call, hello_since=since, hello_until=event.sample)
    return replace(call, voices=voices, quiet_at=max(call.quiet_at, event.sample))


def _caller(call: Call, event: ev.CallerId) -> Call:
    """Keep the caller's identity unless it can only be a waiting call's."""
    if call.state not in _TAKES_CALLER or is_call_waiting(call, event):
        return call
    listed = event.listed or (call.caller is not None and call.caller.listed)
    return replace(call, caller=replace(event, listed=listed))


def is_call_waiting(call: Call, event: ev.CallerId) -> bool:
    """Return whether an identity came off-hook: another call is waiting."""
    return call.offhook_sample is not None and event.sample > call.offhook_sample + SECOND


def _keys(keys: LatestKeys, key: ev.DigitPressed) -> LatestKeys:
    leaked = keys.last is not None and is_leak(keys.last, key)
    keys = replace(keys, last=key, before=keys.before if leaked else keys.last)
    if key.side is not Side.NEAR:
        return keys
    return replace(keys, near=key, near_before=keys.near)


def is_leak(first: ev.DigitPressed, second: ev.DigitPressed) -> bool:
    """Return whether two tones are one press, leaked through a gateway and regenerated by it."""
    return (
        first.ms < KEY_LENGTH_MS
        and first.key == second.key
        and first.side is not Side.NEAR
        and second.side is not Side.NEAR
        and 0 <= second.sample - release_sample(first) <= LEAK
    )


def release_sample(key: ev.DigitPressed) -> int:
    """Return the sample of a key's release."""
    return key.sample + key.ms * MS


def is_due(call: Call, event: ev.TimerFired) -> bool:
    """Return whether the call still waits for this timer, and its time has come."""
    at = call.timers.get(event.timer)
    return at is not None and event.sample >= at
