"""Run the dialogue: a call's whole course as a pure function of its events.

The recorder keeps one ``Call`` per line and passes every event through ``advance``, which returns
the next ``Call`` and the actions to carry out. Nothing here reads a clock or a device.

The recorder must know of the actions:

- ``StartRecording`` opens the sealed file, and nothing is written yet: the first sample comes
  with the first ``Resume(sample)``, once the file is on disk and "recording" was said.
- ``Withdraw`` may come before ``RecordingOpened``; with no purpose left, erase the file.
- ``StopRecording(sample)``: discard what the tape still holds from ``sample`` on.
- A timer that the dialogue no longer needs may fire; the dialogue ignores it.
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
    """Return the first call of a line, with its hook state still unknown."""
    return Call(policy=policy, memory=memory)


def next_call(call: Call, policy: Policy) -> Call:
    """Return the call after one that is ``over``, under the policy now in force.

    It is allowed in ``idle`` at any time, so that new settings or a new exempt list hold for the
    very next call.
    """
    return replace(call, policy=policy, over=False)


def emergency_elsewhere(call: Call, sample: int) -> Call:
    """Exempt this line after an emergency call on another line of the box.

    ``sample`` is now by this line's own clock. Incoming calls are exempt for 30 minutes, and so is
    a caller who waits to be asked.
    """
    return replace(call, memory=after_emergency(call.memory, sample))


def forget_emergency(call: Call) -> Call:
    """Ask callers again after a call for help: only where the network is simulated."""
    return replace(call, memory=replace(call.memory, emergency_until=None))


def advance(call: Call, event: Event) -> tuple[Call, tuple[Action, ...]]:
    """Process one event; return the next call and its actions, in order."""
    call = observe(call, event)
    rule = RULES[call.state][classify(event, call)]
    if isinstance(event, TimerFired) and is_due(call, event):
        call = drop_timers(call, event.timer)
    after, actions = rule.act(call, event)
    return _enter(after, rule.to), actions


def _enter(call: Call, state: State) -> Call:
    """Enter a state; the first step out of idle starts a new call."""
    if call.state is state:
        return call
    if call.state is not State.IDLE:
        return replace(call, state=state)
    reason = call.reason if call.noted else None  # the last call's stayed for the lamps
    return replace(call, state=state, over=False, reason=reason)
