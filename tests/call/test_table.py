"""Test the table itself, its drawing, and the small parts beside it."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.call import docket
from appliance.call.call import Dialogue, PendingPermit
from appliance.call.diagram import graph, page
from appliance.call.effects import confirming
from appliance.call.effects.asking import take_answer
from appliance.call.rule import IGNORED, Rule, ignore, row
from appliance.call.states import State, Symbol
from appliance.call.symbols.classify import MEANINGS
from appliance.call.table.whole import RULES
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.terms import AnswerBasis, Grade, Hook, PartyCue, Side, Timer
from tests.call.driver import asked, dialling, smp
from tests.call.policies import CONSENT


def test_every_cell_is_filled() -> None:
    assert set(RULES) == set(State)
    for state, cells in RULES.items():
        assert set(cells) == set(Symbol), state


def test_every_kind_of_event_has_a_meaning() -> None:
    kinds = {kind for kind in vars(ev).values() if isinstance(kind, type)}
    events = {kind for kind in kinds if issubclass(kind, ev.Event)}
    assert set(MEANINGS) == events - {ev.Event, ev.PromptHeard}


def test_what_is_ignored_changes_nothing() -> None:
    for state, cells in RULES.items():
        for symbol, rule in cells.items():
            quiet = rule.does == IGNORED
            assert quiet == (rule.act is ignore), (state, symbol)
            assert not quiet or rule.to is state, (state, symbol)


def test_there_are_two_ways_into_recording() -> None:
    ways = {
        (state, symbol)
        for state, cells in RULES.items()
        for symbol, rule in cells.items()
        if rule.to is State.RECORDING and state is not State.RECORDING
    }
    assert ways == {(State.CONFIRMING, Symbol.BEGIN), (State.PAUSED, Symbol.RESUME)}


def test_only_what_was_judged_leads_into_confirming() -> None:
    ways = {
        (state, symbol)
        for state, cells in RULES.items()
        for symbol, rule in cells.items()
        if rule.to is State.CONFIRMING and state is not State.CONFIRMING
    }
    assert ways == {(State.AWAITING, Symbol.AGREED), (State.CHOOSING, Symbol.AGREED)}


def test_every_state_can_be_reached_and_left() -> None:
    for state in State:
        leads = {rule.to for rule in RULES[state].values()}
        assert leads != {state}
        reached = {s for s, cells in RULES.items() if any(r.to is state for r in cells.values())}
        assert reached - {state} or state is State.UNKNOWN


def test_a_row_with_a_hole_is_refused() -> None:
    with pytest.raises(ValueError, match="idle of the table is not whole: on_hook"):
        row(State.IDLE, ignored=" ".join(s for s in Symbol if s is not Symbol.ON_HOOK))


def test_a_row_that_says_two_things_is_refused() -> None:
    rule = Rule(State.IDLE, ignore, "x")
    with pytest.raises(ValueError, match="not whole: on_hook"):
        row(State.IDLE, {Symbol.ON_HOOK: rule}, ignored=" ".join(Symbol))


def test_a_row_whose_parts_differ_about_a_symbol_is_refused() -> None:
    one, other = Rule(State.IDLE, ignore, "x"), Rule(State.FAULT, ignore, "y")
    rest = " ".join(symbol for symbol in Symbol if symbol is not Symbol.LOST)
    with pytest.raises(ValueError, match="not whole: lost"):
        row(State.IDLE, {Symbol.LOST: one}, {Symbol.LOST: other}, ignored=rest)


def test_a_row_stands_in_the_order_of_the_symbols() -> None:
    assert all(list(cells) == list(Symbol) for cells in RULES.values())


def test_a_row_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        row(State.IDLE, ignored="nonsense")


def test_the_page_is_what_the_table_says() -> None:
    drawn = Path(__file__).parents[2] / "docs" / "dialogue.md"
    assert drawn.read_text("utf-8") == page()


def test_the_graph_leaves_out_what_stays() -> None:
    assert "  asking -> awaiting [" in graph()
    assert "asking -> asking" not in graph()


# -- the docket ------------------------------------------------------------------------------------


def key(key: str, side: Side = Side.FAR, sample: int = 800) -> ev.DigitPressed:
    return ev.DigitPressed(sample, key, side, Grade.A, 100, -10.0, 1.0, 0.9)


def test_ties_are_judged_hang_up_flash_refusal_private_consent() -> None:
    events: list[ev.Event] = [
        key("1"),
        ev.PrivateAsked(800),
        key("2"),
        ev.PartyChanged(800, PartyCue.FLASH),
        ev.HookChanged(800, Hook.ON),
    ]
    assert docket.in_order(events, CONSENT) == events[::-1]


def test_what_was_captured_first_comes_first() -> None:
    events: list[ev.Event] = [
        key("1", sample=900),
        ev.HookChanged(1_000, Hook.ON),
        key("2", sample=800),
    ]
    assert [event.sample for event in docket.in_order(events, CONSENT)] == [800, 900, 1_000]


def test_a_lift_and_other_events_come_last_and_near_keys_as_a_no() -> None:
    events: list[ev.Event] = [
        ev.HookChanged(800, Hook.OFF),
        ev.VoiceHeard(800, Side.FAR, active=True),
        key("1", Side.NEAR),
    ]
    assert docket.in_order(events, CONSENT) == [events[2], events[0], events[1]]


def test_the_earliest_capture_is_judged() -> None:
    late, early = PendingPermit(900, 5_000, key("1")), PendingPermit(800, 5_100, key("3"))
    assert docket.earliest_filing((late, early)) is early
    assert docket.earliest_filing(()) is None


@pytest.mark.parametrize(("lateness", "wait"), [(50, 4_000), (500, 4_000), (600, 4_800)])
def test_the_wait_is_500_ms_or_the_sources_lateness(lateness: int, wait: int) -> None:
    assert docket.judge_delay(replace(CONSENT, lateness_ms=lateness)) == wait


# -- reachable only by a fault of ours: it must end silent and unrecorded --------------------------


def test_an_answer_that_is_no_longer_filed_settles_nothing() -> None:
    line = dialling()
    assert take_answer(line.call, ev.TimerFired(smp(9_000), Timer.JUDGE)) == (line.call, ())


def test_nothing_is_confirmed_without_words_that_were_heard() -> None:
    call = replace(asked().call, docket=(PendingPermit(0, 0, key("1")),), asking=Dialogue())
    _, actions = confirming.confirm(call, ev.TimerFired(smp(9_000), Timer.JUDGE))
    assert [type(action) for action in actions] == [act.Note]


def test_an_answer_is_no_consent() -> None:
    basis = ev.Answered(0, AnswerBasis.BUTTON)
    call = replace(asked().call, docket=(PendingPermit(0, 0, basis),), asking=Dialogue())
    _, actions = confirming.confirm(call, ev.TimerFired(smp(9_000), Timer.JUDGE))
    assert [type(action) for action in actions] == [act.Note]
