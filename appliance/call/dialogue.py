"""The dialogue: a call's whole course as a pure function of its events.

The recorder keeps one ``Call`` per line and passes every event through ``advance``, which gives
the next ``Call`` and what is to be done. Nothing here reads a clock or a device.

What the recorder has to know of the actions:

- ``StartRecording`` opens the sealed file, and nothing is written yet: the first sample comes
  with the first ``Resume(sample)``, when the file stands and "recording" has been said.
- ``Withdraw`` may come before ``RecordingOpened``; with no purpose left the file is erased.
- ``StopRecording(sample)``: what the tape still holds from ``sample`` on is thrown away.
- A timer that the dialogue no longer wants may fire; it is ignored.
- ``ConsentReceipt.time`` is left at 0: only the recorder has a wall clock, and it knows the
  moment as ``call.offhook_sample`` plus ``key_at_ms`` and ``key_ms``.
"""

from dataclasses import replace

from appliance.call.call import Call
from appliance.call.memory import after_emergency
from appliance.call.observe import is_due, observe
from appliance.call.rule import drop_timers
from appliance.call.states import State
from appliance.call.symbols.classify import classify
from appliance.call.table.whole import RULES
from appliance.model.actions import Action
from appliance.model.events import Event, TimerFired
from appliance.model.policy import LineMemory, Policy


def first_call(policy: Policy, memory: LineMemory) -> Call:
    """Return the first call of a line, whose hook state is not known yet."""
    return Call(policy=policy, memory=memory)


def next_call(call: Call, policy: Policy) -> Call:
    """Return the call that follows one that is ``over``, under the policy now in force.

    It may be used in ``idle`` at any time, so that new settings or a newly lent exempt list hold
    for the very next call.
    """
    return replace(call, policy=policy, over=False)


def emergency_elsewhere(call: Call, sample: int) -> Call:
    """Return the call after an emergency number was dialled on another line of the box.

    ``sample`` is now by this line's own clock. Incoming calls are exempt for 30 minutes; one that
    waits to be asked is exempt too.
    """
    return replace(call, memory=after_emergency(call.memory, sample))


def advance(call: Call, event: Event) -> tuple[Call, tuple[Action, ...]]:
    """Take one event; return the call after it and what is to be done, in this order."""
    call = observe(call, event)
    rule = RULES[call.state][classify(event, call)]
    if isinstance(event, TimerFired) and is_due(call, event):
        call = drop_timers(call, event.timer)
    after, actions = rule.act(call, event)
    return _enter(after, rule.to), actions


def _enter(call: Call, state: State) -> Call:
    """Go to a state; the first step out of idle makes the call a new one."""
    if call.state is state:
        return call
    if call.state is not State.IDLE:
        return replace(call, state=state)
    reason = call.reason if call.noted else None  # the last call's was kept for the lamps
    return replace(call, state=state, over=False, reason=reason)
