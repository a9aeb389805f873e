"""Define a cell of the table: the next state of a call, and the act on the way."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from appliance.call.call import Call
from appliance.call.states import GROUPS, State, Symbol
from appliance.model.actions import Action, SetTimer
from appliance.model.events import Event
from appliance.model.terms import Timer

Step = tuple[Call, tuple[Action, ...]]
Act = Callable[[Call, Event], Step]


@dataclass(frozen=True, slots=True)
class Rule:
    """The effect of one symbol in one state."""

    to: State
    act: Act
    does: str  # in a few words, for the drawing


Row = Mapping[Symbol, Rule]

IGNORED = "ignored"
"""The description of a rule that changes nothing."""


def ignore(call: Call, event: Event) -> Step:
    """Do nothing."""
    return call, ()


def row(state: State, *parts: Mapping[Symbol, Rule], ignored: str) -> Row:
    """Build a full row of the table from parts, in the order of the symbols.

    Args:
        state: the row's state.
        parts: rules, shared with other rows or the state's own; no symbol may stand twice.
        ignored: the symbols that do nothing, by name; capitals name a group of ``GROUPS``.

    Raises:
        ValueError: a symbol is missing, unknown, or stands twice.
    """
    nothing = [symbol for name in ignored.split() for symbol in GROUPS.get(name) or (Symbol(name),)]
    named = Counter([*nothing, *(symbol for part in parts for symbol in part)])
    wrong = [symbol for symbol in Symbol if named[symbol] != 1]
    if wrong:
        raise ValueError(f"row {state} of the table is not whole: {', '.join(sorted(wrong))}")
    rules = dict.fromkeys(nothing, Rule(state, ignore, IGNORED))
    for part in parts:
        rules |= part
    return {symbol: rules[symbol] for symbol in Symbol}


def set_timer(call: Call, timer: Timer, at: int) -> Step:
    """Set a timer."""
    return replace(call, timers={**call.timers, timer: at}), (SetTimer(timer, at),)


def drop_timers(call: Call, *timers: Timer) -> Call:
    """Drop timers; one that still fires is ignored."""
    if not any(timer in call.timers for timer in timers):
        return call
    return replace(call, timers={t: at for t, at in call.timers.items() if t not in timers})
