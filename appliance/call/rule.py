"""A cell of the table: where a call goes, and what is done on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from appliance.call.call import Call
from appliance.call.states import State, Symbol
from appliance.model.actions import Action, SetTimer
from appliance.model.events import Event
from appliance.model.terms import Timer

Step = tuple[Call, tuple[Action, ...]]
Act = Callable[[Call, Event], Step]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one symbol does in one state."""

    to: State
    act: Act
    does: str  # in a few words, for the drawing


Row = Mapping[Symbol, Rule]

IGNORED = "ignored"
"""What a rule says that changes nothing."""


def ignore(call: Call, event: Event) -> Step:
    """Do nothing."""
    return call, ()


def row(state: State, rules: Mapping[Symbol, Rule], ignored: str) -> Row:
    """Return a full row of the table; ``ignored`` writes out, by name, what does nothing.

    Raises:
        ValueError: a symbol is missing, unknown, or stands in both.
    """
    nothing = [Symbol(name) for name in ignored.split()]
    if sorted([*nothing, *rules]) != sorted(Symbol):
        amiss = set(Symbol) ^ {*nothing, *rules} or set(nothing) & rules.keys()
        raise ValueError(f"row {state} of the table is not whole: {', '.join(sorted(amiss))}")
    return {**dict.fromkeys(nothing, Rule(state, ignore, IGNORED)), **rules}


def later(call: Call, timer: Timer, at: int) -> Step:
    """Set a timer."""
    return replace(call, timers={**call.timers, timer: at}), (SetTimer(timer, at),)


def without(call: Call, *timers: Timer) -> Call:
    """Forget timers; if one of them still fires, nobody waits for it."""
    if not any(timer in call.timers for timer in timers):
        return call
    return replace(call, timers={t: at for t, at in call.timers.items() if t not in timers})
