"""Press the one button, for one line and for several."""

import pytest

from appliance.call.rule import IGNORED
from appliance.call.states import State, Symbol
from appliance.call.table.whole import RULES
from appliance.model.records import LineStatus
from appliance.recorder.front.button import ASKS, MADE_PRIVATE, STOPS, ButtonPress, presses
from appliance.recorder.line.inbox import Press

PAUSE, ASK, PRIVATE = Press("pause"), Press("ask"), Press("private")


def lines(*states: State) -> tuple[LineStatus, ...]:
    return tuple(LineStatus(line=str(i), state=state) for i, state in enumerate(states))


def acting(*symbols: Symbol) -> set[State]:
    """The states in which a symbol does more than to silence a sentence about the outcome."""
    nothing = {IGNORED, "be silent"}
    return {
        state
        for state, cells in RULES.items()
        if any(cells[symbol].does not in nothing for symbol in symbols)
    }


def test_the_states_are_those_of_the_table() -> None:
    assert acting(Symbol.PAUSE) == STOPS
    assert acting(Symbol.ASK) == ASKS
    assert acting(Symbol.PRIVATE, Symbol.PRIVATE_FIRST) == MADE_PRIVATE


@pytest.mark.parametrize("state", State)
def test_on_one_line_a_short_press_does_what_the_state_allows(state: State) -> None:
    expected: dict[State, Press] = {state: PAUSE for state in (*STOPS, State.PAUSED)}
    expected |= {state: ASK for state in (*ASKS, State.DIALLING)}
    pressed = presses(ButtonPress.SHORT, lines(state))
    assert pressed == ((("0", expected[state]),) if state in expected else ())


@pytest.mark.parametrize("state", State)
def test_on_one_line_a_long_press_makes_a_call_private(state: State) -> None:
    pressed = presses(ButtonPress.LONG, lines(state))
    assert pressed == ((("0", PRIVATE),) if state in MADE_PRIVATE else ())


@pytest.mark.parametrize(
    ("states", "pressed"),
    [
        ((State.RECORDING, State.RECORDING), {"0": PAUSE, "1": PAUSE}),
        ((State.RECORDING, State.IDLE, State.ASKING), {"0": PAUSE, "2": PAUSE}),
        ((State.RECORDING, State.PAUSED), {"0": PAUSE}),  # and does not resume the other
        ((State.RECORDING, State.RETRYABLE, State.DIALLING), {"0": PAUSE}),
        ((State.PAUSED, State.PAUSED, State.RETRYABLE), {"0": PAUSE, "1": PAUSE}),
        ((State.RETRYABLE, State.FAR_CHANGED, State.DIALLING), {"0": ASK, "1": ASK}),
        ((State.DIALLING, State.EXEMPT), {"0": ASK}),
        ((State.DIALLING, State.DIALLING), {}),  # who has answered?
        ((State.REFUSED, State.PRIVATE, State.MACHINE), {}),
        ((), {}),
    ],
)
def test_on_several_lines_a_short_press_has_one_meaning(
    states: tuple[State, ...], pressed: dict[str, Press]
) -> None:
    assert dict(presses(ButtonPress.SHORT, lines(*states))) == pressed


def test_a_long_press_makes_every_call_private() -> None:
    pressed = presses(
        ButtonPress.LONG, lines(State.RECORDING, State.IDLE, State.RINGING, State.REFUSED)
    )
    assert dict(pressed) == {"0": PRIVATE, "2": PRIVATE}
