"""Turn a press of the box's one button into orders for its lines, by their states.

A box has one button and may have several lines. A press acts on every line to which it means
something, because the person cannot say which call is theirs. Silencing one call too many costs
nothing; one too few might record what must not be recorded. But one press has one meaning, the most
cautious that fits any line: it stops and pauses; only if there is nothing to stop does it resume;
only if there is nothing to resume does it ask again; and it tells that a called party has answered
only if a single line waits for that. So a press that is meant to pause never puts a question into
another call.
"""

from enum import StrEnum

from appliance.call.states import State
from appliance.model.records import LineStatus
from appliance.recorder.line.inbox import Press


class ButtonPress(StrEnum):
    """How the button was pressed."""

    SHORT = "short"
    LONG = "long"  # held for a second


STOPS = frozenset(
    {
        State.SETTLING,
        State.ASKING,
        State.AWAITING,
        State.INFORMING,
        State.CHOOSING,
        State.CONFIRMING,
        State.RECORDING,
    }
)
"""A short press ends the question (``interrupted``), or pauses the recording."""

RESUMES = frozenset({State.PAUSED})
ASKS = frozenset({State.RETRYABLE, State.FAR_CHANGED})

MADE_PRIVATE = frozenset({State.RINGING, State.DIALLING}) | STOPS | RESUMES | ASKS
"""Where a call can still be made private."""


def presses(press: ButtonPress, lines: tuple[LineStatus, ...]) -> tuple[tuple[str, Press], ...]:
    """Return which press each line gets."""
    if press is ButtonPress.LONG:
        return _all(lines, MADE_PRIVATE, Press("private"))
    return (
        _all(lines, STOPS, Press("pause"))
        or _all(lines, RESUMES, Press("pause"))
        or _all(lines, ASKS, Press("ask"))
        or _answered(lines)
    )


def _all(
    lines: tuple[LineStatus, ...], states: frozenset[State], press: Press
) -> tuple[tuple[str, Press], ...]:
    return tuple((line.line, press) for line in lines if line.state in states)


def _answered(lines: tuple[LineStatus, ...]) -> tuple[tuple[str, Press], ...]:
    """Take the press for "they have answered", where it is sure who that is."""
    dialling = _all(lines, frozenset({State.DIALLING}), Press("ask"))
    return dialling if len(dialling) == 1 else ()
