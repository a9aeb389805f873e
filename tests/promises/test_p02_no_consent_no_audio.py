"""Prove P2 for the dialogue: without a lawful basis no sound can reach a file.

The table is walked from every state, equal calls merged, by a witness that knows the promises and
not the table: four symbols deep at each run, six by ``make faults``. Then chance walks on, much
deeper.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.call.dialogue import advance, first_call
from appliance.call.states import State, Symbol
from appliance.call.table.whole import RULES
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import Policy, PromptKind
from appliance.model.terms import AnswerBasis, Grade, Hook, NumberKind, PartyCue, Side, Timer, Tone
from tests.call.driver import (
    AGREED_AT,
    CHOICE_SAID_AT,
    FIRST_AT,
    FRESH,
    JUDGED_AT,
    MARK_AT,
    OFF_AT,
    RING_AT,
    SAID_AT,
    Line,
    asked,
    awaiting,
    choosing,
    dialling,
    idle,
    informing,
    lifted,
    recording,
    smp,
)
from tests.call.policies import (
    BOTH_NOTICES,
    CONSENT,
    MIXED,
    MIXED_INTEREST,
    NOTICE,
    with_afterwords,
    with_choice,
    with_more,
)
from tests.deep import deep
from tests.promises.dialogue_walk import WALKED, happenings, replay, step, walk
from tests.promises.dialogue_witness import Witness, watch

T = FIRST_AT + 10_000


def starts() -> list[Line]:
    """Return a line in every state, in some of them with something pending."""
    return [
        Line(),
        idle(),
        idle().ring(RING_AT).run(RING_AT),
        idle().off(OFF_AT).run(OFF_AT),
        dialling(),
        dialling().answered(12_000).run(12_600),
        lifted(),
        asked(),
        asked().run(MARK_AT),
        awaiting(),
        awaiting().key("1", AGREED_AT).run(AGREED_AT + 100),
        awaiting().key("1", AGREED_AT).run(JUDGED_AT),
        informing(WALKED),
        asked(WALKED).key("3", MARK_AT + 400).run(MARK_AT + 500),
        awaiting(WALKED).key("1", AGREED_AT).key("3", AGREED_AT + 400).run(AGREED_AT + 500),
        choosing(WALKED),
        choosing(WALKED).key("1", CHOICE_SAID_AT + 500).run(CHOICE_SAID_AT + 1_100),
        recording(),
        recording().pause(T).run(T),
        recording().key("2", T).run(T + 100),
        asked().key("2", AGREED_AT).run(AGREED_AT + 200),
        dialling().number(NumberKind.EMERGENCY, 9_000).run(9_000),
        asked().private(SAID_AT).run(SAID_AT),
        asked().key("5", SAID_AT).run(SAID_AT + 200),
        asked().tone(Tone.ANSWER, SAID_AT).run(SAID_AT),
        recording().cue(T).run(T),
        recording().on(T).run(T),
        recording().tell(ev.Gap(smp(T), smp(3_000))).run(T),
    ]


def test_the_table_is_total() -> None:
    assert {(state, symbol) for state, cells in RULES.items() for symbol in cells} == {
        (state, symbol) for state in State for symbol in Symbol
    }


@pytest.mark.timeout(180)  # six symbols take ten seconds on a free processor
@pytest.mark.parametrize(("symbols", "calls"), [(4, 2_000), deep(6, 5_000)])
def test_no_walk_from_any_state_records_without_consent(symbols: int, calls: int) -> None:
    reached = [replay(line) for line in starts()]
    assert {call.state for call, _ in reached} == set(State)
    met = walk(reached, symbols)
    assert set(met) == set(State)
    assert met[State.RECORDING] > 100  # consent is found by the walk, too
    assert sum(met.values()) > calls


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=40, max_size=80))
def test_no_chance_sequence_records_without_consent(choices: list[int]) -> None:
    call, seen = first_call(WALKED, FRESH), Witness()
    for choice in choices:
        possible = list(happenings(call))
        call, seen = step(call, seen, possible[choice % len(possible)])


# -- the witness itself ----------------------------------------------------------------------------


def test_the_witness_cries_at_a_start_without_a_basis() -> None:
    call, seen = replay(awaiting().key("1", AGREED_AT).run(AGREED_AT + 100))
    event = ev.TimerFired(smp(JUDGED_AT), Timer.JUDGE)
    after, actions = advance(call, event)
    start = next(a for a in actions if isinstance(a, act.StartRecording))
    assert watch(seen, call, event, after, actions).file
    with pytest.raises(AssertionError, match="no key of the caller agreed"):
        watch(replace(seen, yes=None), call, event, after, (start,))
    for spoilt in (
        replace(seen, barred=True),
        replace(seen, refused=True),
        replace(seen, on_hook=True),
    ):
        with pytest.raises(AssertionError, match="must not be recorded"):
            watch(spoilt, call, event, after, (start,))


def test_the_witness_cries_at_a_yes_in_another_language_than_was_heard() -> None:
    call, seen = replay(awaiting().key("1", AGREED_AT).run(AGREED_AT + 100))
    event = ev.TimerFired(smp(JUDGED_AT), Timer.JUDGE)
    after, actions = advance(call, event)
    with pytest.raises(AssertionError, match="another language"):
        watch(replace(seen, language="en"), call, event, after, actions)


def test_the_witness_cries_at_a_purpose_that_was_not_chosen() -> None:
    line = choosing(WALKED).key("1", CHOICE_SAID_AT + 500).run(CHOICE_SAID_AT + 1_100)
    call, seen = replay(line.key("2", CHOICE_SAID_AT + 2_000).run(CHOICE_SAID_AT + 2_100))
    event = ev.TimerFired(smp(CHOICE_SAID_AT + 2_600), Timer.JUDGE)
    after, actions = advance(call, event)
    assert watch(seen, call, event, after, actions).file
    with pytest.raises(AssertionError, match="what was not chosen"):
        watch(replace(seen, chosen=frozenset({"quality"})), call, event, after, actions)


def test_the_witness_cries_at_words_over_a_near_key() -> None:
    call, seen = replay(awaiting(WALKED).key("2", AGREED_AT).run(AGREED_AT + 500))
    assert seen.speaks
    event = ev.KeyBegan(smp(AGREED_AT + 600), "7", Side.NEAR)
    after, actions = advance(call, event)
    assert not watch(seen, call, event, after, actions).speaks
    with pytest.raises(AssertionError, match="spoke on though the phone is used"):
        watch(seen, call, event, after, ())


@pytest.mark.parametrize("spoil", ["file", "open"])
def test_the_witness_cries_at_sound_without_a_basis(spoil: Literal["file", "open"]) -> None:
    call, seen = replay(awaiting().key("1", AGREED_AT).run(FIRST_AT - 1))
    event = ev.PromptEnded(smp(FIRST_AT), 500, 0.0, 0.0)
    after, actions = advance(call, event)
    assert act.Resume(smp(FIRST_AT)) in actions
    spoilt = replace(seen, file=False) if spoil == "file" else replace(seen, open=False)
    with pytest.raises(AssertionError, match="sound would flow"):
        watch(spoilt, call, event, after, actions)


# -- anything at all, in any order -----------------------------------------------------------------

at = st.integers(0, 20_000_000)
part = st.sampled_from(["hook", "audio", "prompt"])
level = st.floats(-40, 40)
share = st.floats(0, 1)
key = st.sampled_from("0123456789*#ABCD")
side = st.sampled_from(Side)
anything = st.one_of(
    st.builds(ev.Ring, at),
    st.builds(ev.HookChanged, at, st.sampled_from(Hook)),
    st.builds(ev.CallerId, at, st.none(), listed=st.booleans()),
    st.builds(ev.NumberDialled, at, st.sampled_from(NumberKind)),
    st.builds(ev.Answered, at, st.sampled_from(AnswerBasis)),
    st.builds(
        ev.DigitPressed,
        at,
        key,
        side,
        st.sampled_from(Grade),
        st.integers(0, 5_000),
        level,
        level,
        share,
        st.booleans(),
    ),
    st.builds(ev.KeyBegan, at, key, side),
    st.builds(ev.PromptMarked, at, st.integers(0, 15_000), level, share, st.booleans()),
    st.builds(ev.PromptEnded, at, st.integers(0, 15_000), level, share, st.booleans()),
    st.builds(ev.ToneHeard, at, st.sampled_from(Tone)),
    st.builds(ev.VoiceHeard, at, side, st.booleans()),
    st.builds(ev.PolarityReversed, at),
    st.builds(ev.PartyChanged, at, st.sampled_from(PartyCue)),
    st.builds(ev.PauseAsked, at),
    st.builds(ev.PrivateAsked, at),
    st.builds(ev.AskAgain, at),
    st.builds(ev.RecordingOpened, at, st.just("f" * 32)),
    st.builds(ev.TimerFired, at, st.sampled_from(Timer)),
    st.builds(ev.Gap, at, st.integers(0, 80_000)),
    st.builds(ev.StorageFailed, at, st.just("no room")),
    st.builds(ev.LineFault, at, part, st.just("unplugged")),
    st.builds(ev.LineRestored, at, part),
)
lines = st.sampled_from([idle, lifted, asked, awaiting, informing, choosing, recording])
mixed = with_more(with_afterwords(with_choice(MIXED_INTEREST)))
rules = st.sampled_from([CONSENT, NOTICE, MIXED, BOTH_NOTICES, WALKED, mixed])


@settings(max_examples=200, deadline=None)
@given(rules, lines, st.lists(anything, max_size=40))
def test_no_events_whatever_raise_or_record_unheard(
    policy: Policy, line: Callable[[Policy], Line], events: list[ev.Event]
) -> None:
    call = line(policy).call
    heard = call.asking.heard is not None or call.recording
    for event in events:
        before = call
        call, actions = advance(call, event)
        heard = heard or isinstance(event, ev.PromptMarked | ev.PromptEnded)
        for action in actions:
            if isinstance(action, act.StartRecording):
                assert heard
                assert before.state in {State.AWAITING, State.CHOOSING}
                assert action.purposes
                assert action.receipt.heard_ms > 0
                consent = action.purposes & policy.consent_purposes
                assert (action.receipt.key is not None) == bool(consent)
            if isinstance(action, act.Resume):
                assert call.state is State.RECORDING
            if isinstance(action, act.Play):
                assert action.saying in call.policy.prompts
            if isinstance(action, act.Play) and action.saying.spoken is PromptKind.CONFIRMATION:
                assert before.state in {State.AWAITING, State.CHOOSING, State.CONFIRMING}
