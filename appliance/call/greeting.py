"""Recognise an answering machine by its greeting, before its beep.

A machine talks on and on after the answer, with pauses as short as a breath, and leaves the other
party no turn. A person says a few words and waits. So one party's speech counts as one greeting
until the other party speaks; while it might be a machine's, a breath is no pause to speak in. All
of this needs ears that tell the parties apart. Where they cannot, only speech without any pause
counts, since two people who take turns leave breaths, too.
"""

from dataclasses import replace

from appliance.call.call import Call, GreetingSpeech
from appliance.call.times import (
    BREATH,
    FEW_WORDS,
    GREETING,
    HELLO,
    MACHINES_TURN,
    PAUSE_IN_TALK,
    SPEECH,
    SURE_WORD,
    WORD,
)
from appliance.model.events import VoiceHeard
from appliance.model.terms import AnswerBasis, Side


def answering_side(call: Call) -> Side:
    """Return the side that answered the call, and greets."""
    return Side.FAR if call.direction == "outgoing" else Side.NEAR


def follow_greeting(call: Call, event: VoiceHeard, began: int) -> Call:
    """Follow whose turn it is to speak; ``began`` is the onset of a voice that stopped."""
    greeting = call.greeting
    if greeting.turn or event.side is Side.UNSURE:
        return call
    if event.side is not answering_side(call):
        turn = not event.active and event.sample - began >= WORD
        return replace(call, greeting=GreetingSpeech(turn=True)) if turn else call
    if not event.active:
        return replace(call, greeting=replace(greeting, until=event.sample))
    if greeting.since is not None and event.sample - greeting.until <= BREATH:
        return call
    since = event.sample if _soon(call, event.sample) else None
    return replace(call, greeting=GreetingSpeech(since, event.sample))


def _soon(call: Call, sample: int) -> bool:
    """Return whether a greeting may begin now: soon after the answer, if its time is known."""
    lifted = call.offhook_sample
    if call.direction == "outgoing":
        return call.answered is None or sample - call.answered.sample <= GREETING
    return lifted is not None and sample - lifted <= GREETING


def greeting_since(call: Call) -> int | None:
    """Return the onset of a voice that may be a machine's; None if none speaks now."""
    unbroken = [
        call.voices[side] for side in (answering_side(call), Side.UNSURE) if side in call.voices
    ]
    if call.answered:
        spoken = [max(since, call.answered.sample) for since in unbroken]
    else:
        lifted = call.offhook_sample or 0
        spoken = [since for since in unbroken if since - lifted <= GREETING]
    since = call.greeting.since
    if since is not None and leaves_no_turn(call):
        spoken.append(max(since, call.answered.sample) if call.answered else since)
    return min(spoken, default=None)


def lasts_like_a_machine(call: Call) -> bool:
    """Return whether a greeting has lasted as long as only a machine's does."""
    since = greeting_since(call)
    return since is not None and call.now - since >= SPEECH


def leaves_no_turn(call: Call) -> bool:
    """Return whether only the answering party has spoken so far."""
    other = Side.NEAR if answering_side(call) is Side.FAR else Side.FAR
    answers = call.now - call.voices.get(other, call.now) >= WORD
    return call.greeting.since is not None and answering_side(call) in call.voices and not answers


def machine_deadline(call: Call) -> int:
    """Return the time until which a far machine may still reveal itself; 0 once a person spoke."""
    if call.answered is not None and call.answered.basis is AnswerBasis.BUTTON:
        return 0  # the office has heard who is there
    began = call.answered.sample if call.answered else call.offhook_sample or 0
    spoke = call.far_word_at is not None and call.far_word_at > began
    return 0 if spoke else max(began, call.hello_until) + MACHINES_TURN


def is_word(call: Call, voice: VoiceHeard, began: int) -> bool:
    """Return whether a voice that stopped was surely a word of the far party.

    Under the office's voice a calling machine's tone passes for a short word.
    """
    alone = Side.NEAR not in call.voices and began - call.hello_until >= PAUSE_IN_TALK
    enough = WORD if alone or call.direction != "incoming" else SURE_WORD
    return voice.side is Side.FAR and voice.sample - began >= enough


def continues_hello(call: Call, began: int) -> bool:
    """Return whether a voice continues the latest hello."""
    return call.hello_until > 0 and began - call.hello_until <= PAUSE_IN_TALK


def may_cover_tone(call: Call, voice: VoiceHeard, began: int) -> bool:
    """Return whether a voice that stopped may have covered a calling machine's tone.

    Where the side of voices is unknown, only the first one counts, and only a short one: people
    who take turns leave no pause as long as a machine's turn.
    """
    if call.direction != "incoming":
        return False  # a machine that answers sends its tone for seconds
    since = call.hello_since if continues_hello(call, began) else began
    first = call.hello_until == 0 or since == call.hello_since
    hello = first and voice.sample - since <= HELLO
    return voice.side is Side.NEAR or (voice.side is Side.UNSURE and hello)


def needed_pause(call: Call) -> int:
    """Return the pause needed to speak in: longer where a machine may just be breathing."""
    greeting = call.greeting
    if greeting.since is None:
        return PAUSE_IN_TALK
    usual = call.direction == "incoming" and call.rings == call.memory.usual_rings
    return BREATH if usual or greeting.until - greeting.since > FEW_WORDS else PAUSE_IN_TALK
