"""Act on events while a recording is under way."""

from dataclasses import replace

from appliance.call.call import Call, PauseReasons
from appliance.call.effects.endings import key_end
from appliance.call.effects.speaking import afterword, be_silent
from appliance.call.eligibility import withdrawable
from appliance.call.observe import release_sample
from appliance.call.rule import Step, drop_timers, set_timer
from appliance.call.times import ALONE, BLANK, DIALLING, KEYED, LOST, SECOND
from appliance.model.actions import Action, Blank, Hold, Pause, Release, Resume, Withdraw
from appliance.model.events import DigitPressed, Event
from appliance.model.policy import PromptKind
from appliance.model.terms import Timer


def blank(call: Call, event: Event) -> Step:
    """Blank a key before it is sealed."""
    return call, (Blank(event.sample - BLANK, key_end(event) + BLANK),)


def hold_key(call: Call, event: Event) -> Step:
    """Be silent and hold the writer at a near key: a second one would mean dialling."""
    call, silence = be_silent(call)
    call, held = _hold(call, event.sample)
    call, waiting = set_timer(call, Timer.KEYED, key_end(event) + DIALLING)
    return call, silence + held + waiting


def blank_and_hold(call: Call, event: Event) -> Step:
    """Blank a near key and hold the writer."""
    call, blanked = blank(call, event)
    call, held = hold_key(call, event)
    return call, blanked + held


def near_key_in_pause(call: Call, event: Event) -> Step:
    """Blank a near key in a pause, and be silent."""
    call, silence = be_silent(call)
    call, blanked = key_in_pause(call, event)
    return call, silence + blanked


def _hold(call: Call, sample: int) -> Step:
    if call.held:
        return call, ()
    return replace(call, held=True), (Hold(sample),)


def release(call: Call, event: Event) -> Step:
    """Release held sound: the party is still the same."""
    if not call.held or call.lost:
        return call, ()
    return replace(call, held=False), (Release(),)


def hold_while_lost(call: Call, event: Event) -> Step:
    """Hold the writer while hook state or sound is gone; after two seconds the call is cut."""
    since = event.sample if call.lost_at is None else call.lost_at
    call, silence = be_silent(call)
    call, held = _hold(call, since)
    call, waiting = set_timer(call, Timer.LOST, since + LOST)
    return call, silence + held + waiting


def release_after_loss(call: Call, event: Event) -> Step:
    """Release the writer, unless a near key holds it as well."""
    call = drop_timers(call, Timer.LOST)
    return (call, ()) if Timer.KEYED in call.timers else release(call, event)


def pause_by_button(call: Call, event: Event) -> Step:
    """Pause by button; the pause ends by itself."""
    call, silence = be_silent(replace(call, pausing=PauseReasons(by_button=True)))
    call, waiting = set_timer(
        call, Timer.RESUME, event.sample + call.policy.pause_minutes * 60 * SECOND
    )
    return call, (*silence, Pause(event.sample), *waiting)


def resume(call: Call, event: Event) -> Step:
    """Resume by button or by itself."""
    call, let = release(replace(call, pausing=PauseReasons()), event)
    call = drop_timers(call, Timer.RESUME, Timer.KEYED)
    return call, (*let, Resume(event.sample))


def not_yet(call: Call, event: Event) -> Step:
    """Turn a pause by button into one that ends when the keys stop."""
    pausing = replace(call.pausing, by_button=False, keyed=call.pausing.withdrawal is None)
    call = replace(drop_timers(call, Timer.RESUME), pausing=pausing)
    if not pausing.keyed:
        return call, ()
    last = call.keys.last
    return set_timer(call, Timer.KEYED, (release_sample(last) if last else call.now) + KEYED)


def keys_stopped(call: Call, event: Event) -> Step:
    """Note the end of a keyed number; the button's pause goes on."""
    return release(replace(call, pausing=replace(call.pausing, keyed=False)), event)


def begin_withdrawal(call: Call, event: Event) -> Step:
    """Pause at a refuse key and wait to see whether it stands alone."""
    call, paused = _paused(call, event)
    key = event if isinstance(event, DigitPressed) else None
    call = replace(call, pausing=replace(call.pausing, withdrawal=key))
    call, waiting = set_timer(call, Timer.WITHDRAW, key_end(event) + ALONE)
    return call, paused + waiting


def begin_keyed(call: Call, event: Event) -> Step:
    """Pause while the caller keys a number; the refuse key was part of it."""
    call, paused = _paused(call, event)
    call = replace(drop_timers(call, Timer.WITHDRAW), pausing=_keyed(call.pausing))
    call, waiting = set_timer(call, Timer.KEYED, key_end(event) + KEYED)
    return call, paused + waiting


def _paused(call: Call, event: Event) -> Step:
    """Blank the key, and pause from its onset unless paused already."""
    _, actions = blank(call, event)
    paused: tuple[Action, ...] = () if call.pausing != PauseReasons() else (Pause(event.sample),)
    return call, actions + paused


def _keyed(pausing: PauseReasons) -> PauseReasons:
    return replace(pausing, keyed=True, withdrawal=None)


def key_in_pause(call: Call, event: Event) -> Step:
    """Blank a key; it belongs to a waiting refuse key or a keyed number, if there is one."""
    if call.pausing.keyed or call.pausing.withdrawal is not None:
        return begin_keyed(call, event)
    return blank(call, event)


def withdraw_part(call: Call, event: Event) -> Step:
    """End purposes by consent or open to objection, and say what goes on without them.

    The others resume when the keys stop.
    """
    key = call.pausing.withdrawal
    gone = call.purposes & withdrawable(call.policy)
    pausing = _keyed(call.pausing)
    call = replace(call, purposes=call.purposes - gone, pausing=pausing, refused=True)
    call, waiting = set_timer(call, Timer.KEYED, event.sample + KEYED - ALONE)
    call, saying = afterword(call, PromptKind.WITHDRAWN, event.sample)
    return call, (Withdraw(gone, key.sample if key else event.sample), *waiting, *saying)
