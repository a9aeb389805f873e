"""Prove P2 for the dialogue: without a lawful basis no sound can reach a file.

The table is walked from every state, six symbols deep, equal calls merged, by a witness that
knows the promises and not the table. Then chance walks on, much deeper.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.call.dialogue import advance, first_call
from appliance.call.states import State, Symbol
from appliance.call.table.whole import RULES
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import Policy, Spoken
from appliance.model.terms import AnswerBasis, Dialled, Grade, Hook, PartyCue, Side, Timer, Tone
from tests.call.driver import (
    AGREED_AT,
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
    dialling,
    idle,
    lifted,
    recording,
    smp,
)
from tests.call.policies import BOTH_NOTICES, CONSENT, MIXED, NOTICE
from tests.promises.dialogue_walk import happenings, replay, step, walk
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
        recording(),
        recording().pause(T).run(T),
        recording().key("2", T).run(T + 100),
        asked().key("2", AGREED_AT).run(AGREED_AT + 200),
        dialling().number(Dialled.EMERGENCY, 9_000).run(9_000),
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


@pytest.mark.timeout(180)  # ten seconds on a free processor
def test_no_walk_of_six_symbols_from_any_state_records_without_consent() -> None:
    reached = [replay(line) for line in starts()]
    assert {call.state for call, _ in reached} == set(State)
    met = walk(reached, 6)
    assert set(met) == set(State)
    assert met[State.RECORDING] > 100  # consent is found by the walk, too
    assert sum(met.values()) > 5_000


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=40, max_size=80))
def test_no_chance_sequence_records_without_consent(choices: list[int]) -> None:
    call, seen = first_call(CONSENT, FRESH), Witness()
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


@pytest.mark.parametrize("spoil", [{"file": False}, {"open": False}])
def test_the_witness_cries_at_sound_without_a_basis(spoil: dict[str, bool]) -> None:
    call, seen = replay(awaiting().key("1", AGREED_AT).run(FIRST_AT - 1))
    event = ev.PromptEnded(smp(FIRST_AT), 500, 0.0, 0.0)
    after, actions = advance(call, event)
    assert act.Resume(smp(FIRST_AT)) in actions
    with pytest.raises(AssertionError, match="sound would flow"):
        watch(replace(seen, **spoil), call, event, after, actions)


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
    st.builds(ev.NumberDialled, at, st.sampled_from(Dialled)),
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
lines = st.sampled_from([idle, lifted, asked, awaiting, recording])
rules = st.sampled_from([CONSENT, NOTICE, MIXED, BOTH_NOTICES])


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
                assert before.state is State.AWAITING
                assert action.purposes
                assert action.receipt.heard_ms > 0
                consent = action.purposes & policy.consent_purposes
                assert (action.receipt.key is not None) == bool(consent)
            if isinstance(action, act.Resume):
                assert call.state is State.RECORDING
            if isinstance(action, act.Play) and action.saying.spoken is Spoken.CONFIRMATION:
                assert before.state is State.AWAITING
